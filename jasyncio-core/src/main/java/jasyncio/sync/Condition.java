package jasyncio.sync;

import static jasyncio.Asyncio.async;

import jasyncio.CancelledError;
import jasyncio.CheckReturnValue;
import jasyncio.Coroutine;
import jasyncio.Future;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// A lock whose holder can wait until another holder says that something has changed.
///
/// ```java
/// await(condition.with(() -> {
///   await(condition.waitFor(() -> !jobs.isEmpty()));
///   return jobs.removeFirst();
/// }));
/// ```
///
/// `wait()`, `notify()` and `notifyAll()` of every Java object cannot be overridden: here they are
/// [#waitNotified()], [#notifyOne()] and [#notifyWaiters()]. Not thread-safe.
///
/// Counterpart: `asyncio.Condition`.
public final class Condition extends Holdable {
  /*
   * CPython: Lib/asyncio/locks.py, 3.14. A waiter that ends by an exception, cancelled or not,
   * notified or not, takes the lock first and then notifies another one in its place: a spurious
   * wake-up is allowed, a lost one is not.
   */
  private final Lock lock;
  private final Waiters waiters = Waiters.untilRun();

  /// A condition with a lock of its own.
  public Condition() {
    this(new Lock());
  }

  /// A condition on a lock that others use too.
  ///
  /// @param lock the lock to take and free, of the same loop
  public Condition(Lock lock) {
    this.lock = Objects.requireNonNull(lock, "lock");
  }

  @Override
  void take() {
    touch("acquire");
    lock.take();
  }

  /// Frees the lock. Does not suspend, and notifies nobody.
  ///
  /// @throws IllegalStateException if it is free, or belongs to a different loop
  @Override
  public void release() {
    touch("release");
    lock.release();
  }

  @Override
  public boolean locked() {
    return lock.locked();
  }

  /// Frees the lock, waits to be notified, and takes the lock again. The result is always true. It
  /// may return without a notification, so look again at what you wait for: [#waitFor] does.
  ///
  /// Suspends always. Cancel-safe: it takes the lock before it throws, however often it is
  /// cancelled, and a notification that had reached it goes to another waiter.
  ///
  /// Counterpart: `Condition.wait()`.
  ///
  /// @return a coroutine that gives true
  /// @throws IllegalStateException when awaited, if the lock is free, or the condition belongs to a
  ///   different loop
  @CheckReturnValue
  public Coroutine<Boolean> waitNotified() {
    return async(() -> {
      awaitNotified();
      return true;
    });
  }

  /// Waits until `predicate` is true: asks it with the lock held, now and after each notification.
  ///
  /// Suspends only if it is false. Cancel-safe as [#waitNotified()] is. The result is always true.
  ///
  /// Counterpart: `Condition.wait_for(predicate)`.
  ///
  /// @param predicate asked with the lock held
  /// @return a coroutine that gives true
  /// @throws IllegalStateException when awaited, if it has to wait and the lock is free
  @CheckReturnValue
  public Coroutine<Boolean> waitFor(BooleanSupplier predicate) {
    return async(() -> {
      awaitTrue(predicate);
      return true;
    });
  }

  void awaitTrue(BooleanSupplier predicate) {
    while (!predicate.getAsBoolean()) {
      awaitNotified();
    }
  }

  private void awaitNotified() {
    touch("waitNotified");
    if (!locked()) {
      throw new IllegalStateException("cannot wait on un-acquired lock");
    }
    Future<@Nullable Void> place = newPlace();
    release();
    try {
      parkAndRetake(place);
    } catch (Throwable t) {
      waiters.wakeNext();
      throw t;
    }
  }

  private void parkAndRetake(Future<@Nullable Void> place) {
    try {
      park(waiters, place);
    } catch (Throwable t) {
      retake();
      throw t;
    }
    retake();
  }

  /// Takes the lock, however often it is cancelled meanwhile; then throws the latest cancellation.
  private void retake() {
    CancelledError latest = null;
    while (true) {
      try {
        lock.take();
        break;
      } catch (CancelledError e) {
        latest = e;
      }
    }
    if (latest != null) {
      throw latest;
    }
  }

  /// Wakes the task that has waited longest, if any. Does not suspend; the task goes on when it has
  /// got the lock, so release that soon.
  ///
  /// Counterpart: `Condition.notify()`.
  ///
  /// @throws IllegalStateException if the lock is free, or the condition belongs to a different
  ///   loop
  public void notifyOne() {
    notify(1);
  }

  /// Wakes the `n` tasks that have waited longest, or all if there are fewer.
  ///
  /// Counterpart: `Condition.notify(n)`.
  ///
  /// @param n how many tasks to wake at most
  /// @throws IllegalStateException if the lock is free, or the condition belongs to a different
  ///   loop
  public void notify(int n) {
    touch("notify");
    if (!locked()) {
      throw new IllegalStateException("cannot notify on un-acquired lock");
    }
    waiters.wake(n);
  }

  /// Wakes all who wait. Counterpart: `Condition.notify_all()`.
  ///
  /// @throws IllegalStateException if the lock is free, or the condition belongs to a different
  ///   loop
  public void notifyWaiters() {
    notify(waiters.size());
  }

  /// {@return how it stands now}
  public Statistics statistics() {
    return new Statistics(waiters.size(), lock.statistics());
  }

  @Override
  public String toString() {
    return describe(locked() ? "locked" : "unlocked", waiters.size());
  }

  /// The state of a condition at one moment.
  ///
  /// @param waiting how many wait to be notified
  /// @param lock the state of its lock
  public record Statistics(int waiting, Lock.Statistics lock) {}
}
