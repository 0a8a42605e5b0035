package jasyncio.sync;

import org.jspecify.annotations.Nullable;

/// The queue has been shut down: it takes no more items, and has none left to give.
///
/// Counterpart: `asyncio.QueueShutDown`.
public class QueueShutDown extends RuntimeException {
  private static final long serialVersionUID = 1;

  /// One without a message.
  public QueueShutDown() {
    this(null);
  }

  /// An error with this message.
  ///
  /// @param message what happened, or null
  public QueueShutDown(@Nullable String message) {
    super(message);
  }
}
