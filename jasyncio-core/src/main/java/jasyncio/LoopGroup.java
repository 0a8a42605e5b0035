package jasyncio;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicIntegerArray;
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
  private static final System.Logger LOG = System.getLogger("jasyncio");

  /// What [#close()] gives tasks.
  private static final Duration GRACE = Duration.ofSeconds(30);

  /// What tasks that have been cancelled may take to clean up.
  private static final Duration CLEAN_UP = Duration.ofSeconds(10);

  private final List<BackgroundLoop> loops;

  /// How many submissions of each loop have not ended.
  private final AtomicIntegerArray unfinished;

  /// Guarded by this object's monitor.
  private @Nullable GroupEnd end;

  private LoopGroup(List<BackgroundLoop> loops) {
    this.loops = List.copyOf(loops);
    this.unfinished = new AtomicIntegerArray(loops.size());
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
      each.add(submitTo(i, makeCoroutine.apply(i)));
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

  /// Runs `coroutine` as a task of the loop that has the fewest unfinished submissions to this
  /// group. The returned future gets its result or exception, and cancels it.
  ///
  /// @param <T> the type of the result
  /// @param coroutine what the task runs
  /// @return a future of the result, for other threads, or to await
  /// @throws IllegalStateException if the group has been closed
  public <T extends @Nullable Object> CompletableFuture<T> submit(
      Coroutine<? extends T> coroutine) {
    int fewest = 0;
    for (int i = 1; i < loops.size(); i++) {
      if (unfinished.get(i) < unfinished.get(fewest)) {
        fewest = i;
      }
    }
    return submitTo(fewest, coroutine);
  }

  /// The same for a body.
  ///
  /// @param <T> the type of the result
  /// @param body what the task runs
  /// @return a future of the result
  /// @throws IllegalStateException if the group has been closed
  public <T extends @Nullable Object> CompletableFuture<T> submit(AsyncBody<? extends T> body) {
    return submit(Coroutine.<T>of(body));
  }

  /// The same for an action.
  ///
  /// @param action what the task runs
  /// @return a future of the end
  /// @throws IllegalStateException if the group has been closed
  public CompletableFuture<@Nullable Void> submit(AsyncAction action) {
    return submit(Asyncio.async(action));
  }

  /// Runs `coroutine` as a task of the loop that `key` belongs to: of equal keys, it is the same.
  /// So tasks of one customer, say, share state without a lock.
  ///
  /// @param <T> the type of the result
  /// @param key any value with `hashCode` and `equals`
  /// @param coroutine what the task runs
  /// @return a future of the result, for other threads, or to await
  /// @throws IllegalStateException if the group has been closed
  public <T extends @Nullable Object> CompletableFuture<T> submit(
      Object key, Coroutine<? extends T> coroutine) {
    int hash = key.hashCode();
    return submitTo(Math.floorMod(hash ^ (hash >>> 16), loops.size()), coroutine);
  }

  /// The same for a body.
  ///
  /// @param <T> the type of the result
  /// @param key any value with `hashCode` and `equals`
  /// @param body what the task runs
  /// @return a future of the result
  /// @throws IllegalStateException if the group has been closed
  public <T extends @Nullable Object> CompletableFuture<T> submit(
      Object key, AsyncBody<? extends T> body) {
    return submit(key, Coroutine.<T>of(body));
  }

  /// The same for an action.
  ///
  /// @param key any value with `hashCode` and `equals`
  /// @param action what the task runs
  /// @return a future of the end
  /// @throws IllegalStateException if the group has been closed
  public CompletableFuture<@Nullable Void> submit(Object key, AsyncAction action) {
    return submit(key, Asyncio.async(action));
  }

  /// Makes a value on each loop, which tasks of that loop get by [LoopLocal#get()], and which is
  /// closed there when the group ends and all tasks of the loop have ended.
  ///
  /// The future fails if a value cannot be made; those that could are closed in the end all the
  /// same.
  ///
  /// @param <T> the type of the values
  /// @param make makes that of each loop, from its number, in a task of the loop
  /// @param close closes it, in a task of the loop, so it may await; what it throws goes to the
  ///   loop's exception handler
  /// @return the values
  /// @throws IllegalStateException if the group has been closed
  public <T> CompletableFuture<LoopLocal<T>> local(
      IntFunction<Coroutine<T>> make, AsyncConsumer<? super T> close) {
    return this.<T>onEach(i ->
            Asyncio.async(() -> {
              T value = Asyncio.await(make.apply(i));
              loops.get(i).atEnd(() -> close.accept(value));
              return value;
            }))
        .thenApply(values -> new LoopLocal<>(this, values));
  }

  private <T extends @Nullable Object> CompletableFuture<T> submitTo(
      int index, Coroutine<? extends T> coroutine) {
    CompletableFuture<T> result = loops.get(index).submit(coroutine);
    unfinished.incrementAndGet(index);
    var _ = result.whenComplete((_, _) -> unfinished.decrementAndGet(index));
    return result;
  }

  /// Cancels every task that is running on the loops now.
  public void cancelAll() {
    loops.forEach(BackgroundLoop::cancelAll);
  }

  /// Takes no more work, lets the tasks of all loops end by themselves for so long, cancels those
  /// that have not, and closes the loops.
  ///
  /// A cancelled task has 10 s to clean up; one that takes longer is named, and its loop goes on,
  /// on its daemon thread, until it ends. The second call waits for the end that the first has
  /// begun.
  ///
  /// ```java
  /// List<String> heldUp = await(group.shutdown(seconds(5)));
  /// ```
  ///
  /// @param grace how long tasks may take to end by themselves
  /// @return a line for each task that had to be cancelled: its name, its loop, and where it
  ///   waited; none if all have ended by themselves. Cancelling the future takes nothing back
  /// @throws IllegalArgumentException if the time is negative
  /// @throws IllegalStateException on one of the loops, which would wait for itself
  public CompletableFuture<List<String>> shutdown(Duration grace) {
    return shutdown(grace, CLEAN_UP);
  }

  CompletableFuture<List<String>> shutdown(Duration grace, Duration cleanUp) {
    return end(grace, cleanUp).heldUp().copy();
  }

  private synchronized GroupEnd end(Duration grace, Duration cleanUp) {
    for (BackgroundLoop loop : loops) {
      if (loop.loop().runsOn(Thread.currentThread())) {
        throw new IllegalStateException(
            "a group of loops cannot be closed from the thread of one of them. Close it from the"
                + " thread that started it");
      }
    }
    if (grace.isNegative()) {
      throw new IllegalArgumentException("the time for the tasks is negative: " + grace);
    }
    GroupEnd begun = end;
    if (begun == null) {
      begun = new GroupEnd(loops, grace, cleanUp);
      end = begun;
      Thread.ofPlatform().daemon().name("jasyncio-group-end").start(begun);
    }
    return begun;
  }

  /// Takes no more work, waits until all tasks of all loops have ended, and closes the loops: as
  /// [#shutdown(Duration)] with a grace time of 30 s. Who had to be cancelled is written to the
  /// log.
  ///
  /// If the waiting thread is interrupted, it cancels all tasks and waits on.
  ///
  /// @throws IllegalStateException on the thread of one of the loops, which would wait for itself
  @Override
  public void close() {
    CompletableFuture<List<String>> heldUp = end(GRACE, CLEAN_UP).heldUp();
    boolean first = !heldUp.isDone();
    boolean interrupted = false;
    while (true) {
      try {
        List<String> lines = heldUp.get();
        if (first && !lines.isEmpty()) {
          LOG.log(
              System.Logger.Level.WARNING,
              "the end of " + this + " was held up:\n  " + String.join("\n  ", lines));
        }
        break;
      } catch (InterruptedException _) {
        interrupted = true;
        cancelAll();
      } catch (ExecutionException e) {
        throw new IllegalStateException("the end of " + this + " failed", e.getCause());
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public String toString() {
    return "<LoopGroup " + loops.size() + " loops>";
  }
}
