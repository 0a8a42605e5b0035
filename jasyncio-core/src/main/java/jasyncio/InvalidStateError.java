package jasyncio;

import org.jspecify.annotations.Nullable;

/// The future is not in a state that allows the call: already done, or not done yet.
///
/// Counterpart: `asyncio.InvalidStateError`.
public class InvalidStateError extends RuntimeException {
  private static final long serialVersionUID = 1;

  /// One without a message.
  public InvalidStateError() {
    this(null);
  }

  /// An error with this message.
  ///
  /// @param message what happened, or null
  public InvalidStateError(@Nullable String message) {
    super(message);
  }
}
