package jasyncio;

import jasyncio.spi.IoDriver;
import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/// Callbacks from other threads, on their way to the loop: a stack through the handles themselves,
/// pushed to by any thread, taken whole by the loop.
final class Inbox implements IoDriver.Inbox {
  /*
   * Overview
   *
   * Posters push with compare-and-set; the loop takes all with one exchange and reverses them, so
   * order is kept. Only whoever pushes onto an empty stack wakes the loop: a busy one is handed any
   * number of callbacks for one wake-up. CLOSED as the top ends it for good: nothing can be posted
   * unseen behind a close.
   *
   * Lost wake-up: a poster pushes, then wakes the driver. The driver says that it is about to wait,
   * then asks isEmpty(). All are volatile, so at least one sees the other. That holds while one
   * driver takes the place of another, too: the poster reads which it is after it has pushed, and
   * the new one has not looked yet.
   */
  private static final VarHandle TOP =
      ConstantBootstraps.fieldVarHandle(
          MethodHandles.lookup(), "top", VarHandle.class, Inbox.class, Object.class);

  private static final Object CLOSED = new Object();

  /// What became of a push.
  enum Pushed {
    /// Turned down: the loop is closed.
    CLOSED,
    /// Others are waiting, and the loop knows.
    BEHIND_OTHERS,
    /// The loop must be woken.
    FIRST
  }

  /// The newest, a [Handle]; or CLOSED. Volatile: compare-and-set by any thread, through TOP.
  private volatile @Nullable Object top;

  /// Whether a poster failed to wake the loop. Volatile: as above.
  private volatile boolean unannounced;

  Inbox() {}

  /// Adds a callback; from any thread.
  Pushed push(Handle handle) {
    Object below;
    do {
      below = top;
      if (below == CLOSED) {
        return Pushed.CLOSED;
      }
      handle.below = (Handle) below;
    } while (!TOP.compareAndSet(this, below, handle));
    if (unannounced) {
      unannounced = false;
      return Pushed.FIRST;
    }
    return below == null ? Pushed.FIRST : Pushed.BEHIND_OTHERS;
  }

  /// The loop could not be told of what is in here, so the next poster must do it.
  void leaveUnannounced() {
    unannounced = true;
  }

  @Override
  public boolean isEmpty() {
    return top == null;
  }

  /// Moves all to the ready queue, the oldest first; on the loop.
  void moveTo(ReadyQueue ready) {
    Handle oldestFirst = null;
    for (Handle handle = (Handle) TOP.getAndSet(this, null); handle != null; ) {
      Handle below = handle.below;
      handle.below = oldestFirst;
      oldestFirst = handle;
      handle = below;
    }
    for (Handle handle = oldestFirst; handle != null; ) {
      Handle next = handle.below;
      handle.below = null;
      ready.add(handle);
      handle = next;
    }
  }

  /// Drops what is in here, and takes no more.
  void close() {
    top = CLOSED;
  }
}
