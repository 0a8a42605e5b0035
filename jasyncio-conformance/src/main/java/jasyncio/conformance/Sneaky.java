package jasyncio.conformance;

/// Throws any exception as itself, past the compiler's check.
final class Sneaky {
  private Sneaky() {}

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  static <X extends Throwable> RuntimeException rethrow(Throwable t) throws X {
    throw (X) t;
  }
}
