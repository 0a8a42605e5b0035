package jasyncio;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/// Several loops, each on a thread of its own, started and stopped as one: for a program that has
/// more to do than one processor can.
///
/// ```java
/// final LoopGroup group = LoopGroup.start(4);
/// ```
///
/// Each task stays on its loop, and what it shares with the tasks of that loop needs no lock. What
/// tasks of different loops share does, and a lock, queue or future belongs to one loop.
///
/// Its methods may be called from any thread, but not from its own loops where they wait. Its
/// threads are daemons: whoever wants the work done calls [#close()].
public final class LoopGroup implements AutoCloseable {
  private final List<BackgroundLoop> loops;

  private LoopGroup(List<BackgroundLoop> loops) {
    this.loops = List.copyOf(loops);
  }

  /// Starts so many loops with the default configuration.
  ///
  /// @param count how many, such as `Runtime.getRuntime().availableProcessors()`
  /// @return the group
  /// @throws IllegalArgumentException if it is less than 1
  public static LoopGroup start(int count) {
    return start(count, LoopConfig.defaults());
  }

  /// Starts so many loops made with `config`.
  ///
  /// @param count how many
  /// @param config what they are made of
  /// @return the group
  /// @throws IllegalArgumentException if `count` is less than 1
  public static LoopGroup start(int count, LoopConfig config) {
    if (count < 1) {
      throw new IllegalArgumentException("a group needs at least 1 loop, not " + count);
    }
    List<BackgroundLoop> loops = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      loops.add(BackgroundLoop.start(config));
    }
    return new LoopGroup(loops);
  }

  /// {@return the loops}
  public List<BackgroundLoop> loops() {
    return loops;
  }

  /// Runs a coroutine on each loop, at once.
  ///
  /// The future has the results in the order of the loops, when all have ended. If one fails, the
  /// others run to their end, and the future fails with the first failure, to which further ones
  /// are added as suppressed. Cancelling it cancels all.
  ///
  /// @param <T> the type of the results
  /// @param makeCoroutine makes that of each loop, from its number; called by the calling thread
  /// @return the results
  /// @throws IllegalStateException if the group has been closed
  public <T extends @Nullable Object> CompletableFuture<List<T>> onEach(
      IntFunction<Coroutine<T>> makeCoroutine) {
    List<CompletableFuture<T>> each = new ArrayList<>();
    for (int i = 0; i < loops.size(); i++) {
      each.add(loops.get(i).submit(makeCoroutine.apply(i)));
    }
    CompletableFuture<List<T>> all = new CompletableFuture<>();
    var _ =
        CompletableFuture.allOf(each.toArray(CompletableFuture[]::new))
            .whenComplete((_, _) -> complete(all, each));
    var _ =
        all.whenComplete((_, _) -> {
          if (all.isCancelled()) {
            each.forEach(one -> one.cancel(false));
          }
        });
    return all;
  }

  private static <T extends @Nullable Object> void complete(
      CompletableFuture<List<T>> all, List<CompletableFuture<T>> each) {
    List<T> results = new ArrayList<>();
    Throwable failure = null;
    for (CompletableFuture<T> one : each) {
      if (one.isCancelled()) {
        failure = failure == null ? new CancellationException() : failure;
      } else if (one.isCompletedExceptionally()) {
        Throwable next = one.exceptionNow();
        if (failure == null) {
          failure = next;
        } else if (failure != next) {
          failure.addSuppressed(next);
        }
      } else {
        results.add(one.join());
      }
    }
    if (failure == null) {
      all.complete(results);
    } else {
      all.completeExceptionally(failure);
    }
  }

  /// Cancels every task that is running on the loops now.
  public void cancelAll() {
    loops.forEach(BackgroundLoop::cancelAll);
  }

  /// Takes no more work, waits until all tasks of all loops have ended, and closes the loops. Work
  /// that does not end by itself must be cancelled first: see [#cancelAll()]. Does nothing the
  /// second time.
  ///
  /// @throws IllegalStateException on the thread of one of the loops, which would wait for itself
  @Override
  public void close() {
    for (BackgroundLoop loop : loops) {
      if (loop.loop().runsOn(Thread.currentThread())) {
        throw new IllegalStateException(
            "a group of loops cannot be closed from the thread of one of them. Close it from the"
                + " thread that started it");
      }
    }
    loops.forEach(BackgroundLoop::close);
  }

  @Override
  public String toString() {
    return "<LoopGroup " + loops.size() + " loops>";
  }
}
