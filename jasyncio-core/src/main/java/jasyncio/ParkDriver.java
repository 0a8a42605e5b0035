package jasyncio;

import jasyncio.spi.IoDriver;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// The driver of a loop without network: waits by parking its thread.
final class ParkDriver implements IoDriver {
  /// The loop's thread while it may park. Volatile: a poster fills the inbox, then reads this; the
  /// loop writes this, then looks into the inbox. So at least one sees the other.
  private volatile @Nullable Thread waiter;

  ParkDriver() {}

  @Override
  public void poll(long maxNanos, Inbox inbox) {
    if (maxNanos <= 0) {
      return;
    }
    waiter = Thread.currentThread();
    if (inbox.isEmpty()) {
      if (maxNanos == FOREVER) {
        LockSupport.park(this);
      } else {
        LockSupport.parkNanos(this, maxNanos);
      }
    }
    waiter = null;
  }

  @Override
  public void wake() {
    Thread sleeper = waiter;
    if (sleeper != null) {
      LockSupport.unpark(sleeper);
    }
  }

  @Override
  public void close() {}
}
