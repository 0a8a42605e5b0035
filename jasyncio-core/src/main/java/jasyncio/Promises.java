package jasyncio;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Futures by which other threads wait for a loop: none waits in vain if the loop closes first.
@SuppressWarnings("CollectionUndefinedEquality") // identity is meant
final class Promises {
  private final Kernel kernel;

  /// Those that are not done. Concurrent: made and cancelled by any thread.
  private final Set<CompletableFuture<?>> open = ConcurrentHashMap.newKeySet();

  Promises(Kernel kernel) {
    this.kernel = kernel;
  }

  /// A new promise. Whoever cannot post to the loop afterwards takes it back by [#forget].
  ///
  /// @throws IllegalStateException if the loop is closed
  <T extends @Nullable Object> CompletableFuture<T> make() {
    kernel.checkOpen();
    CompletableFuture<T> promise = new CompletableFuture<>();
    open.add(promise);
    var _ = promise.whenComplete((_, _) -> open.remove(promise));
    return promise;
  }

  void forget(CompletableFuture<?> promise) {
    open.remove(promise);
  }

  boolean isEmpty() {
    return open.isEmpty();
  }

  /// The loop has closed. What was posted before that was promised before, so it is found here.
  void breakAll() {
    IllegalStateException closed =
        new IllegalStateException("Event loop is closed: the task was not done before that");
    open.forEach(promise -> promise.completeExceptionally(closed));
  }
}
