package jasyncio.spi;

import jasyncio.Task;

/// Is told what a loop does, on the loop's thread; for tests and tools. Each method does nothing
/// unless overridden.
///
/// A method may look at everything and may cancel tasks, but must not await. What it throws ends
/// the loop. While a loop has an instrument, every suspension leaves the task's stack, so that each
/// step begins and ends here; order and turns are the same.
public interface Instrument {
  /// A task is about to run: for the first time, or because what it waited for has happened.
  ///
  /// @param task the task
  default void beforeStep(Task<?> task) {}

  /// A task has ended or suspended.
  ///
  /// @param task the task
  default void afterStep(Task<?> task) {}

  /// A turn begins, before the driver is polled.
  ///
  /// @param turn its number, from 1
  default void beforeTurn(long turn) {}
}
