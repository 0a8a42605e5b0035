package jasyncio.sync;

import static jasyncio.Asyncio.async;

import jasyncio.CheckReturnValue;
import jasyncio.Coroutine;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A place where tasks wait until a given number of them has arrived; then all go on, and it can be
/// used again.
///
/// Not thread-safe.
///
/// Counterpart: `asyncio.Barrier`.
public final class Barrier extends LoopBound {
  /*
   * Overview
   *
   *   FILLING ----last one arrives---> DRAINING --all have left--> FILLING
   *   FILLING ----reset, with waiters-> RESETTING --all have left--> FILLING
   *   DRAINING ---reset, with waiters-> RESETTING
   *   any --------abort---------------> BROKEN --reset, without waiters--> FILLING
   *   BROKEN -----reset, with waiters-> RESETTING
   *
   * Newcomers wait while it is DRAINING or RESETTING. All changes are made with the condition's
   * lock held, as in CPython, because that decides who goes on when.
   *
   * CPython: Lib/asyncio/locks.py, 3.14.
   */
  private enum State {
    FILLING,
    DRAINING,
    RESETTING,
    BROKEN
  }

  private final Condition condition = new Condition();
  private final int parties;
  private State state = State.FILLING;

  /// Tasks inside waitAll() that have arrived and not left.
  private int count;

  /// A barrier for so many tasks.
  ///
  /// @param parties how many tasks meet, at least 1
  /// @throws IllegalArgumentException if `parties` is less than 1
  public Barrier(int parties) {
    if (parties < 1) {
      throw new IllegalArgumentException("parties must be >= 1, not " + parties);
    }
    this.parties = parties;
  }

  /// Arrives, and waits until all parties have. The result is the order of arrival, 0 to `parties -
  /// 1`, so that one of them can do what is to be done once.
  ///
  /// The last to arrive does not suspend. Cancel-safe: a cancelled task counts as not having
  /// arrived.
  ///
  /// Counterpart: `Barrier.wait()`, and `async with barrier as index:`.
  ///
  /// @return a coroutine that gives the order of arrival
  /// @throws BrokenBarrierError when awaited, if it is broken, or is aborted or reset meanwhile
  @CheckReturnValue
  public Coroutine<Integer> waitAll() {
    return async(() -> {
      touch("waitAll");
      condition.take();
      try {
        return arrive();
      } finally {
        condition.release();
      }
    });
  }

  private int arrive() {
    condition.awaitTrue(() -> state != State.DRAINING && state != State.RESETTING);
    if (state == State.BROKEN) {
      throw new BrokenBarrierError("Barrier aborted");
    }
    int index = count++;
    try {
      if (index + 1 == parties) {
        state = State.DRAINING;
        condition.notifyWaiters();
      } else {
        waitForOthers();
      }
      return index;
    } finally {
      leave();
    }
  }

  private void waitForOthers() {
    condition.awaitTrue(() -> state != State.FILLING);
    if (state == State.BROKEN || state == State.RESETTING) {
      throw new BrokenBarrierError("Abort or reset of barrier");
    }
  }

  private void leave() {
    count--;
    if (count == 0) {
      if (state == State.RESETTING || state == State.DRAINING) {
        state = State.FILLING;
      }
      condition.notifyWaiters();
    }
  }

  /// Makes the barrier empty again, broken or not: tasks that wait get a [BrokenBarrierError].
  ///
  /// Does not suspend, so it cannot be cancelled half-way: nobody holds the barrier's lock while
  /// waiting.
  ///
  /// @return a coroutine that does so when awaited
  @CheckReturnValue
  public Coroutine<@Nullable Void> reset() {
    return change("reset", () -> count > 0 ? State.RESETTING : State.FILLING);
  }

  /// Breaks the barrier: tasks that wait, and all that come until it is reset, get a
  /// [BrokenBarrierError].
  ///
  /// Does not suspend, so it cannot be cancelled half-way: nobody holds the barrier's lock while
  /// waiting.
  ///
  /// @return a coroutine that does so when awaited
  @CheckReturnValue
  public Coroutine<@Nullable Void> abort() {
    return change("abort", () -> State.BROKEN);
  }

  private Coroutine<@Nullable Void> change(String operation, Supplier<State> next) {
    return async(() -> {
      touch(operation);
      condition.take();
      try {
        state = next.get();
        condition.notifyWaiters();
      } finally {
        condition.release();
      }
    });
  }

  /// {@return how many tasks it waits for}
  public int parties() {
    return parties;
  }

  /// {@return how many tasks have arrived and wait; 0 while they are let through} Counterpart:
  /// `n_waiting`.
  public int nWaiting() {
    return state == State.FILLING ? count : 0;
  }

  /// {@return whether it was aborted}
  public boolean broken() {
    return state == State.BROKEN;
  }

  /// {@return how it stands now}
  public Statistics statistics() {
    return new Statistics(parties, nWaiting(), broken());
  }

  @Override
  public String toString() {
    return "<Barrier 0x"
        + Integer.toHexString(System.identityHashCode(this))
        + " ["
        + state.name().toLowerCase(Locale.ROOT)
        + (broken() ? "" : ", waiters:" + nWaiting() + "/" + parties)
        + "]>";
  }

  /// The state of a barrier at one moment.
  ///
  /// @param parties how many tasks it waits for
  /// @param waiting how many have arrived and wait
  /// @param broken whether it was aborted
  public record Statistics(int parties, int waiting, boolean broken) {}
}
