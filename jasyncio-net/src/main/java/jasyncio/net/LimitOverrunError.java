package jasyncio.net;

/// A separator did not come within the reader's limit. The data is still there, so that it can be
/// read in another way.
///
/// Counterpart: `asyncio.LimitOverrunError`.
public final class LimitOverrunError extends RuntimeException {
  private static final long serialVersionUID = 1;

  /// How many bytes can be taken.
  private final int consumed;

  /// An error of this kind.
  ///
  /// @param message what happened
  /// @param consumed how many bytes can be taken without touching the separator
  public LimitOverrunError(String message, int consumed) {
    super(message);
    this.consumed = consumed;
  }

  /// {@return how many bytes can be read before the separator, or a part of it, comes}
  public int consumed() {
    return consumed;
  }
}
