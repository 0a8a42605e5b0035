package jasyncio;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// A task started from another thread, and the future of its result there.
final class ThreadsafeCall {
  private ThreadsafeCall() {}

  static <T extends @Nullable Object> CompletableFuture<T> start(
      Coroutine<? extends T> coroutine, EventLoop loop) {
    CompletableFuture<T> result = loop.promise();
    loop.callSoonThreadsafe(() -> {
      if (result.isDone()) { // cancelled before it began
        coroutine.close();
        return;
      }
      try {
        Task<T> task = loop.createTask(coroutine);
        task.addInternalCallback(done -> ForeignFutures.copy(done, result));
        ForeignFutures.cancelAlong(result, task);
      } catch (Throwable t) {
        result.completeExceptionally(t);
      }
    });
    return result;
  }
}
