package jasyncio;

import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;

/// A callback from another thread, which may be cancelled from any: when [#cancel()] returns there,
/// the callback does not run, and will not.
///
/// CPython: events._ThreadSafeHandle, 3.14, which holds a lock meanwhile. Here whoever cancels
/// looks again and again, so that the loop pays for one compare-and-set and nothing else.
final class ThreadsafeHandle extends Handle {
  /*
   * Overview
   *
   *   WAITING --loop----> RUNNING --loop----> OVER
   *   WAITING --cancel--> CANCELLED
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

  /// How long whoever cancels pauses between two looks.
  private static final long PAUSE_NANOS = 50_000;

  /// Volatile: of the loop that begins and a thread that cancels, one comes first. WAITING at
  /// first, without a write, which would be a fence.
  private volatile int state;

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
      STATE.setRelease(this, OVER);
    }
  }

  private void awaitEnd() {
    boolean interrupted = false;
    while (state == RUNNING) {
      LockSupport.parkNanos(this, PAUSE_NANOS);
      interrupted |= Thread.interrupted(); // an interrupted thread does not pause
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
