package jasyncio;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A future that ends as another does, and whose cancellation stops short of that one.
///
/// CPython: `shield` in Lib/asyncio/tasks.py, 3.14.
final class Shield {
  private static final Consumer<Future<?>> REPORT_LATE_FAILURE = Shield::reportLateFailure;

  private Shield() {}

  static <T extends @Nullable Object> Future<T> of(Future<T> inner) {
    if (inner.done()) {
      return inner;
    }
    Future<T> outer = new Future<>(inner.kernel);
    Consumer<Future<T>> onInnerDone = done -> passOn(done, outer);
    inner.addInternalCallback(onInnerDone, inner.kernel.currentTask);
    outer.addInternalCallback(_ -> {
      if (!inner.done()) {
        inner.removeDoneCallback(onInnerDone);
        inner.removeDoneCallback(REPORT_LATE_FAILURE); // one report, however many shields
        inner.addInternalCallback(REPORT_LATE_FAILURE);
      }
    });
    return outer;
  }

  private static <T extends @Nullable Object> void passOn(Future<T> inner, Future<T> outer) {
    if (outer.cancelled()) {
      return;
    }
    if (inner.cancelled()) {
      outer.cancel();
      return;
    }
    Throwable failure = inner.exception();
    if (failure != null) {
      outer.setException(failure);
    } else {
      outer.setResult(inner.result());
    }
  }

  private static void reportLateFailure(Future<?> inner) {
    if (inner.cancelled()) {
      return;
    }
    Throwable failure = inner.exception();
    if (failure != null) {
      inner.kernel.loop.callExceptionHandler(
          ExceptionContext.of(failure.getClass().getSimpleName() + " exception in shielded future")
              .withException(failure)
              .withFuture(inner)
              .withSource(inner.source));
    }
  }
}
