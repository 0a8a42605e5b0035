package jasyncio.net;

/// There is no such process any more. Counterpart: the builtin `ProcessLookupError`.
public final class ProcessLookupError extends IllegalStateException {
  private static final long serialVersionUID = 1;

  /// An error with this message.
  ///
  /// @param message what it says
  public ProcessLookupError(String message) {
    super(message);
  }
}
