package jasyncio.sync;

import org.jspecify.annotations.Nullable;

/// There is no room, and [Queue#putNowait(Object)] does not wait.
///
/// Counterpart: `asyncio.QueueFull`.
public class QueueFull extends RuntimeException {
  private static final long serialVersionUID = 1;

  /// One without a message.
  public QueueFull() {
    this(null);
  }

  /// An error with this message.
  ///
  /// @param message what happened, or null
  public QueueFull(@Nullable String message) {
    super(message);
  }
}
