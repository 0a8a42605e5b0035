package jasyncio.sync;

import static jasyncio.Asyncio.await;

import jasyncio.Future;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// Lets one task at a time through a stretch of code that awaits. Code that does not await needs no
/// lock.
///
/// ```java
/// try (var _ = await(lock.hold())) {
///   balance = await(load());
///   await(store(balance + 1));
/// }
/// ```
///
/// First come, first served. Not owned by a task: any may release it, and a task that acquires it
/// twice waits for itself. Not thread-safe.
///
/// Counterpart: `asyncio.Lock`.
public final class Lock extends Holdable {
  /*
   * CPython: Lib/asyncio/locks.py, 3.14. release() only wakes the first waiter, which takes the
   * lock when it runs; meanwhile the lock is free, but whoever comes queues up behind the waiter. A
   * waiter that is cancelled after it was woken passes the wake-up on. Difference: it does so
   * whatever ends its wait, not on CancelledError only.
   */
  private @Nullable ArrayDeque<Future<@Nullable Void>> waiters;
  private boolean locked;

  /// A free lock.
  public Lock() {}

  @Override
  public boolean locked() {
    return locked;
  }

  @Override
  void take() {
    if (locked || hasLiveWaiter()) {
      waitForTurn();
    }
    locked = true;
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

  private void waitForTurn() {
    Future<@Nullable Void> waiter = newWaiter();
    ArrayDeque<Future<@Nullable Void>> queue = waiters;
    if (queue == null) {
      queue = new ArrayDeque<>(4);
      waiters = queue;
    }
    queue.add(waiter);
    try {
      await(waiter);
    } catch (Throwable t) {
      queue.remove(waiter);
      if (!locked) {
        wakeFirst(queue);
      }
      throw t;
    }
    queue.remove(waiter);
  }

  /// Frees the lock, and wakes the first who waits for it. Does not suspend.
  ///
  /// @throws IllegalStateException if it is free
  @Override
  public void release() {
    if (!locked) {
      throw new IllegalStateException("Lock is not acquired.");
    }
    locked = false;
    if (waiters != null) {
      wakeFirst(waiters);
    }
  }

  private static void wakeFirst(ArrayDeque<Future<@Nullable Void>> queue) {
    Future<@Nullable Void> first = queue.peek();
    if (first != null) {
      wake(first);
    }
  }

  /// {@return how it stands now}
  public Statistics statistics() {
    return new Statistics(locked, waiting());
  }

  private int waiting() {
    return waiters == null ? 0 : waiters.size();
  }

  @Override
  public String toString() {
    return describe(locked ? "locked" : "unlocked", waiting());
  }

  /// The state of a lock at one moment.
  ///
  /// @param locked whether somebody holds it
  /// @param waiting how many wait for it
  public record Statistics(boolean locked, int waiting) {}
}
