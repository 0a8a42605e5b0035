package jasyncio.net;

/// A file cannot be sent by the system itself, and copying was not allowed.
///
/// Counterpart: `asyncio.SendfileNotAvailableError`.
public final class SendfileNotAvailableError extends IllegalStateException {
  private static final long serialVersionUID = 1;

  /// An error with a message of its own.
  ///
  /// @param message what happened
  public SendfileNotAvailableError(String message) {
    super(message);
  }
}
