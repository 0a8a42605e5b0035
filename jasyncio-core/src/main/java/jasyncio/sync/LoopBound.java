package jasyncio.sync;

import jasyncio.Asyncio;
import jasyncio.EventLoop;
import jasyncio.Future;
import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/// Something that is made without a loop, and belongs to the one on which somebody first has to
/// wait for it.
///
/// Counterpart: `asyncio.mixins._LoopBoundMixin`.
abstract class LoopBound {
  private static final VarHandle LOOP =
      ConstantBootstraps.fieldVarHandle(
          MethodHandles.lookup(), "loop", VarHandle.class, LoopBound.class, EventLoop.class);

  /// Set once, by compare-and-set: of two loops that race for it, the second must be told. Volatile
  /// only for that; it is read where a task has to wait anyway.
  private volatile @Nullable EventLoop loop;

  LoopBound() {}

  /// A future to wait for, on the running loop.
  ///
  /// @throws IllegalStateException if this belongs to another loop, or none is running
  final Future<@Nullable Void> newWaiter() {
    EventLoop running = Asyncio.getRunningLoop();
    EventLoop mine = loop;
    if (mine == null) {
      mine = LOOP.compareAndSet(this, null, running) ? running : loop;
    }
    if (mine != running) {
      throw new IllegalStateException(
          this
              + " is bound to a different event loop: a task has waited for it on "
              + mine
              + ", and now one on "
              + running
              + " has to. Make one for each loop; between loops use callSoonThreadsafe or"
              + " runCoroutineThreadsafe");
    }
    return running.createFuture();
  }

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

  /// Ends the wait of a task that waits for `waiter`.
  ///
  /// @return false if it has been woken or cancelled already
  static boolean wake(Future<@Nullable Void> waiter) {
    if (waiter.done()) {
      return false;
    }
    waiter.setResult(null);
    return true;
  }
}
