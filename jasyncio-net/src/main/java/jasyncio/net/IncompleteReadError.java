package jasyncio.net;

import java.util.OptionalInt;

/// The stream ended before there was as much as was asked for.
///
/// Counterpart: `asyncio.IncompleteReadError`.
public final class IncompleteReadError extends RuntimeException {
  private static final long serialVersionUID = 1;

  /// What was read.
  private final byte[] partial;

  /// How many bytes were asked for.
  private final int expected;

  /// An error of this kind.
  ///
  /// @param partial what was read before the end
  /// @param expected how many bytes were asked for, or a negative number if that is not known
  public IncompleteReadError(byte[] partial, int expected) {
    super(
        partial.length
            + " bytes read on a total of "
            + (expected < 0 ? "undefined" : expected)
            + " expected bytes");
    this.partial = partial.clone();
    this.expected = expected;
  }

  /// {@return what was read before the end of the stream; it has been taken from the reader}
  public byte[] partial() {
    return partial.clone();
  }

  /// {@return how many bytes were asked for; empty if a separator was}
  public OptionalInt expected() {
    return expected < 0 ? OptionalInt.empty() : OptionalInt.of(expected);
  }
}
