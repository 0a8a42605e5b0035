package jasyncio;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// A task seen from another thread: the future of its result there. Cancellation goes both ways.
final class ThreadsafeCall {
  private ThreadsafeCall() {}

  static <T extends @Nullable Object> CompletableFuture<T> start(
      Coroutine<? extends T> coroutine, EventLoop loop) {
    CompletableFuture<T> result = new CompletableFuture<>();
    loop.callSoonThreadsafe(() -> {
      try {
        Task<T> task = loop.createTask(coroutine);
        task.addInternalCallback(done -> copy(done, result));
        var _ = result.whenComplete((_, failure) -> cancelWith(failure, task));
      } catch (Throwable t) {
        result.completeExceptionally(t);
      }
    });
    return result;
  }

  private static void cancelWith(@Nullable Throwable failure, Task<?> task) {
    EventLoop loop = task.getLoop();
    if (failure instanceof CancellationException && !task.done() && !loop.isClosed()) {
      loop.callSoonThreadsafe(task::cancel);
    }
  }

  private static <T extends @Nullable Object> void copy(
      Future<T> done, CompletableFuture<T> result) {
    if (done.cancelled()) {
      result.cancel(false);
      return;
    }
    Throwable failure = done.exception();
    if (failure != null) {
      result.completeExceptionally(failure);
    } else {
      result.complete(done.result());
    }
  }
}
