package jasyncio;

/// An asynchronous iterator has no more items.
///
/// Counterpart: `StopAsyncIteration`.
public final class StopAsyncIteration extends RuntimeException {
  private static final long serialVersionUID = 1;

  /// The end of an iteration. It carries no stack trace: it is an answer, not an error.
  public StopAsyncIteration() {
    super(null, null, false, false);
  }
}
