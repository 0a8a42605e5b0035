package jasyncio.testing;

import java.util.List;

/// Tells the library's code from the user's.
final class Places {
  private static final List<String> LIBRARY =
      List.of(
          "jasyncio.sync.", "jasyncio.net.", "jasyncio.http.", "jasyncio.engine.", "java.", "jdk.");

  private static final String CORE = "jasyncio.";

  /// Of this package, which tests may share: the classes through which resources are made.
  private static final List<String> TESTING =
      List.of("CheckedLoop", "Places", "Resources", "World").stream()
          .map(name -> Places.class.getPackageName() + "." + name)
          .toList();

  private Places() {}

  static boolean isLibrary(String className) {
    return LIBRARY.stream().anyMatch(className::startsWith)
        || (className.startsWith(CORE) && className.indexOf('.', CORE.length()) < 0)
        || TESTING.contains(className);
  }

  /// Where the user's code called the library, as in a stack trace.
  static String ofCaller() {
    return StackWalker.getInstance()
        .walk(frames ->
            frames
                .filter(frame -> !isLibrary(frame.getClassName()))
                .findFirst()
                .map(frame -> frame.toStackTraceElement().toString())
                .orElse("an unknown place"));
  }
}
