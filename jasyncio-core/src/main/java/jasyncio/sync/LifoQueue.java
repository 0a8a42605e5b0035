package jasyncio.sync;

import org.jspecify.annotations.Nullable;

/// A [Queue] that gives the newest item first.
///
/// Counterpart: `asyncio.LifoQueue`.
public final class LifoQueue<T extends @Nullable Object> extends Queue<T> {
  /// A queue without a limit.
  public LifoQueue() {
    this(0);
  }

  /// A queue that holds at most `maxsize` items; without a limit if that is zero or less.
  public LifoQueue(int maxsize) {
    super(maxsize, new Items.Ring<>(true));
  }
}
