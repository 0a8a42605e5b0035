package jasyncio.sync;

import java.util.Comparator;

/// A [Queue] that gives the smallest item first.
///
/// An item that cannot be compared is refused by `put` with what the comparison threw, and the
/// queue stays as it was.
///
/// Counterpart: `asyncio.PriorityQueue`.
///
/// @param <T> the type of the items
public final class PriorityQueue<T> extends Queue<T> {
  /// A queue without a limit, in the natural order of its items.
  public PriorityQueue() {
    this(0);
  }

  /// A queue that holds at most `maxsize` items, in their natural order; without a limit if that is
  /// zero or less.
  ///
  /// @param maxsize how many items it holds; zero or less for any number
  @SuppressWarnings("unchecked") // as in java.util: an item without a natural order fails in put
  public PriorityQueue(int maxsize) {
    this(maxsize, (Comparator<T>) Comparator.naturalOrder());
  }

  /// A queue that holds at most `maxsize` items, in the given order; without a limit if that is
  /// zero or less.
  ///
  /// @param maxsize how many items it holds; zero or less for any number
  /// @param order which item comes first
  public PriorityQueue(int maxsize, Comparator<? super T> order) {
    super(maxsize, new Heap<>(order));
  }
}
