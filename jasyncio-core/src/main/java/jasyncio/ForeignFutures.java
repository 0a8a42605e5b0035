package jasyncio;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/// The two ways between our futures and those of `java.util.concurrent`: results, failures and
/// cancellations cross in both directions.
final class ForeignFutures {
  private ForeignFutures() {}

  /// A future of `loop` that ends as `stage` does; cancelling it cancels the stage.
  static <T extends @Nullable Object> Future<T> wrap(
      EventLoop loop, CompletionStage<? extends T> stage) {
    Future<T> future = loop.createFuture();
    var _ =
        stage.whenComplete((result, failure) ->
            loop.tryPost(() -> end(future, result, failure), loop.kernel.internalContext));
    future.addInternalCallback(done -> {
      if (done.cancelled()) {
        var _ = stage.toCompletableFuture().cancel(true);
      }
    });
    return future;
  }

  /// A future of `loop` that ends as `foreign` does; a virtual thread waits for it, unless it is
  /// done or tells by itself.
  static <T extends @Nullable Object> Future<T> wrap(
      EventLoop loop, java.util.concurrent.Future<? extends T> foreign) {
    if (foreign instanceof CompletionStage<?>) {
      @SuppressWarnings("unchecked")
      CompletionStage<? extends T> stage = (CompletionStage<? extends T>) foreign;
      return wrap(loop, stage);
    }
    Future<T> future = loop.<T>runInExecutor(null, foreign::get);
    Future<T> unwrapped = loop.createFuture();
    future.addInternalCallback(done -> copyUnwrapped(done, unwrapped));
    unwrapped.addInternalCallback(done -> {
      if (done.cancelled()) {
        foreign.cancel(true);
        future.cancel();
      }
    });
    return unwrapped;
  }

  private static <T extends @Nullable Object> void copyUnwrapped(Future<T> done, Future<T> target) {
    if (done.cancelled()) {
      target.cancel();
      return;
    }
    Throwable failure = done.exception();
    if (failure == null) {
      end(target, done.result(), null);
    } else {
      end(target, null, failure);
    }
  }

  @SuppressWarnings("NullAway") // a result is null only if T allows it
  private static <T extends @Nullable Object> void end(
      Future<T> future, @Nullable T result, @Nullable Throwable failure) {
    if (future.done()) {
      return;
    }
    Throwable cause = unwrap(failure);
    if (cause instanceof CancellationException) {
      future.cancel();
    } else if (cause != null) {
      future.setException(cause);
    } else {
      future.setResult(result);
    }
  }

  /// What really happened, without the wrappers that `java.util.concurrent` puts around it.
  private static @Nullable Throwable unwrap(@Nullable Throwable failure) {
    Throwable inner = failure;
    while ((inner instanceof CompletionException || inner instanceof ExecutionException)
        && inner.getCause() != null) {
      inner = inner.getCause();
    }
    return inner;
  }

  /// Makes a cancellation of `exported`, from whatever thread, cancel `future`.
  static void cancelAlong(CompletableFuture<?> exported, Future<?> future) {
    EventLoop loop = future.getLoop();
    var _ =
        exported.whenComplete((_, failure) -> {
          if (failure instanceof CancellationException) {
            loop.tryPost(future::cancel, loop.kernel.internalContext);
          }
        });
  }

  static <T extends @Nullable Object> void copy(Future<T> done, CompletableFuture<T> target) {
    if (done.cancelled()) {
      target.cancel(false);
      return;
    }
    Throwable failure = done.exception();
    if (failure != null) {
      target.completeExceptionally(failure);
    } else {
      target.complete(done.result());
    }
  }
}
