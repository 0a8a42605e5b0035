package jasyncio.sync;

import org.jspecify.annotations.Nullable;

/// The barrier was aborted, or reset while the task waited.
///
/// Counterpart: `asyncio.BrokenBarrierError`.
public class BrokenBarrierError extends IllegalStateException {
  private static final long serialVersionUID = 1;

  /// One without a message.
  public BrokenBarrierError() {}

  /// An error with this message.
  ///
  /// @param message what happened, or null
  public BrokenBarrierError(@Nullable String message) {
    super(message);
  }
}
