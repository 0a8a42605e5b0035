package jasyncio;

/// Whether loops start in debug mode, and whether any loop of this JVM ever did.
final class DebugMode {
  /// Set once a loop is put into debug mode, so that programs without one pay a plain read. Plain:
  /// a coroutine made on another thread in the same instant may miss it.
  static boolean everOn;

  private DebugMode() {}

  /// `-Djasyncio.debug[=true]`, else `JASYNCIO_DEBUG`: on unless empty, `0` or `false`.
  static boolean fromEnvironment() {
    String value = System.getProperty("jasyncio.debug");
    if (value != null) {
      return !value.equalsIgnoreCase("false") && !value.equals("0");
    }
    value = System.getenv("JASYNCIO_DEBUG");
    return value != null
        && !value.isEmpty()
        && !value.equalsIgnoreCase("false")
        && !value.equals("0");
  }
}
