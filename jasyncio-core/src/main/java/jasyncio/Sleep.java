package jasyncio;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// The body of [Asyncio#sleep(Duration, Object)] for a time to come.
final class Sleep<T extends @Nullable Object> implements AsyncBody<T> {
  private final long nanos;
  private final T result;

  Sleep(Duration delay, T result) {
    this.nanos = Durations.toNanos(delay);
    this.result = result;
  }

  @Override
  public T run() {
    Kernel kernel = Traps.currentTask("sleep").kernel;
    Waking<T> woken = new Waking<>(kernel, result);
    TimerHandle timer = kernel.callAt(kernel.time() + nanos, woken, kernel.internalContext);
    try {
      return Traps.await(woken);
    } finally {
      timer.cancel();
    }
  }

  /// The future it waits for, which is the timer's callback too.
  private static final class Waking<T extends @Nullable Object> extends Future<T>
      implements Runnable {
    private final T result;

    Waking(Kernel kernel, T result) {
      super(kernel);
      this.result = result;
    }

    @Override
    String kind() {
      return "sleep";
    }

    @Override
    public void run() {
      if (!done()) {
        setResult(result);
      }
    }
  }
}
