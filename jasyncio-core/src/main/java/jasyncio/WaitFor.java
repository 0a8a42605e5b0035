package jasyncio;

import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The body of [Asyncio#waitFor]. CPython: `wait_for` in Lib/asyncio/tasks.py, 3.14.
final class WaitFor {
  private WaitFor() {}

  static <T extends @Nullable Object> T run(
      Awaitable<? extends T> awaitable, @Nullable Duration timeout) throws Throwable {
    if (timeout == null || Durations.isPositive(timeout)) {
      return Timeout.after(timeout, awaitable).call(_ -> Asyncio.<T>await(awaitable));
    }
    Future<? extends T> future =
        Traps.currentTask("waitFor").kernel.loop.<T>ensureFuture(awaitable);
    if (future.done()) {
      return future.result();
    }
    cancelAndWait(future);
    try {
      return future.result();
    } catch (CancelledError e) {
      TimeoutError timedOut =
          new TimeoutError(awaitable + " was not done, and waitFor was given no time");
      timedOut.initCause(e);
      throw timedOut;
    }
  }

  private static void cancelAndWait(Future<?> future) {
    Future<@Nullable Void> waiter = new Future<>(future.kernel);
    Consumer<Future<?>> onCompletion = _ -> waiter.trySetResult(null);
    future.addInternalCallback(onCompletion);
    try {
      future.cancel();
      Traps.await(waiter); // not the future itself, so that this can be cancelled too
    } finally {
      future.removeDoneCallback(onCompletion);
    }
  }
}
