package jasyncio.sync;

import jasyncio.Future;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// The tasks that wait in one line, in the order in which they came: the part that all locks and
/// queues have in common. See [LoopBound#park] for how a task gets in and out.
final class Waiters {
  /*
   * Overview
   *
   * Each task that waits has a future of its own, its place, which is only ever woken: whoever is
   * woken looks at the state of the lock or queue when it runs.
   *
   * CPython has two kinds of line, and who comes first depends on which it is:
   *   - untilRun: who has been woken stays in line until it runs, so that whoever comes meanwhile
   *     queues up behind it (Lib/asyncio/locks.py);
   *   - untilWoken: who has been woken is out of the line (Lib/asyncio/queues.py).
   * In both, a place whose task was cancelled stays until the task runs, and is passed over.
   */
  private final boolean untilRun;

  /// The first, who in most lines is the only one.
  private @Nullable Future<@Nullable Void> first;

  /// Those behind it, once there have been any.
  private @Nullable ArrayDeque<Future<@Nullable Void>> others;

  private Waiters(boolean untilRun) {
    this.untilRun = untilRun;
  }

  /// A line that a task leaves when it runs.
  static Waiters untilRun() {
    return new Waiters(true);
  }

  /// A line that a task leaves when it is woken.
  static Waiters untilWoken() {
    return new Waiters(false);
  }

  /// Whether this task has been woken, and not cancelled before.
  static boolean wasWoken(Future<@Nullable Void> place) {
    return place.done() && !place.cancelled();
  }

  void add(Future<@Nullable Void> place) {
    if (isEmpty()) {
      first = place;
      return;
    }
    if (others == null) {
      others = new ArrayDeque<>(4);
    }
    others.add(place);
  }

  /// A task that was woken runs.
  void leave(Future<@Nullable Void> place) {
    if (untilRun) {
      remove(place);
    }
  }

  /// Does nothing if it is not in line.
  void remove(Future<@Nullable Void> place) {
    if (first == place) {
      first = null;
    } else if (others != null) {
      others.remove(place);
    }
  }

  /// Wakes the first that neither has been woken nor cancelled.
  ///
  /// @return false if there is none
  boolean wakeNext() {
    return wake(1) == 1;
  }

  void wakeAll() {
    int _ = wake(Integer.MAX_VALUE);
  }

  /// Wakes so many.
  ///
  /// @return how many there were, up to `most`
  int wake(int most) {
    return untilRun ? wakeInPlace(most) : wakeOut(most);
  }

  private int wakeInPlace(int most) {
    int woken = first != null && most > 0 && first.trySetResult(null) ? 1 : 0;
    if (others != null && woken < most) {
      for (Future<@Nullable Void> place : others) {
        if (place.trySetResult(null) && ++woken == most) {
          break;
        }
      }
    }
    return woken;
  }

  private int wakeOut(int most) {
    int woken = 0;
    while (woken < most) {
      Future<@Nullable Void> place = poll();
      if (place == null) {
        break;
      }
      if (place.trySetResult(null)) {
        woken++;
      }
    }
    return woken;
  }

  private @Nullable Future<@Nullable Void> poll() {
    Future<@Nullable Void> head = first;
    if (head != null) {
      first = null;
      return head;
    }
    return others == null ? null : others.poll();
  }

  /// Wakes the first in line, unless it has been woken or cancelled, and nobody else.
  void wakeFirst() {
    Future<@Nullable Void> head = first != null ? first : others == null ? null : others.peek();
    if (head != null) {
      head.trySetResult(null);
    }
  }

  /// Whether anybody is in line who was not cancelled.
  boolean hasLive() {
    if (first != null && !first.cancelled()) {
      return true;
    }
    if (others != null) {
      for (Future<@Nullable Void> place : others) {
        if (!place.cancelled()) {
          return true;
        }
      }
    }
    return false;
  }

  boolean isEmpty() {
    return first == null && (others == null || others.isEmpty());
  }

  int size() {
    return (first == null ? 0 : 1) + (others == null ? 0 : others.size());
  }
}
