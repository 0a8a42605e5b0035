package jasyncio.sync;

import org.jspecify.annotations.Nullable;

/// There is nothing to take, and [Queue#getNowait()] does not wait.
///
/// Counterpart: `asyncio.QueueEmpty`.
public class QueueEmpty extends RuntimeException {
  private static final long serialVersionUID = 1;

  /// One without a message.
  public QueueEmpty() {
    this(null);
  }

  /// An error with this message.
  ///
  /// @param message what happened, or null
  public QueueEmpty(@Nullable String message) {
    super(message);
  }
}
