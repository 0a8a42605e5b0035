package jasyncio;

import org.jspecify.annotations.Nullable;

/// The body of a coroutine with a result: plain Java that may await, and may throw anything.
@FunctionalInterface
public interface AsyncBody<T extends @Nullable Object> {
  /// Runs the body inside a task.
  T run() throws Throwable;
}
