package jasyncio.sync;

import static jasyncio.Asyncio.await;

import jasyncio.Future;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// Lets so many tasks at a time through a stretch of code that awaits.
///
/// First come, first served. Permits are not owned: any task may release one, and more can be
/// released than were acquired; [BoundedSemaphore] refuses that. Not thread-safe.
///
/// Counterpart: `asyncio.Semaphore`.
public sealed class Semaphore extends Holdable permits BoundedSemaphore {
  /*
   * CPython: Lib/asyncio/locks.py, 3.14. release() hands the permit to the first waiter at once
   * (`value` stays as it is), so that nobody can overtake it before it runs; a waiter that is
   * cancelled after that puts the permit back. Difference: it does so whatever ends its wait, not
   * on CancelledError only.
   */
  private @Nullable ArrayDeque<Future<@Nullable Void>> waiters;
  private int value;

  /// One permit.
  public Semaphore() {
    this(1);
  }

  /// A semaphore with `value` permits.
  ///
  /// @param value how many may hold it at the same time, zero or more
  /// @throws IllegalArgumentException if `value` is negative
  public Semaphore(int value) {
    if (value < 0) {
      throw new IllegalArgumentException("Semaphore initial value must be >= 0, not " + value);
    }
    this.value = value;
  }

  /// Permits that are free.
  final int value() {
    return value;
  }

  @Override
  public final boolean locked() {
    return value == 0 || hasLiveWaiter();
  }

  private boolean hasLiveWaiter() {
    if (waiters != null) {
      for (Future<@Nullable Void> waiter : waiters) {
        if (!waiter.cancelled()) {
          return true;
        }
      }
    }
    return false;
  }

  @Override
  final void take() {
    if (locked()) {
      waitForPermit();
    } else {
      value--;
    }
  }

  private void waitForPermit() {
    Future<@Nullable Void> waiter = newWaiter();
    if (waiters == null) {
      waiters = new ArrayDeque<>(4);
    }
    waiters.add(waiter);
    try {
      await(waiter);
    } catch (Throwable t) {
      waiters.remove(waiter);
      if (waiter.done() && !waiter.cancelled()) { // it had been given a permit
        value++;
      }
      wakeAllowed();
      throw t;
    }
    waiters.remove(waiter);
    wakeAllowed();
  }

  /// Those who came meanwhile had to queue up although there were permits: lets them through.
  private void wakeAllowed() {
    while (value > 0 && wakeNext()) {}
  }

  /// Gives a permit back: to the first who waits, if anybody does. Does not suspend.
  @Override
  public void release() {
    value++;
    wakeNext();
  }

  private boolean wakeNext() {
    if (waiters != null) {
      for (Future<@Nullable Void> waiter : waiters) {
        if (wake(waiter)) {
          value--;
          return true;
        }
      }
    }
    return false;
  }

  /// {@return how it stands now}
  public final Statistics statistics() {
    return new Statistics(value, waiting());
  }

  private int waiting() {
    return waiters == null ? 0 : waiters.size();
  }

  @Override
  public final String toString() {
    return describe(locked() ? "locked" : "unlocked, value:" + value, waiting());
  }

  /// The state of a semaphore at one moment.
  ///
  /// @param value how many permits are free
  /// @param waiting how many tasks wait for one
  public record Statistics(int value, int waiting) {}
}
