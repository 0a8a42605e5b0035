package jasyncio.sync;

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
  private final Waiters waiters = Waiters.untilRun();
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
    return value == 0 || waiters.hasLive();
  }

  @Override
  final void take() {
    touch("acquire");
    if (locked()) {
      park(waiters, newPlace());
      wakeAllowed();
    } else {
      value--;
    }
  }

  @Override
  final void passOn(Waiters line, boolean woken) {
    if (woken) {
      value++; // it had been given a permit
    }
    wakeAllowed();
  }

  /// Those who came meanwhile had to queue up although there were permits: lets them through.
  private void wakeAllowed() {
    while (value > 0 && wakeNext()) {}
  }

  /// Gives a permit back: to the first who waits, if anybody does. Does not suspend.
  ///
  /// @throws IllegalStateException if it belongs to a different loop
  @Override
  public void release() {
    touch("release");
    value++;
    wakeNext();
  }

  private boolean wakeNext() {
    boolean woken = waiters.wakeNext();
    if (woken) {
      value--;
    }
    return woken;
  }

  /// {@return how it stands now}
  public final Statistics statistics() {
    return new Statistics(value, waiters.size());
  }

  @Override
  public final String toString() {
    return describe(locked() ? "locked" : "unlocked, value:" + value, waiters.size());
  }

  /// The state of a semaphore at one moment.
  ///
  /// @param value how many permits are free
  /// @param waiting how many tasks wait for one
  public record Statistics(int value, int waiting) {}
}
