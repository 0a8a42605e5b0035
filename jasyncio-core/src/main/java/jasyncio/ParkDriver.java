package jasyncio;

import jasyncio.spi.IoDriver;
import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// The driver of a loop without network: waits by parking its thread.
final class ParkDriver implements IoDriver {
  /*
   * Overview
   *
   * Posted work is a linked stack that posters push with compare-and-set, and the loop takes whole
   * and reverses, so order is kept and a busy loop is handed any number of items with one exchange.
   * CLOSED as the stack's top ends it for good: nothing can be posted unseen behind a close.
   *
   * Lost wake-up: a poster pushes, then reads `waiter`; the loop writes `waiter`, then reads the
   * stack. All four are volatile, so at least one sees the other.
   */
  private static final VarHandle TOP =
      ConstantBootstraps.fieldVarHandle(
          MethodHandles.lookup(), "top", VarHandle.class, ParkDriver.class, Posted.class);

  private static final Posted CLOSED = new Posted(() -> {});

  /// Newest first. Volatile: pushed to by any thread.
  @SuppressWarnings("unused") // through TOP
  private volatile @Nullable Posted top;

  /// The loop's thread while it may park. Volatile: read by any thread that posts.
  private volatile @Nullable Thread waiter;

  ParkDriver() {}

  @Override
  public boolean post(Runnable work) {
    Posted posted = new Posted(work);
    Posted seen;
    do {
      seen = top;
      if (seen == CLOSED) {
        return false;
      }
      posted.below = seen;
    } while (!TOP.compareAndSet(this, seen, posted));
    Thread sleeper = waiter;
    if (sleeper != null) {
      LockSupport.unpark(sleeper);
    }
    return true;
  }

  @Override
  public void poll(long maxNanos) {
    if (top == null && maxNanos > 0) {
      park(maxNanos);
    }
    if (top != null) {
      runAll((Posted) TOP.getAndSet(this, null));
    }
  }

  private void park(long maxNanos) {
    waiter = Thread.currentThread();
    if (top == null) {
      if (maxNanos == FOREVER) {
        LockSupport.park(this);
      } else {
        LockSupport.parkNanos(this, maxNanos);
      }
    }
    waiter = null;
  }

  @Override
  public void close() {
    Posted rest = (Posted) TOP.getAndSet(this, CLOSED);
    if (rest != CLOSED) {
      runAll(rest);
    }
  }

  private static void runAll(@Nullable Posted newestFirst) {
    Posted oldestFirst = null;
    for (Posted p = newestFirst; p != null; ) {
      Posted below = p.below;
      p.below = oldestFirst;
      oldestFirst = p;
      p = below;
    }
    Throwable failure = null;
    for (Posted p = oldestFirst; p != null; p = p.below) {
      try {
        p.work.run();
      } catch (Throwable t) { // the others are owed their run all the same
        failure = failure == null ? t : failure;
      }
    }
    if (failure != null) {
      throw Sneaky.rethrow(failure);
    }
  }

  private static final class Posted {
    final Runnable work;
    @Nullable Posted below;

    Posted(Runnable work) {
      this.work = work;
    }
  }
}
