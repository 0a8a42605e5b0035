package jasyncio;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A future as other threads and other libraries see it. It ends as the future does; cancelling it
/// cancels the future.
///
/// While the future is pending all who ask get one view. Each one more would have to be kept until
/// the end, in case something depends on it, though most are soon dropped.
final class FutureView<T extends @Nullable Object> extends CompletableFuture<T>
    implements Consumer<Future<T>> {
  private final Future<T> future;

  /// Whether it ends because the future did. Plain: read by the thread that ends it.
  private boolean copying;

  private FutureView(Future<T> future) {
    this.future = future;
    var _ = whenComplete((_, failure) -> completed(failure));
  }

  /// The view of `future`; on the loop's thread.
  static <T extends @Nullable Object> FutureView<T> of(Future<T> future) {
    FutureView<T> view = future.viewOrNull();
    if (view == null) {
      view = new FutureView<>(future);
      view.follow();
    }
    return view;
  }

  private void follow() {
    if (future.done()) {
      accept(future);
    } else {
      future.addInternalCallback(this);
    }
  }

  @Override
  public void accept(Future<T> done) {
    copying = true;
    ForeignFutures.copy(done, this);
  }

  /// Somebody has ended it before the future has: then the future need not keep it.
  private void completed(@Nullable Throwable failure) {
    if (copying) {
      return;
    }
    boolean cancel = failure instanceof CancellationException;
    future
        .getLoop()
        .tryPost( // a closed loop keeps nothing and cancels nothing
            () -> {
              future.removeDoneCallback(this);
              if (cancel) {
                future.cancel();
              }
            },
            future.kernel.internalContext);
  }

  /// A time limit is one user's affair, so it ends a copy.
  @Override
  public CompletableFuture<T> orTimeout(long timeout, TimeUnit unit) {
    return copy().orTimeout(timeout, unit);
  }

  /// As above.
  @Override
  public CompletableFuture<T> completeOnTimeout(T value, long timeout, TimeUnit unit) {
    return copy().completeOnTimeout(value, timeout, unit);
  }
}
