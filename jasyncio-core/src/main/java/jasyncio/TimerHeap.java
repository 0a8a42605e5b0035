package jasyncio;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The timers of a loop: a binary heap ordered by deadline, equal deadlines first in first out.
///
/// A cancelled timer stays until it comes up or until too many have gathered: most timeouts are
/// cancelled long before they are due, and taking one out of the middle would cost more than
/// leaving it.
final class TimerHeap {
  /*
   * Timers are set by tasks that may stand where the stack ends. A stack overflow comes up at a
   * call and nowhere else, so whatever moves entries calls nothing: it happens as a whole or not
   * at all.
   */

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
    if (size == heap.length) {
      heap = Arrays.copyOf(heap, size * 2);
    }
    siftUp(timer);
  }

  void countCancelled() {
    cancelled++;
  }

  /// The earliest deadline that still counts, or [Long#MAX_VALUE] without any.
  ///
  /// @return nanoseconds from `now`, not negative
  long nanosUntilNext(long now) {
    while (true) {
      TimerHandle first = heap[0];
      if (first == null) {
        return Long.MAX_VALUE;
      }
      if (!first.cancelled) {
        return Math.max(0, first.when - now);
      }
      removeFirst(first);
    }
  }

  /// Whether [#moveDue(long, ReadyQueue)] would find anything.
  boolean isDue(long now) {
    TimerHandle first = heap[0];
    return first != null && first.when - now <= 0;
  }

  /// Moves every timer that is due to the ready queue, in order, and forgets those that were
  /// cancelled.
  void moveDue(long now, ReadyQueue ready) {
    while (true) {
      TimerHandle first = heap[0];
      if (first == null || first.when - now > 0) {
        return;
      }
      removeFirst(first);
      if (!first.cancelled) {
        ready.add(first);
      }
    }
  }

  void clear() {
    heap = new TimerHandle[64];
    size = 0;
    cancelled = 0;
  }

  /// Whether so many are cancelled that [#rebuild()] pays.
  boolean isMostlyCancelled() {
    return size > REBUILD_MINIMUM && cancelled > size / REBUILD_SHARE_DIVISOR;
  }

  /// Takes all cancelled timers out.
  void rebuild() {
    int kept = 0;
    for (int i = 0; i < size; i++) {
      TimerHandle timer = heap[i];
      assert timer != null;
      if (timer.cancelled) {
        timer.scheduled = false;
      } else {
        heap[kept++] = timer;
      }
    }
    Arrays.fill(heap, kept, size, null);
    size = kept;
    cancelled = 0;
    for (int i = size / 2 - 1; i >= 0; i--) {
      TimerHandle timer = heap[i];
      assert timer != null;
      siftDown(i, timer);
    }
  }

  private void removeFirst(TimerHandle first) {
    first.scheduled = false;
    if (first.cancelled) {
      cancelled--;
    }
    TimerHandle last = heap[--size];
    heap[size] = null;
    if (size > 0) {
      assert last != null;
      siftDown(0, last);
    }
  }

  /// Adds `timer` at the end and moves it up to its place. Calls nothing.
  private void siftUp(TimerHandle timer) {
    @Nullable TimerHandle[] timers = heap;
    timer.scheduled = true;
    int hole = size++;
    while (hole > 0) {
      int parent = (hole - 1) >>> 1;
      TimerHandle above = timers[parent];
      assert above != null;
      long later = timer.when - above.when; // a subtraction, since nanoseconds may wrap
      if (later > 0 || (later == 0 && timer.sequence > above.sequence)) {
        break;
      }
      timers[hole] = above;
      hole = parent;
    }
    timers[hole] = timer;
  }

  /// Puts `timer` where the hole is, or further down. Calls nothing.
  private void siftDown(int from, TimerHandle timer) {
    @Nullable TimerHandle[] timers = heap;
    int hole = from;
    int half = size >>> 1;
    while (hole < half) {
      int child = 2 * hole + 1;
      TimerHandle below = timers[child];
      assert below != null;
      if (child + 1 < size) {
        TimerHandle right = timers[child + 1];
        assert right != null;
        long earlier = below.when - right.when;
        if (earlier > 0 || (earlier == 0 && below.sequence > right.sequence)) {
          child++;
          below = right;
        }
      }
      long later = below.when - timer.when;
      if (later > 0 || (later == 0 && below.sequence > timer.sequence)) {
        break;
      }
      timers[hole] = below;
      hole = child;
    }
    timers[hole] = timer;
  }
}
