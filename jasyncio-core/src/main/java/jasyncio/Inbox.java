package jasyncio;

import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/// Callbacks from other threads, on their way to the loop: a stack through the handles themselves,
/// pushed to by any thread, taken whole by the loop. A busy loop is handed any number of them for
/// one wake-up.
final class Inbox {
  private static final VarHandle TOP =
      ConstantBootstraps.fieldVarHandle(
          MethodHandles.lookup(), "top", VarHandle.class, Inbox.class, Handle.class);

  /// The newest. Volatile: compare-and-set by any thread, through TOP.
  private volatile @Nullable Handle top;

  /// Whether a poster failed to tell the loop. Volatile: as above.
  private volatile boolean unannounced;

  Inbox() {}

  /// Adds a callback; from any thread.
  ///
  /// @return whether it is the first since the loop took them, so that the loop must be told
  boolean push(Handle handle) {
    Handle below;
    do {
      below = top;
      handle.below = below;
    } while (!TOP.compareAndSet(this, below, handle));
    if (unannounced) {
      unannounced = false;
      return true;
    }
    return below == null;
  }

  /// The loop could not be told of what is in here, so the next poster must do it.
  void leaveUnannounced() {
    unannounced = true;
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
}
