package jasyncio;

import org.jspecify.annotations.Nullable;

/// The body of a coroutine with a result: plain Java that may await, and may throw anything.
///
/// @param <T> the type of its result
@FunctionalInterface
public interface AsyncBody<T extends @Nullable Object> {
  /// Runs the body inside a task.
  ///
  /// @return the result
  /// @throws Throwable anything
  T run() throws Throwable;
}
