package jasyncio.sync;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A binary heap that gives the smallest item first.
///
/// It moves items exactly as CPython's `heapq` does, so that equal items come out in the same order
/// there and here. It compares before it moves anything: a comparator that throws leaves it intact.
final class Heap<T extends @Nullable Object> implements Items<T> {
  private final List<T> heap = new ArrayList<>();
  private final Comparator<? super T> order;

  Heap(Comparator<? super T> order) {
    this.order = Objects.requireNonNull(order, "order");
  }

  @Override
  public int size() {
    return heap.size();
  }

  @Override
  public void put(T item) {
    int hole = heap.size();
    if (hole == 0) {
      order.compare(item, item); // refuses what cannot be compared before it is in
    }
    while (hole > 0 && isBefore(item, heap.get(parent(hole)))) {
      hole = parent(hole);
    }
    heap.add(item);
    for (int i = heap.size() - 1; i > hole; i = parent(i)) {
      heap.set(i, heap.get(parent(i)));
    }
    heap.set(hole, item);
  }

  @Override
  public T take() {
    int last = heap.size() - 1;
    T item = heap.get(last);
    if (last == 0) {
      heap.removeLast();
      return item;
    }
    // heapq lets the hole sink to a leaf along the smaller children, then the last item rise from
    // there.
    int hole = leafOfSmallest(last);
    while (hole > 0 && isBefore(item, heap.get(hole))) {
      hole = parent(hole);
    }
    heap.removeLast();
    for (int i = hole; i > 0; i = parent(i)) {
      item = heap.set(i, item);
    }
    return heap.set(0, item);
  }

  /// Where one gets from the root by always going to the smaller child, the right one if they are
  /// equal.
  private int leafOfSmallest(int size) {
    int at = 0;
    for (int child = 1; child < size; child = 2 * at + 1) {
      int right = child + 1;
      at = right < size && !isBefore(heap.get(child), heap.get(right)) ? right : child;
    }
    return at;
  }

  private boolean isBefore(T a, T b) {
    return order.compare(a, b) < 0;
  }

  private static int parent(int index) {
    return (index - 1) >> 1;
  }
}
