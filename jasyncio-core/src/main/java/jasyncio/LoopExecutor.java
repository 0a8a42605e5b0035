package jasyncio;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Delayed;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// A loop as a `ScheduledExecutorService`, for libraries that want one: everything runs on the
/// loop's thread as a callback, so it must be short, and must not wait.
///
/// Shutting it down stops this view only; the loop goes on.
final class LoopExecutor extends AbstractExecutorService implements ScheduledExecutorService {
  private final EventLoop loop;

  /// Work that was accepted and has not ended. Atomic: counted by any thread that submits.
  private final AtomicInteger unfinished = new AtomicInteger();

  private final CountDownLatch terminated = new CountDownLatch(1);

  /// Volatile: set by one thread, read by any.
  private volatile boolean down;

  LoopExecutor(EventLoop loop) {
    this.loop = loop;
  }

  @Override
  public void execute(Runnable command) {
    post(() -> runCounted(command));
  }

  private void runCounted(Runnable command) {
    try {
      command.run();
    } finally {
      finished();
    }
  }

  private void post(Runnable callback) {
    unfinished.incrementAndGet();
    if (down || !loop.tryPost(callback)) {
      finished();
      throw new RejectedExecutionException("the executor of " + loop + " has been shut down");
    }
  }

  private void finished() {
    if (unfinished.decrementAndGet() == 0 && down) {
      terminated.countDown();
    }
  }

  @Override
  public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
    Timed<@Nullable Object> timed = new Timed<>(command, 0, false);
    timed.start(unit.toNanos(delay));
    return timed;
  }

  @Override
  public <V> ScheduledFuture<V> schedule(Callable<V> callable, long delay, TimeUnit unit) {
    Timed<V> timed = new Timed<>(callable);
    timed.start(unit.toNanos(delay));
    return timed;
  }

  @Override
  public ScheduledFuture<?> scheduleAtFixedRate(
      Runnable command, long initialDelay, long period, TimeUnit unit) {
    return repeat(command, initialDelay, period, unit, true);
  }

  @Override
  public ScheduledFuture<?> scheduleWithFixedDelay(
      Runnable command, long initialDelay, long delay, TimeUnit unit) {
    return repeat(command, initialDelay, delay, unit, false);
  }

  private ScheduledFuture<?> repeat(
      Runnable command, long initialDelay, long period, TimeUnit unit, boolean fixedRate) {
    if (period <= 0) {
      throw new IllegalArgumentException("a period must be positive, not " + period);
    }
    Timed<@Nullable Object> timed = new Timed<>(command, unit.toNanos(period), fixedRate);
    timed.start(unit.toNanos(initialDelay));
    return timed;
  }

  @Override
  public void shutdown() {
    unfinished.incrementAndGet();
    down = true;
    finished();
  }

  /// The same as [#shutdown()]: what was accepted is already in the loop's queue.
  @Override
  public List<Runnable> shutdownNow() {
    shutdown();
    return new ArrayList<>();
  }

  @Override
  public boolean isShutdown() {
    return down;
  }

  @Override
  public boolean isTerminated() {
    return terminated.getCount() == 0;
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
    return terminated.await(timeout, unit);
  }

  /// One delayed or repeated piece of work; its timer lives on the loop.
  private final class Timed<V extends @Nullable Object> extends FutureTask<V>
      implements ScheduledFuture<V> {
    private final long periodNanos;
    private final boolean fixedRate;

    /// The time it is due. Volatile: getDelay() may be called by any thread.
    private volatile long dueNanos;

    private @Nullable TimerHandle timer;

    Timed(Callable<V> callable) {
      super(callable);
      this.periodNanos = 0;
      this.fixedRate = false;
    }

    @SuppressWarnings("NullAway") // a Runnable's result is null
    Timed(Runnable command, long periodNanos, boolean fixedRate) {
      super(command, null);
      this.periodNanos = periodNanos;
      this.fixedRate = fixedRate;
    }

    void start(long delayNanos) {
      dueNanos = System.nanoTime() + delayNanos;
      post(() -> arm(delayNanos));
    }

    private void arm(long delayNanos) {
      if (isDone()) {
        return; // done() has counted it
      }
      timer = loop.callLater(Duration.ofNanos(Math.max(0, delayNanos)), this::fire);
    }

    private void fire() {
      if (periodNanos == 0) {
        run();
      } else if (down) {
        cancel(false);
      } else if (runAndReset()) {
        long now = System.nanoTime();
        dueNanos = (fixedRate ? dueNanos : now) + periodNanos;
        arm(dueNanos - now);
      }
    }

    @Override
    protected void done() {
      finished();
      if (isCancelled()) {
        loop.tryPost(() -> {
          if (timer != null) {
            timer.cancel();
          }
        });
      }
    }

    @Override
    public long getDelay(TimeUnit unit) {
      return unit.convert(dueNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
    }

    @Override
    public int compareTo(Delayed other) {
      return Long.compare(getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return this == other;
    }

    @Override
    public int hashCode() {
      return System.identityHashCode(this);
    }
  }
}
