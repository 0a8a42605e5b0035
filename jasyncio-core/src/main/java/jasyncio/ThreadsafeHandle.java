package jasyncio;

import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/// A callback from another thread, which may be cancelled from any: when [#cancel()] returns there,
/// the callback does not run, and will not.
///
/// CPython: events._ThreadSafeHandle, 3.14, which holds a lock meanwhile. Here the loop takes one
/// only if somebody waits.
final class ThreadsafeHandle extends Handle {
  /*
   * Overview
   *
   *   WAITING --loop----> RUNNING --loop----> OVER
   *   WAITING --cancel--> CANCELLED
   *
   * Who cancels a running one writes `awaited`, then reads `state`; the loop writes `state`, then
   * reads `awaited`. Both are volatile, so at least one sees the other.
   *
   * Code of the loop itself never waits: it may be the callback that cancels itself, or a task that
   * the callback has started eagerly.
   */
  private static final int WAITING = 0;
  private static final int RUNNING = 1;
  private static final int OVER = 2;
  private static final int CANCELLED = 3;

  private static final VarHandle STATE =
      ConstantBootstraps.fieldVarHandle(
          MethodHandles.lookup(), "state", VarHandle.class, ThreadsafeHandle.class, int.class);

  /// How long to wait at most before looking again: where the loop's stack ends, it may be unable
  /// to wake anybody.
  private static final long LOOK_AGAIN_MILLIS = 100;

  /// Volatile: of the loop that begins and a thread that cancels, one comes first.
  private volatile int state = WAITING;

  /// Volatile: see above.
  private volatile boolean awaited;

  ThreadsafeHandle(Kernel kernel, Runnable callback, Object context) {
    super(kernel, callback, context);
  }

  @Override
  public void cancel() {
    if (!STATE.compareAndSet(this, WAITING, CANCELLED) && !kernel.carrier.isCurrent()) {
      awaitEnd();
    }
    super.cancel();
  }

  @Override
  void invoke() {
    if (!STATE.compareAndSet(this, WAITING, RUNNING)) {
      return;
    }
    try {
      super.invoke();
    } finally {
      state = OVER;
      if (awaited) {
        wakeThoseWhoWait();
      }
    }
  }

  private synchronized void wakeThoseWhoWait() {
    notifyAll();
  }

  private synchronized void awaitEnd() {
    awaited = true;
    boolean interrupted = false;
    while (state == RUNNING) {
      try {
        wait(LOOK_AGAIN_MILLIS);
      } catch (InterruptedException _) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
