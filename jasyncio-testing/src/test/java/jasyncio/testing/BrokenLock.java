package jasyncio.testing;

import static jasyncio.Asyncio.await;

import jasyncio.Asyncio;
import jasyncio.Future;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// A lock with defects to choose from, each of which a sweep must find.
final class BrokenLock {
  enum Defect {
    NONE,
    /// A cancelled waiter stays in the line.
    KEEPS_CANCELLED_WAITER,
    /// A waiter that is cancelled after it was woken does not wake the next one.
    LOSES_WAKE_UP,
    /// A waiter that is cancelled takes the lock all the same.
    TAKES_ALTHOUGH_CANCELLED,
    /// The cancellation ends here.
    SWALLOWS_CANCELLATION
  }

  private final Defect defect;
  private final ArrayDeque<Future<@Nullable Void>> waiters = new ArrayDeque<>();
  private boolean locked;

  BrokenLock(Defect defect) {
    this.defect = defect;
  }

  boolean locked() {
    return locked;
  }

  void acquire() {
    if (locked || !waiters.isEmpty()) {
      waitForTurn();
    }
    locked = true;
  }

  private void waitForTurn() {
    Future<@Nullable Void> waiter = Asyncio.getRunningLoop().createFuture();
    waiters.add(waiter);
    try {
      await(waiter);
    } catch (Throwable t) {
      if (defect == Defect.SWALLOWS_CANCELLATION) {
        waiters.remove(waiter);
        return;
      }
      if (defect != Defect.KEEPS_CANCELLED_WAITER) {
        waiters.remove(waiter);
      }
      if (defect == Defect.TAKES_ALTHOUGH_CANCELLED) {
        locked = true;
      } else if (!locked && defect != Defect.LOSES_WAKE_UP) {
        wakeFirst();
      }
      throw t;
    }
    waiters.remove(waiter);
  }

  void release() {
    locked = false;
    wakeFirst();
  }

  private void wakeFirst() {
    Future<@Nullable Void> first = waiters.peek();
    if (first != null && !first.done()) {
      first.setResult(null);
    }
  }
}
