package jasyncio.sync;

import static jasyncio.Asyncio.await;

import jasyncio.EventLoop;
import jasyncio.Future;
import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Something that is made without a loop, and belongs to the one that uses it first; and how tasks
/// wait for it.
///
/// Counterpart: `asyncio.mixins._LoopBoundMixin`.
abstract class LoopBound {
  /*
   * Overview
   *
   * Every operation that changes something begins with touch(), so that a use from a wrong loop or
   * thread fails before anything has happened:
   *
   *   on its own loop                       goes on
   *   on another loop, its own is closed    that is its own from now on
   *   on another loop, its own is open      refused, naming both
   *   on a thread without a loop            refused while its own runs, else goes on
   *
   * CPython is told only when a task has to wait, and then for good. The second half holds here
   * too: what a task has once waited for is not waited for on another loop, closed or not.
   */
  private static final VarHandle USER =
      ConstantBootstraps.fieldVarHandle(
          MethodHandles.lookup(), "user", VarHandle.class, LoopBound.class, EventLoop.class);

  private static final String REMEDY =
      ". Make one for each loop; between loops use callSoonThreadsafe or runCoroutineThreadsafe";

  /// The loop that uses it. Volatile, and set by compare-and-set: of two loops that race for it,
  /// the second must be told.
  private volatile @Nullable EventLoop user;

  /// The loop on which a task first had to wait for it.
  private @Nullable EventLoop waitedOn;

  LoopBound() {}

  /// Begins every operation that changes something.
  ///
  /// @param operation the method, for the message
  /// @throws IllegalStateException if this belongs to a different loop, or the thread is not that
  ///   of its loop
  final void touch(String operation) {
    EventLoop mine = user;
    if (mine == null || !mine.runsOn(Thread.currentThread())) {
      touchFromElsewhere(mine, operation);
    }
  }

  private void touchFromElsewhere(@Nullable EventLoop known, String operation) {
    EventLoop running = EventLoop.runningOrNull();
    EventLoop mine = known;
    if (running == null) {
      if (mine != null) {
        mine.checkThread(this, operation);
      }
      return;
    }
    while (mine == null || mine.isClosed()) {
      if (USER.compareAndSet(this, mine, running)) {
        return;
      }
      mine = user;
    }
    throw new IllegalStateException(
        this
            + " is bound to a different event loop: "
            + mine
            + " uses it, and now "
            + operation
            + " was called on "
            + running
            + REMEDY);
  }

  /// A place in a line, for [#park], after [#touch].
  ///
  /// @throws IllegalStateException if a task has waited for this on another loop
  final Future<@Nullable Void> newPlace() {
    EventLoop running = Objects.requireNonNull(user);
    if (waitedOn == null) {
      waitedOn = running;
    } else if (waitedOn != running) {
      throw new IllegalStateException(
          this
              + " is bound to a different event loop: a task has waited for it on "
              + waitedOn
              + ", and now one on "
              + running
              + " has to"
              + REMEDY);
    }
    return running.createFuture();
  }

  /// Waits in `line`, in the current task, until woken. If the wait ends otherwise, [#passOn] is
  /// told.
  final void park(Waiters line, Future<@Nullable Void> place) {
    line.add(place);
    try {
      await(place);
    } catch (Throwable t) {
      line.remove(place);
      passOn(line, Waiters.wasWoken(place));
      throw t;
    }
    line.leave(place);
  }

  /// A task has left the line without what it waited for: it was cancelled, mostly. What it had
  /// been given goes to another.
  ///
  /// @param woken whether it had been woken before
  void passOn(Waiters line, boolean woken) {}

  /// `<Lock 0x1b2c [locked, waiters:2]>`, as in CPython.
  final String describe(String state, int waiting) {
    return "<"
        + getClass().getSimpleName()
        + " 0x"
        + Integer.toHexString(System.identityHashCode(this))
        + " ["
        + state
        + (waiting > 0 ? ", waiters:" + waiting : "")
        + "]>";
  }
}
