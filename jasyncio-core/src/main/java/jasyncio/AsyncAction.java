package jasyncio;

/// The body of a coroutine without a result: plain Java that may await, and may throw anything.
@FunctionalInterface
public interface AsyncAction {
  /// Runs the body inside a task.
  ///
  /// @throws Throwable anything
  void run() throws Throwable;
}
