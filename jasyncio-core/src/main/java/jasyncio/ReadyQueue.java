package jasyncio;

import jasyncio.spi.Chooser;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What can run now, in order: an array ring of callbacks ([Handle]) and tasks whose next step is
/// due ([Task]).
///
/// A task stands in the queue itself, with no handle around it; it is in there at most once.
final class ReadyQueue implements Chooser.Ready {
  private static final int INITIAL_CAPACITY = 64; // a power of two, as every capacity is

  private @Nullable Object[] ring = new Object[INITIAL_CAPACITY];
  private int head;
  private int size;
  private int ofThisTurn;

  ReadyQueue() {}

  @Override
  public int size() {
    return size;
  }

  @Override
  public int ofThisTurn() {
    return ofThisTurn;
  }

  @Override
  public Object item(int index) {
    Objects.checkIndex(index, size);
    Object item = ring[(head + index) & (ring.length - 1)];
    assert item != null;
    return item;
  }

  boolean isEmpty() {
    return size == 0;
  }

  void add(Object item) {
    if (size == ring.length) {
      grow();
    }
    ring[(head + size) & (ring.length - 1)] = item;
    size++;
  }

  /// The oldest item; the queue must not be empty.
  Object first() {
    Object item = ring[head];
    assert item != null;
    return item;
  }

  /// Adds several items, all or none.
  void addAll(Object[] items) {
    while (size + items.length > ring.length) {
      grow();
    }
    @Nullable Object[] all = ring;
    int end = head + size;
    for (Object item : items) {
      all[end++ & (all.length - 1)] = item;
    }
    size += items.length;
  }

  /// Removes the oldest item; the queue must not be empty.
  Object take() {
    assert size > 0;
    @Nullable Object[] items = ring;
    int at = head;
    Object item = items[at];
    items[at] = null;
    head = (at + 1) & (items.length - 1);
    size--;
    assert item != null;
    return item;
  }

  /// Removes the item that `chooser` wants; the queue must not be empty.
  ///
  /// @param batch how many items belong to this turn
  Object takeChosen(Chooser chooser, int batch) {
    ofThisTurn = batch;
    int index = chooser.choose(this);
    if (index < 0 || index >= size) {
      throw new IllegalStateException(
          chooser + " chose item " + index + " of " + size + "; they are numbered from 0");
    }
    return takeAt(index);
  }

  /// Removes the item that stands `index` places behind the oldest; those before it keep their
  /// order.
  Object takeAt(int index) {
    int mask = ring.length - 1;
    Object chosen = ring[(head + index) & mask];
    for (int i = index; i > 0; i--) {
      ring[(head + i) & mask] = ring[(head + i - 1) & mask];
    }
    ring[head] = chosen;
    return take();
  }

  /// Removes `item` wherever it stands; for the rare case that a suspension was refused after it
  /// had been announced.
  ///
  /// @return its position before, or -1 if it was not there
  int remove(Object item) {
    for (int i = 0; i < size; i++) {
      if (ring[(head + i) & (ring.length - 1)] == item) {
        takeAt(i);
        return i;
      }
    }
    return -1;
  }

  void clear() {
    ring = new Object[INITIAL_CAPACITY];
    head = 0;
    size = 0;
  }

  private void grow() {
    @Nullable Object[] bigger = new Object[ring.length * 2];
    int first = ring.length - head;
    System.arraycopy(ring, head, bigger, 0, first);
    System.arraycopy(ring, 0, bigger, first, head);
    ring = bigger;
    head = 0;
  }
}
