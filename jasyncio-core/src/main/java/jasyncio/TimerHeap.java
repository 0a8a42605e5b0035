package jasyncio;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The timers of a loop: a binary heap ordered by deadline, equal deadlines first in first out.
///
/// A cancelled timer stays until it comes up or until too many have gathered: most timeouts are
/// cancelled long before they are due, and taking one out of the middle would cost more than
/// leaving it.
final class TimerHeap {
  /// Both constants are CPython's: rebuild when there are more timers than this, and more than this
  /// share is cancelled.
  private static final int REBUILD_MINIMUM = 100;

  private static final int REBUILD_SHARE_DIVISOR = 2;

  private @Nullable TimerHandle[] heap = new TimerHandle[64];
  private int size;
  private int cancelled;

  TimerHeap() {}

  boolean isEmpty() {
    return size == 0;
  }

  /// Timers in the heap, cancelled ones included.
  int size() {
    return size;
  }

  void add(TimerHandle timer) {
    rebuildIfMostlyCancelled(); // a busy loop never waits, so this is the only place it passes
    if (size == heap.length) {
      heap = Arrays.copyOf(heap, size * 2);
    }
    timer.scheduled = true;
    siftUp(size++, timer);
  }

  void countCancelled() {
    cancelled++;
  }

  /// The earliest deadline that still counts, or [Long#MAX_VALUE] without any.
  ///
  /// @return nanoseconds from `now`, not negative
  long nanosUntilNext(long now) {
    dropCancelled();
    TimerHandle first = heap[0];
    return size == 0 || first == null ? Long.MAX_VALUE : Math.max(0, first.when - now);
  }

  /// Whether [#moveDue(long, ReadyQueue)] would find anything.
  boolean isDue(long now) {
    return size > 0 && first().when - now <= 0;
  }

  /// Moves every timer that is due to the ready queue, in order, and forgets those that were
  /// cancelled.
  void moveDue(long now, ReadyQueue ready) {
    while (isDue(now)) {
      TimerHandle first = first();
      removeFirst();
      if (!first.cancelled()) {
        ready.add(first);
      }
    }
  }

  void clear() {
    heap = new TimerHandle[64];
    size = 0;
    cancelled = 0;
  }

  private TimerHandle first() {
    TimerHandle first = heap[0];
    assert first != null;
    return first;
  }

  private void dropCancelled() {
    rebuildIfMostlyCancelled();
    while (size > 0 && first().cancelled()) {
      removeFirst();
    }
  }

  private void rebuildIfMostlyCancelled() {
    if (size > REBUILD_MINIMUM && cancelled > size / REBUILD_SHARE_DIVISOR) {
      rebuild();
    }
  }

  private void rebuild() {
    int kept = 0;
    for (int i = 0; i < size; i++) {
      TimerHandle timer = heap[i];
      if (timer != null && timer.cancelled()) {
        timer.scheduled = false;
      } else {
        heap[kept++] = timer;
      }
    }
    Arrays.fill(heap, kept, size, null);
    size = kept;
    cancelled = 0;
    for (int i = size / 2 - 1; i >= 0; i--) {
      siftDown(i, at(i));
    }
  }

  private void removeFirst() {
    TimerHandle removed = first();
    removed.scheduled = false;
    if (removed.cancelled()) {
      cancelled--;
    }
    TimerHandle last = at(--size);
    heap[size] = null;
    if (size > 0) {
      siftDown(0, last);
    }
  }

  private TimerHandle at(int index) {
    TimerHandle timer = heap[index];
    assert timer != null;
    return timer;
  }

  private void siftUp(int index, TimerHandle timer) {
    int hole = index;
    while (hole > 0) {
      int parent = (hole - 1) >>> 1;
      TimerHandle above = at(parent);
      if (!timer.isBefore(above)) {
        break;
      }
      heap[hole] = above;
      hole = parent;
    }
    heap[hole] = timer;
  }

  private void siftDown(int index, TimerHandle timer) {
    int hole = index;
    int half = size >>> 1;
    while (hole < half) {
      int child = 2 * hole + 1;
      if (child + 1 < size && at(child + 1).isBefore(at(child))) {
        child++;
      }
      TimerHandle below = at(child);
      if (!below.isBefore(timer)) {
        break;
      }
      heap[hole] = below;
      hole = child;
    }
    heap[hole] = timer;
  }
}
