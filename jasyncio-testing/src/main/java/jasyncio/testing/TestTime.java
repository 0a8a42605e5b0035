package jasyncio.testing;

import jasyncio.Asyncio;
import jasyncio.Future;
import jasyncio.spi.Clock;
import jasyncio.spi.IoDriver;
import jasyncio.spi.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/// Virtual time with an end, which can be asked whether a timer is left.
final class TestTime implements Clock, IoDriver {
  private final VirtualTime time = new VirtualTime();
  private final List<Future<@Nullable Void>> idlers = new ArrayList<>();
  private long deadline = Long.MAX_VALUE;
  private @Nullable LongConsumer probe;

  TestTime() {}

  /// Lets the loop go on until `limit` from now, and no longer.
  void allow(Duration limit) {
    deadline = time.nanoTime() + limit.toNanos();
  }

  /// Tells `probe` for how long the loop wants to wait when it next has nothing to run, instead of
  /// waiting: [IoDriver#FOREVER] means that no timer is set.
  void tell(LongConsumer probe) {
    this.probe = probe;
  }

  @Override
  public long nanoTime() {
    return time.nanoTime();
  }

  @Override
  public void poll(long maxNanos, Inbox inbox) {
    LongConsumer asked = probe;
    if (asked != null && maxNanos != NO_WAIT) {
      probe = null;
      asked.accept(maxNanos);
      return;
    }
    if (!idlers.isEmpty() && maxNanos != NO_WAIT) {
      wakeIdlers(inbox);
      return;
    }
    time.poll(maxNanos, inbox);
    if (time.nanoTime() > deadline) {
      throw new Overrun("the time is up");
    }
  }

  /// {@return a future that is done when nothing is left to run at this time}
  Future<@Nullable Void> idle() {
    Future<@Nullable Void> idle = Asyncio.getRunningLoop().createFuture();
    idlers.add(idle);
    return idle;
  }

  private void wakeIdlers(Inbox inbox) {
    time.poll(NO_WAIT, inbox); // what other threads have posted
    if (idlers.getFirst().getLoop().readyCount() > 0) {
      return;
    }
    List<Future<@Nullable Void>> woken = List.copyOf(idlers);
    idlers.clear();
    for (Future<@Nullable Void> idler : woken) {
      if (!idler.done()) {
        idler.setResult(null);
      }
    }
  }

  @Override
  public void wake() {
    time.wake();
  }

  @Override
  public void close() {
    time.close();
  }

  /// The time is up. It ends the loop, as everything does that a driver throws.
  static final class Overrun extends RuntimeException {
    private static final long serialVersionUID = 1;

    Overrun(String message) {
      super(message);
    }
  }
}
