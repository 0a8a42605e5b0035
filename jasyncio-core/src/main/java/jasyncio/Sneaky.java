package jasyncio;

import org.jspecify.annotations.Nullable;

/// Throws any exception as itself, past the compiler's check: what a task failed with arrives
/// unwrapped at its await.
final class Sneaky {
  private Sneaky() {}

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  static <X extends Throwable> RuntimeException rethrow(@Nullable Throwable t) throws X {
    throw (X) java.util.Objects.requireNonNull(t);
  }
}
