package jasyncio;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// A task started from another thread, and the future of its result there.
final class ThreadsafeCall {
  private ThreadsafeCall() {}

  static <T extends @Nullable Object> CompletableFuture<T> start(
      Coroutine<? extends T> coroutine, EventLoop loop) {
    boolean accepted = false;
    CompletableFuture<T> result = null;
    try {
      result = loop.promises.make();
      CompletableFuture<T> promised = result;
      loop.callSoonThreadsafe(() -> begin(coroutine, loop, promised));
      accepted = true;
      return promised;
    } finally {
      if (!accepted) { // the loop is closed
        coroutine.close();
        if (result != null) {
          loop.promises.forget(result);
        }
      }
    }
  }

  /// On the loop. As in CPython, what a task factory throws goes to the caller and to the exception
  /// handler.
  private static <T extends @Nullable Object> void begin(
      Coroutine<? extends T> coroutine, EventLoop loop, CompletableFuture<T> result) {
    if (result.isDone()) { // cancelled before it began
      coroutine.close();
      return;
    }
    Task<T> task;
    try {
      task = loop.createTask(coroutine);
    } catch (Throwable t) {
      result.completeExceptionally(t);
      throw t;
    }
    task.addInternalCallback(done -> ForeignFutures.copy(done, result));
    ForeignFutures.cancelAlong(result, task);
  }
}
