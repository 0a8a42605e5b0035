package jasyncio.sync;

import org.jspecify.annotations.Nullable;

/// A [Queue] that gives the newest item first.
///
/// Counterpart: `asyncio.LifoQueue`.
///
/// @param <T> the type of the items
public final class LifoQueue<T extends @Nullable Object> extends Queue<T> {
  /// A queue without a limit.
  public LifoQueue() {
    this(0);
  }

  /// A queue that holds at most `maxsize` items; without a limit if that is zero or less.
  ///
  /// @param maxsize how many items it holds; zero or less for any number
  public LifoQueue(int maxsize) {
    super(maxsize, new Items.Ring<>(true));
  }
}
