package jasyncio;

import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The body of [Asyncio#wait]. CPython: `wait` in Lib/asyncio/tasks.py, 3.14.
final class Wait {
  private Wait() {}

  static <F extends Future<?>> WaitResult<F> run(
      Collection<? extends F> futures, @Nullable Duration timeout, ReturnWhen returnWhen) {
    Set<F> all = new LinkedHashSet<>(futures);
    if (all.isEmpty()) {
      throw new IllegalArgumentException("Set of Tasks/Futures is empty.");
    }
    Kernel kernel = Traps.currentTask("wait").kernel;
    Future<@Nullable Void> waiter = new Future<>(kernel);
    TimerHandle timer =
        timeout == null
            ? null
            : kernel.callAt(
                kernel.time() + Durations.toNanos(timeout),
                () -> waiter.trySetResult(null),
                kernel.internalContext);
    int[] left = {all.size()};
    Consumer<Future<?>> onCompletion =
        done -> {
          left[0]--;
          if (left[0] <= 0
              || returnWhen == ReturnWhen.FIRST_COMPLETED
              || (returnWhen == ReturnWhen.FIRST_EXCEPTION
                  && !done.cancelled()
                  && done.exception() != null)) {
            cancel(timer);
            waiter.trySetResult(null);
          }
        };
    Task<?> caller = kernel.currentTask;
    all.forEach(future -> future.addInternalCallback(onCompletion, caller));
    try {
      Traps.await(waiter);
    } finally {
      cancel(timer);
      all.forEach(future -> future.removeDoneCallback(onCompletion));
    }
    Set<F> done = new LinkedHashSet<>();
    Set<F> pending = new LinkedHashSet<>();
    for (F future : all) {
      (future.done() ? done : pending).add(future);
    }
    return new WaitResult<>(done, pending);
  }

  private static void cancel(@Nullable Handle handle) {
    if (handle != null) {
      handle.cancel();
    }
  }
}
