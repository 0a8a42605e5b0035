package jasyncio;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The bodies of gather, wait, waitFor and shield. CPython: Lib/asyncio/tasks.py, 3.14.
final class Combinators {
  private Combinators() {}

  // ---- gather ----

  static <T extends @Nullable Object> Future<List<T>> gather(
      EventLoop loop,
      Collection<? extends Awaitable<? extends T>> awaitables,
      boolean returnExceptions) {
    Gathering<T> outer = new Gathering<>(loop.kernel, awaitables.size(), returnExceptions);
    outer.start(loop, awaitables);
    return outer;
  }

  /// The future of a gather: cancelling it cancels the children, and it ends when they report.
  private static final class Gathering<T extends @Nullable Object> extends Future<List<T>> {
    private final boolean returnExceptions;
    private final List<Future<? extends T>> children;
    private int expected;
    private int finished;
    private boolean started;
    private boolean cancelRequested;

    Gathering(Kernel kernel, int size, boolean returnExceptions) {
      super(kernel);
      this.children = new ArrayList<>(size);
      this.returnExceptions = returnExceptions;
    }

    void start(EventLoop loop, Collection<? extends Awaitable<? extends T>> awaitables) {
      if (awaitables.isEmpty()) {
        setResult(List.of());
        return;
      }
      List<Future<? extends T>> doneAlready = new ArrayList<>();
      Consumer<Future<? extends T>> onChildDone = this::childDone;
      Task<?> caller = loop.currentTask();
      for (Awaitable<? extends T> awaitable : awaitables) {
        Future<? extends T> child = earlier(awaitable, awaitables);
        if (child == null) {
          child = loop.<T>ensureFuture(awaitable);
          expected++;
          if (child.done()) {
            doneAlready.add(child);
          } else {
            child.addInternalCallback(onChildDone, caller);
          }
        }
        children.add(child);
      }
      started = true;
      doneAlready.forEach(this::childDone);
    }

    /// The child made for the same coroutine before, or null. A coroutine knows whether it has been
    /// in any `gather`; if so, the arguments before it are looked through. A future that is given
    /// twice reports twice, one report right behind the other, which comes to the same.
    private @Nullable Future<? extends T> earlier(
        Awaitable<? extends T> awaitable, Collection<? extends Awaitable<? extends T>> all) {
      if (!(awaitable instanceof Coroutine<? extends T> coroutine)) {
        return null;
      }
      if (!coroutine.gathered) {
        coroutine.gathered = true;
        return null;
      }
      int i = 0;
      for (Awaitable<? extends T> other : all) {
        if (i == children.size()) {
          return null;
        }
        if (other == awaitable) {
          return children.get(i);
        }
        i++;
      }
      return null;
    }

    private void childDone(Future<? extends T> child) {
      finished++;
      if (!started || done()) {
        child.retrieved(); // nobody will look at it any more
        return;
      }
      if (!returnExceptions) {
        if (child.cancelled()) {
          setException(child.makeCancelledError());
          return;
        }
        Throwable failure = child.exception();
        if (failure != null) {
          setException(failure);
          return;
        }
      }
      if (finished == expected) {
        finish();
      }
    }

    private void finish() {
      List<@Nullable Object> results = new ArrayList<>(children.size());
      for (Future<? extends T> child : children) {
        if (child.cancelled()) {
          results.add(new CancelledError(child.cancelMessage()));
        } else {
          Throwable failure = child.exception();
          results.add(failure == null ? child.result() : failure);
        }
      }
      if (cancelRequested) { // asked only now: the failures count as looked at in any case
        setException(
            children.getLast().makeCancelledError()); // of the last argument, cancelled or not
        return;
      }
      @SuppressWarnings("unchecked")
      List<T> typed = (List<T>) results;
      setResult(typed);
    }

    @Override
    public boolean cancel(@Nullable String message) {
      if (done()) {
        return false;
      }
      boolean any = false;
      for (Future<? extends T> child : children) {
        any |= child.cancel(message);
      }
      cancelRequested |= any;
      return any;
    }
  }

  // ---- wait ----

  static <F extends Future<?>> WaitResult<F> wait(
      Collection<? extends F> futures, @Nullable Duration timeout, ReturnWhen returnWhen) {
    Set<F> all = new LinkedHashSet<>(futures);
    if (all.isEmpty()) {
      throw new IllegalArgumentException("Set of Tasks/Futures is empty.");
    }
    Kernel kernel = Traps.currentTask("wait").kernel;
    Future<@Nullable Void> waiter = new Future<>(kernel);
    TimerHandle timer =
        timeout == null
            ? null
            : kernel.callAt(
                kernel.time() + Durations.toNanos(timeout),
                () -> release(waiter),
                kernel.internalContext);
    int[] left = {all.size()};
    Consumer<Future<?>> onCompletion =
        done -> {
          left[0]--;
          if (left[0] <= 0
              || returnWhen == ReturnWhen.FIRST_COMPLETED
              || (returnWhen == ReturnWhen.FIRST_EXCEPTION
                  && !done.cancelled()
                  && done.exception() != null)) {
            cancel(timer);
            release(waiter);
          }
        };
    Task<?> caller = kernel.currentTask;
    all.forEach(future -> future.addInternalCallback(onCompletion, caller));
    try {
      Traps.await(waiter);
    } finally {
      cancel(timer);
      all.forEach(future -> future.removeDoneCallback(onCompletion));
    }
    Set<F> done = new LinkedHashSet<>();
    Set<F> pending = new LinkedHashSet<>();
    for (F future : all) {
      (future.done() ? done : pending).add(future);
    }
    return new WaitResult<>(done, pending);
  }

  private static void cancel(@Nullable Handle handle) {
    if (handle != null) {
      handle.cancel();
    }
  }

  private static void release(Future<@Nullable Void> waiter) {
    if (!waiter.done()) {
      waiter.setResult(null);
    }
  }

  // ---- waitFor ----

  static <T extends @Nullable Object> T waitFor(
      Awaitable<? extends T> awaitable, @Nullable Duration timeout) throws Throwable {
    if (timeout == null || Durations.isPositive(timeout)) {
      return Timeout.after(timeout, awaitable).call(_ -> Asyncio.<T>await(awaitable));
    }
    Future<? extends T> future =
        Traps.currentTask("waitFor").kernel.loop.<T>ensureFuture(awaitable);
    if (future.done()) {
      return future.result();
    }
    cancelAndWait(future);
    try {
      return future.result();
    } catch (CancelledError e) {
      TimeoutError timedOut =
          new TimeoutError(awaitable + " was not done, and waitFor was given no time");
      timedOut.initCause(e);
      throw timedOut;
    }
  }

  private static void cancelAndWait(Future<?> future) {
    Future<@Nullable Void> waiter = new Future<>(future.kernel);
    Consumer<Future<?>> onCompletion = _ -> release(waiter);
    future.addInternalCallback(onCompletion);
    try {
      future.cancel();
      Traps.await(waiter); // not the future itself, so that this can be cancelled too
    } finally {
      future.removeDoneCallback(onCompletion);
    }
  }

  // ---- shield ----

  private static final Consumer<Future<?>> REPORT_LATE_FAILURE = Combinators::reportLateFailure;

  static <T extends @Nullable Object> Future<T> shield(Future<T> inner) {
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
