package jasyncio.sync;

import static jasyncio.Asyncio.async;

import jasyncio.CheckReturnValue;
import jasyncio.Coroutine;

/// A flag that tasks can wait for. Not thread-safe: another thread sets it through
/// `loop.callSoonThreadsafe(event::set)`.
///
/// Counterpart: `asyncio.Event`.
public final class Event extends LoopBound {
  // CPython: Lib/asyncio/locks.py, 3.14.
  private final Waiters waiters = Waiters.untilRun();
  private boolean set;

  /// A flag that is not set.
  public Event() {}

  /// {@return whether it is set}
  public boolean isSet() {
    return set;
  }

  /// Sets the flag and wakes all who wait for it; each goes on even if the flag is cleared before
  /// its turn comes. Does not suspend.
  ///
  /// @throws IllegalStateException if the event belongs to a different loop
  public void set() {
    touch("set");
    if (!set) {
      set = true;
      waiters.wakeAll();
    }
  }

  /// Takes the flag down. Does not suspend.
  ///
  /// @throws IllegalStateException if the event belongs to a different loop
  public void clear() {
    touch("clear");
    set = false;
  }

  /// Waits until the flag is set. The result is always true.
  ///
  /// Suspends only if it is not set. Cancel-safe: nothing is lost.
  ///
  /// Counterpart: `Event.wait()`, a name that Java has given away.
  ///
  /// @return a coroutine that gives true
  /// @throws IllegalStateException when awaited, if the event belongs to a different loop
  @CheckReturnValue
  public Coroutine<Boolean> waitSet() {
    return async(() -> {
      touch("waitSet");
      if (!set) {
        park(waiters, newPlace());
      }
      return true;
    });
  }

  /// {@return how it stands now}
  public Statistics statistics() {
    return new Statistics(set, waiters.size());
  }

  @Override
  public String toString() {
    return describe(set ? "set" : "unset", waiters.size());
  }

  /// The state of an event at one moment.
  ///
  /// @param set whether the flag is set
  /// @param waiting how many wait for it
  public record Statistics(boolean set, int waiting) {}
}
