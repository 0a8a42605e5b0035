package jasyncio;

import org.jspecify.annotations.Nullable;

/// A deadline passed before the operation was done. The message says which operation, and after how
/// long.
///
/// Counterpart: `asyncio.TimeoutError`, which is the builtin `TimeoutError`.
public class TimeoutError extends RuntimeException {
  private static final long serialVersionUID = 1;

  /// One without a message.
  public TimeoutError() {
    this(null);
  }

  /// An error with this message.
  ///
  /// @param message what happened, or null
  public TimeoutError(@Nullable String message) {
    super(message);
  }
}
