package jasyncio.sync;

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
  private final Waiters waiters = Waiters.untilRun();
  private boolean locked;

  /// A free lock.
  public Lock() {}

  @Override
  public boolean locked() {
    return locked;
  }

  @Override
  void take() {
    touch("acquire");
    if (locked || waiters.hasLive()) {
      park(waiters, newPlace());
    }
    locked = true;
  }

  @Override
  void passOn(Waiters line, boolean woken) {
    if (!locked) {
      waiters.wakeFirst();
    }
  }

  /// Frees the lock, and wakes the first who waits for it. Does not suspend.
  ///
  /// @throws IllegalStateException if it is free, or belongs to a different loop
  @Override
  public void release() {
    touch("release");
    if (!locked) {
      throw new IllegalStateException("Lock is not acquired.");
    }
    locked = false;
    waiters.wakeFirst();
  }

  /// {@return how it stands now}
  public Statistics statistics() {
    return new Statistics(locked, waiters.size());
  }

  @Override
  public String toString() {
    return describe(locked ? "locked" : "unlocked", waiters.size());
  }

  /// The state of a lock at one moment.
  ///
  /// @param locked whether somebody holds it
  /// @param waiting how many wait for it
  public record Statistics(boolean locked, int waiting) {}
}
