package jasyncio;

import org.jspecify.annotations.Nullable;

/// The task, or what it waits for, was cancelled.
///
/// It extends [Error] so that `catch (Exception e)` does not swallow a cancellation; asyncio learnt
/// this in 3.8, when its own became a `BaseException`. Whoever catches it to clean up should throw
/// it on.
///
/// Counterpart: `asyncio.CancelledError`.
public final class CancelledError extends Error {
  private static final long serialVersionUID = 1;

  /// A cancellation without a message.
  public CancelledError() {
    this(null);
  }

  /// An error with this message.
  ///
  /// @param message what was given to `cancel(message)`, or null
  public CancelledError(@Nullable String message) {
    super(message);
  }
}
