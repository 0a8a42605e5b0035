package jasyncio.bench.rivals;

import io.netty.channel.EventLoop;
import io.netty.util.HashedWheelTimer;
import io.netty.util.Timeout;
import io.netty.util.concurrent.Future;
import jasyncio.bench.Measure;
import java.util.concurrent.TimeUnit;

/// The workloads that an event loop of Netty can do by itself: timers and posts.
final class RawNetty {
  private static final int MILLION = 1_000_000;

  private final Measure measure;

  RawNetty(Measure measure) {
    this.measure = measure;
  }

  /// Runs one workload.
  ///
  /// @return false if Netty has nothing for it
  boolean run(String name) throws Exception {
    EventLoop loop = RawNettyServers.group(false).next();
    switch (name) {
      case "w5_cancel" -> {
        Future<?>[] timers = new Future<?>[MILLION];
        measure.time(name, MILLION, () -> loop.submit(() -> cancelTimers(loop, timers)).sync());
      }
      case "w5_cancel_wheel" -> cancelWheelTimers();
      case "w7_call" -> measure.time(name, 2 * MILLION, () -> Posts.run(loop, 2 * MILLION));
      case "w7_rt" ->
          measure.time(
              name,
              50_000,
              () -> {
                for (int i = 0; i < 50_000; i++) {
                  loop.submit(() -> {}).get();
                }
              });
      default -> {
        return false;
      }
    }
    return true;
  }

  private static void cancelTimers(EventLoop loop, Future<?>[] timers) {
    for (int i = 0; i < timers.length; i++) {
      timers[i] = loop.schedule(() -> {}, 60_000_000L + i, TimeUnit.MICROSECONDS);
    }
    for (Future<?> timer : timers) {
      timer.cancel(false);
    }
  }

  private void cancelWheelTimers() throws Exception {
    HashedWheelTimer wheel = new HashedWheelTimer(1, TimeUnit.MILLISECONDS, 4096);
    Timeout[] timers = new Timeout[MILLION];
    measure.time(
        "w5_cancel_wheel",
        MILLION,
        () -> {
          for (int i = 0; i < MILLION; i++) {
            timers[i] = wheel.newTimeout(_ -> {}, 60_000_000L + i, TimeUnit.MICROSECONDS);
          }
          for (Timeout timer : timers) {
            timer.cancel();
          }
        });
    wheel.stop();
  }
}
