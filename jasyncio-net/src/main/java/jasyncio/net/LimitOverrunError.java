package jasyncio.net;

/// A separator did not come within the reader's limit. The data is still there, so that it can be
/// read in another way.
///
/// Counterpart: `asyncio.LimitOverrunError`.
public final class LimitOverrunError extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final int consumed;

  /// @param consumed how many bytes can be taken without touching the separator
  public LimitOverrunError(String message, int consumed) {
    super(message);
    this.consumed = consumed;
  }

  /// How many bytes can be read before the separator, or a part of it, comes.
  public int consumed() {
    return consumed;
  }
}
