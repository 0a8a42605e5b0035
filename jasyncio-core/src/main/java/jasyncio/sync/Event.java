package jasyncio.sync;

import static jasyncio.Asyncio.async;
import static jasyncio.Asyncio.await;

import jasyncio.CheckReturnValue;
import jasyncio.Coroutine;
import jasyncio.Future;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// A flag that tasks can wait for. Not thread-safe: another thread sets it through
/// `loop.callSoonThreadsafe(event::set)`.
///
/// Counterpart: `asyncio.Event`.
public final class Event extends LoopBound {
  // CPython: Lib/asyncio/locks.py, 3.14.
  /// The first to wait, who in most events is the only one.
  private @Nullable Future<@Nullable Void> first;

  /// Those who came later.
  private @Nullable ArrayDeque<Future<@Nullable Void>> others;

  private boolean set;

  /// A flag that is not set.
  public Event() {}

  /// {@return whether it is set}
  public boolean isSet() {
    return set;
  }

  /// Sets the flag and wakes all who wait for it; each goes on even if the flag is cleared before
  /// its turn comes. Does not suspend.
  public void set() {
    if (!set) {
      set = true;
      if (first != null) {
        wake(first);
      }
      if (others != null) {
        others.forEach(LoopBound::wake);
      }
    }
  }

  /// Takes the flag down. Does not suspend.
  public void clear() {
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
      awaitSet();
      return true;
    });
  }

  void awaitSet() {
    if (set) {
      return;
    }
    Future<@Nullable Void> waiter = newWaiter();
    add(waiter);
    try {
      await(waiter);
    } finally {
      remove(waiter);
    }
  }

  private void add(Future<@Nullable Void> waiter) {
    if (first == null && others == null) {
      first = waiter;
      return;
    }
    if (others == null) {
      others = new ArrayDeque<>(4);
    }
    others.add(waiter);
  }

  private void remove(Future<@Nullable Void> waiter) {
    if (first == waiter) {
      first = null;
    } else if (others != null && others.remove(waiter) && others.isEmpty()) {
      others = null;
    }
  }

  private int waiting() {
    return (first == null ? 0 : 1) + (others == null ? 0 : others.size());
  }

  /// {@return how it stands now}
  public Statistics statistics() {
    return new Statistics(set, waiting());
  }

  @Override
  public String toString() {
    return describe(set ? "set" : "unset", waiting());
  }

  /// The state of an event at one moment.
  ///
  /// @param set whether the flag is set
  /// @param waiting how many wait for it
  public record Statistics(boolean set, int waiting) {}
}
