package jasyncio;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Futures in the order in which they are done: see [Asyncio#asCompleted(Collection)].
///
/// It can be used in two ways, and once:
///
/// ```java
/// for (Future<Page> page : asyncFor(asCompleted(pages))) { … }  // the futures, each done
/// for (Coroutine<Page> next : asCompleted(pages)) { await(next); }  // results, or failures
/// ```
///
/// In the second form the coroutines may also be awaited at the same time, by several tasks.
///
/// Counterpart: what `asyncio.as_completed` returns.
///
/// @param <T> the type of the results
public final class AsCompleted<T extends @Nullable Object>
    implements AsyncIterator<Future<T>>, Iterable<Coroutine<T>> {
  /*
   * CPython: _AsCompletedIterator in Lib/asyncio/tasks.py, 3.14. It goes through an asyncio.Queue;
   * here are the two lines of that queue, so that this package does not depend on jasyncio.sync. As
   * there, a completion wakes the first getter but stays in the queue until that runs.
   */
  private final Kernel kernel;
  private final Set<Future<T>> todo = new LinkedHashSet<>();
  private final ArrayDeque<Future<T>> completed = new ArrayDeque<>();
  private final ArrayDeque<Future<@Nullable Void>> getters = new ArrayDeque<>();
  private final Consumer<Future<T>> onCompletion = this::complete;
  private @Nullable TimerHandle timer;
  private final @Nullable Duration timeout;

  /// Futures nobody has asked for yet.
  private int left;

  /// Those that were not done when the time was up, and have not been reported as such.
  private int expired;

  AsCompleted(
      EventLoop loop,
      Collection<? extends Awaitable<? extends T>> awaitables,
      @Nullable Duration timeout) {
    this.kernel = loop.kernel;
    this.timeout = timeout;
    for (Awaitable<? extends T> awaitable : new LinkedHashSet<>(awaitables)) {
      todo.add(loop.<T>ensureFuture(awaitable));
    }
    todo.forEach(future -> future.addInternalCallback(onCompletion));
    if (timeout != null && !todo.isEmpty()) {
      long deadline = kernel.time() + Durations.toNanos(timeout);
      timer = kernel.callAt(deadline, this::expire, kernel.internalContext);
    }
    left = todo.size();
  }

  private void complete(Future<T> future) {
    if (!todo.remove(future)) {
      return; // the time was up before
    }
    completed.add(future);
    wakeNext();
    if (todo.isEmpty() && timer != null) {
      timer.cancel();
    }
  }

  private void expire() {
    for (Future<T> future : todo) {
      future.removeDoneCallback(onCompletion);
      expired++;
      wakeNext();
    }
    todo.clear();
  }

  /// The next future that is done. Its coroutine throws [StopAsyncIteration] when all have been
  /// given, and [TimeoutError] for each that was not done in time.
  ///
  /// Suspends only if none is done. A cancelled call has used up its turn, as in CPython: the
  /// iteration ends one future early, though none is taken from the next call.
  @Override
  @CheckReturnValue
  public Coroutine<Future<T>> anext() {
    return Coroutine.of(() -> {
      if (left == 0) {
        throw new StopAsyncIteration();
      }
      left--;
      return next();
    });
  }

  /// A coroutine for each future: the first to be awaited gives the result of the first future that
  /// is done, or throws what that failed with, and so on. Past the timeout it throws
  /// [TimeoutError].
  ///
  /// Each suspends until there is a result. Cancelled, it leaves the futures as they are, but its
  /// turn is used up: one result fewer is given. Counterpart: `for coroutine in
  /// asyncio.as_completed(...)`.
  @Override
  public Iterator<Coroutine<T>> iterator() {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return left > 0;
      }

      @Override
      public Coroutine<T> next() {
        if (left == 0) {
          throw new NoSuchElementException("all futures have been given");
        }
        left--;
        return Coroutine.of(() -> AsCompleted.this.next().result());
      }
    };
  }

  private Future<T> next() {
    while (completed.isEmpty() && expired == 0) {
      waitForOne();
    }
    Future<T> first = completed.poll();
    if (first != null) {
      return first;
    }
    expired--;
    assert timeout != null;
    throw new TimeoutError(
        "a future of asCompleted was not done within "
            + Durations.text(Durations.toNanos(timeout)));
  }

  private void waitForOne() {
    Future<@Nullable Void> getter = new Future<>(kernel);
    getters.add(getter);
    try {
      Traps.await(getter);
    } catch (Throwable t) {
      getter.cancel(); // if it was not the getter that ended the wait
      getters.remove(getter); // gone already if it was woken
      if (!getter.cancelled() && (!completed.isEmpty() || expired > 0)) {
        wakeNext();
      }
      throw t;
    }
  }

  private void wakeNext() {
    for (Future<@Nullable Void> next = getters.poll(); next != null; next = getters.poll()) {
      if (next.trySetResult(null)) {
        return;
      }
    }
  }
}
