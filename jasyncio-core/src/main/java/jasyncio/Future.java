package jasyncio;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A result that is not there yet. Awaiting it, as often as one likes, gives the result or throws
/// the exception it gets.
///
/// Made by [EventLoop#createFuture()]. Not thread-safe: use it on the thread of its loop; other
/// threads go through [EventLoop#callSoonThreadsafe(Runnable)].
///
/// Counterpart: `asyncio.Future`.
///
/// @param <T> the type of its result
public non-sealed class Future<T extends @Nullable Object> implements Awaitable<T> {
  /*
   * Overview
   *
   *   PENDING --setResult-----> RESULT
   *   PENDING --setException--> FAILED
   *   PENDING --cancel--------> CANCELLED
   *
   * `outcome` is the result, the exception, or for a cancelled future the message or the
   * CancelledError to throw first. `waiters` is null, one waiter, or a List of them: most futures
   * have one. A waiter is a Task to wake or a DoneHandle to run; both go to the ready queue in the
   * order in which they came, never run in place.
   *
   * CPython: Lib/asyncio/futures.py, 3.14. Differences: (1) there is no __del__, so "exception was
   * never retrieved" comes from LossReports, at the latest when the loop closes; (2) a result may
   * be set before the loop runs, but not from another thread.
   */
  private static final byte PENDING = 0;
  private static final byte RESULT = 1;
  private static final byte FAILED = 2;
  private static final byte CANCELLED = 3;

  final Kernel kernel;
  private byte state = PENDING;
  private @Nullable Object outcome;
  private @Nullable Object waiters;

  /// The pending "never retrieved" report of a failure that nobody has looked at.
  private LossReports.@Nullable Entry unretrieved;

  /// Where it was made; debug mode only.
  final @Nullable Origin source;

  Future(Kernel kernel) {
    this.kernel = kernel;
    this.source = kernel.debug ? new Origin("created here") : null;
  }

  /// {@return the loop it belongs to}
  public final EventLoop getLoop() {
    return kernel.loop;
  }

  /// {@return whether there is a result, an exception or a cancellation}
  public final boolean done() {
    return state != PENDING;
  }

  /// {@return whether it was cancelled}
  public final boolean cancelled() {
    return state == CANCELLED;
  }

  /// {@return how it stands, as the JDK's own futures say it} Asking does not count as having
  /// looked at a failure. Counterpart: none; in Python one reads the `repr`.
  public final java.util.concurrent.Future.State state() {
    return switch (state) {
      case PENDING -> java.util.concurrent.Future.State.RUNNING;
      case RESULT -> java.util.concurrent.Future.State.SUCCESS;
      case FAILED -> java.util.concurrent.Future.State.FAILED;
      default -> java.util.concurrent.Future.State.CANCELLED;
    };
  }

  /// Whether it ended with an exception; unlike [#exception()] this does not count as having looked
  /// at it.
  final boolean failed() {
    return state == FAILED;
  }

  /// {@return the result; what it failed with is thrown as it is}
  ///
  /// Does not suspend: use [Asyncio#await(Awaitable)] to wait for it.
  ///
  /// @throws InvalidStateError if there is none yet
  /// @throws CancelledError if it was cancelled
  @SuppressWarnings({"unchecked", "NullAway"}) // a result is null only if T allows it
  public final T result() {
    if (state == RESULT) {
      return (T) outcome;
    }
    throw failure();
  }

  /// Throws why there is no result.
  private RuntimeException failure() {
    if (state == FAILED) {
      retrieved();
      throw Sneaky.rethrow((Throwable) outcome);
    }
    if (state == CANCELLED) {
      throw makeCancelledError();
    }
    throw new InvalidStateError("Result is not ready" + wayOut());
  }

  private String wayOut() {
    return ": " + this + " is pending. Await it, or ask done() first";
  }

  /// {@return the exception it failed with, or null if it has a result}
  ///
  /// @throws InvalidStateError if it is not done
  /// @throws CancelledError if it was cancelled
  public final @Nullable Throwable exception() {
    if (state == FAILED) {
      retrieved();
      return (Throwable) outcome;
    }
    if (state == CANCELLED) {
      throw makeCancelledError();
    }
    if (state == PENDING) {
      throw new InvalidStateError("Exception is not set" + wayOut());
    }
    return null;
  }

  /// What it failed with, without counting as having looked.
  final @Nullable Throwable failureOrNull() {
    return state == FAILED ? (Throwable) outcome : null;
  }

  /// The error of a cancelled future: the one that cancelled its task the first time, a new one
  /// afterwards.
  final CancelledError makeCancelledError() {
    if (state == CANCELLED && outcome instanceof CancelledError first) {
      outcome = null;
      return first;
    }
    return new CancelledError(cancelMessage());
  }

  /// What was given to cancel(message); null if nothing, or if the future ended by an error its
  /// body let out.
  @Nullable String cancelMessage() {
    return state == CANCELLED && outcome instanceof String message ? message : null;
  }

  /// Somebody has looked at the failure.
  final void retrieved() {
    if (unretrieved != null) {
      Thread owner = kernel.carrier.thread();
      unretrieved.forget(owner == null || owner == Thread.currentThread() ? kernel : null);
      unretrieved = null;
    }
  }

  /// Whether a failure is still waiting to be looked at.
  final boolean isUnretrieved() {
    return unretrieved != null;
  }

  /// Ends it with a result.
  ///
  /// @param result what those who wait get
  /// @throws InvalidStateError if it is done
  public void setResult(T result) {
    checkPending("setResult");
    finish(RESULT, result);
  }

  /// Ends it with an exception.
  ///
  /// @param exception what those who wait get thrown
  /// @throws InvalidStateError if it is done
  public void setException(Throwable exception) {
    checkPending("setException");
    fail(Objects.requireNonNull(exception, "exception"));
  }

  /// Ends it with a result, unless it is done: for those who cannot know whether who waits has been
  /// cancelled meanwhile.
  ///
  /// Counterpart: `if not future.done(): future.set_result(result)`.
  ///
  /// @param result what those who wait get
  /// @return false if it was done before
  public final boolean trySetResult(T result) {
    if (done()) {
      return false;
    }
    setResult(result);
    return true;
  }

  /// Ends it with an exception, unless it is done.
  ///
  /// @param exception what those who wait get thrown
  /// @return false if it was done before
  public final boolean trySetException(Throwable exception) {
    if (done()) {
      return false;
    }
    setException(exception);
    return true;
  }

  private void checkPending(String operation) {
    Thread owner = kernel.carrier.thread();
    if (owner != Thread.currentThread() && (owner != null || waiters != null)) {
      kernel.checkThread(operation);
    }
    if (state != PENDING) {
      throw new InvalidStateError(
          operation + ": invalid state, already " + stateName() + ": " + this);
    }
  }

  /// Cancels it: whoever awaits it gets a [CancelledError].
  ///
  /// @return false if it was done before
  public final boolean cancel() {
    return cancel(null);
  }

  /// Cancels it with a message, which the [CancelledError] carries.
  ///
  /// @param message for the [CancelledError], or null
  /// @return false if it was done before
  public boolean cancel(@Nullable String message) {
    retrieved();
    if (state != PENDING) {
      return false;
    }
    if (waiters != null) {
      kernel.checkThread("cancel");
    }
    finish(CANCELLED, message);
    return true;
  }

  /// Ends a task whose body let `error` out; the first to ask gets this very error.
  final void finishCancelled(CancelledError error) {
    finish(CANCELLED, error);
  }

  final void finishCancelled(@Nullable String message) {
    finish(CANCELLED, message);
  }

  final void finishResult(T result) {
    finish(RESULT, result);
  }

  final void fail(Throwable exception) {
    finish(FAILED, exception);
    unretrieved = kernel.losses.watch(this, lossReport(exception));
  }

  /// Must not refer to this future, or it would never be collected.
  private LossReports.Report lossReport(Throwable exception) {
    String kind = this instanceof Task ? "Task" : "Future";
    String name = this instanceof Task<?> task ? " (" + task.getName() + ")" : "";
    Origin where = source;
    return lost ->
        ExceptionContext.of(kind + " exception was never retrieved" + name)
            .withException(exception)
            .withFuture((Future<?>) lost)
            .withSource(where);
  }

  /// The calls come first: where the stack ends, either they fail and nothing has happened, or
  /// everything has.
  private void finish(byte end, @Nullable Object value) {
    Object waiting = waiters;
    if (waiting != null) {
      if (waiting instanceof List<?> several) {
        kernel.ready.addAll(several.toArray());
      } else {
        kernel.ready.add(waiting);
      }
      waiters = null;
    }
    state = end;
    outcome = value;
  }

  /// Calls `callback` with this future when it is done: on a later turn of the loop, in the order
  /// of registration. If it is done already, on the next turn.
  ///
  /// @param callback gets this future
  public final void addDoneCallback(Consumer<? super Future<T>> callback) {
    Objects.requireNonNull(callback, "callback");
    add(new DoneHandle<>(this, callback, Context.entriesToHandOn(), null));
  }

  /// The same, with the callback running in `context` instead of a copy of the current one.
  ///
  /// @param callback gets this future
  /// @param context the context to run it in
  public final void addDoneCallback(Consumer<? super Future<T>> callback, Context context) {
    Objects.requireNonNull(callback, "callback");
    add(new DoneHandle<>(this, callback, context, null));
  }

  private void add(DoneHandle<T> handle) {
    if (done()) {
      kernel.callSoon(handle);
    } else {
      addWaiter(handle);
    }
  }

  /// For the library's own callbacks: no context is copied for them.
  ///
  /// @param waiter the task on whose behalf this is, so that the call graph shows that it waits; or
  ///   null
  final void addInternalCallback(Consumer<? super Future<T>> callback, @Nullable Task<?> waiter) {
    add(new DoneHandle<>(this, callback, kernel.internalContext, waiter));
  }

  final void addInternalCallback(Consumer<? super Future<T>> callback) {
    addInternalCallback(callback, null);
  }

  /// Removes every registration of `callback`.
  ///
  /// @param callback the very object that was added
  /// @return how many there were
  public final int removeDoneCallback(Consumer<? super Future<T>> callback) {
    if (waiters instanceof List<?> several) {
      int before = several.size();
      several.removeIf(
          waiter -> waiter instanceof DoneHandle<?> handle && handle.callback == callback);
      int removed = before - several.size();
      if (several.isEmpty()) {
        waiters = null;
      }
      return removed;
    }
    if (waiters instanceof DoneHandle<?> handle && handle.callback == callback) {
      waiters = null;
      return 1;
    }
    return 0;
  }

  /// Adds a task to wake or a callback to run at the end.
  final void addWaiter(Object waiter) {
    if (waiters == null) {
      waiters = waiter;
    } else if (waiters instanceof List<?>) {
      @SuppressWarnings("unchecked")
      List<Object> several = (List<Object>) waiters;
      several.add(waiter);
    } else {
      List<Object> several = new ArrayList<>(4);
      several.add(waiters);
      several.add(waiter);
      waiters = several;
    }
  }

  /// Forgets a waiter whose suspension was refused.
  final void removeWaiter(Object waiter) {
    if (waiters == waiter) {
      waiters = null;
    } else if (waiters instanceof List<?> several) {
      several.remove(waiter);
    }
  }

  /// {@return a view of this future for other threads and other libraries; cancelling it cancels
  /// this future} Called on the loop's thread.
  ///
  /// While this future is pending, everybody gets the same view. Whoever means to complete it by
  /// hand makes a `copy()` first; a time limit of `orTimeout` applies to a copy by itself.
  public final CompletableFuture<T> toCompletableFuture() {
    return FutureView.of(this);
  }

  /// The view that follows this future already and has not been completed by hand.
  @SuppressWarnings("unchecked") // a callback of this very future
  final @Nullable FutureView<T> viewOrNull() {
    if (waiters instanceof List<?> several) {
      for (Object waiter : several) {
        FutureView<?> view = viewOrNull(waiter);
        if (view != null) {
          return (FutureView<T>) view;
        }
      }
      return null;
    }
    return (FutureView<T>) viewOrNull(waiters);
  }

  private static @Nullable FutureView<?> viewOrNull(@Nullable Object waiter) {
    Object callback = waiter instanceof DoneHandle<?> handle ? handle.callback : null;
    return callback instanceof FutureView<?> view && !view.isDone() ? view : null;
  }

  /// The futures that wait for this one to end. Counterpart: `_asyncio_awaited_by`.
  final List<Future<?>> awaitedBy() {
    List<Future<?>> found = new ArrayList<>();
    if (waiters instanceof List<?> several) {
      several.forEach(waiter -> addAwaiter(waiter, found));
    } else {
      addAwaiter(waiters, found);
    }
    return found;
  }

  private static void addAwaiter(@Nullable Object waiter, List<Future<?>> found) {
    Task<?> task =
        waiter instanceof Task<?> t
            ? t
            : waiter instanceof DoneHandle<?> handle ? handle.waiter : null;
    if (task != null && !found.contains(task)) {
      found.add(task);
    }
  }

  /// What it is, in a [Snapshot].
  String kind() {
    return "future";
  }

  final String stateName() {
    return switch (state) {
      case PENDING -> "pending";
      case CANCELLED -> "cancelled";
      default -> "finished";
    };
  }

  /// Where a value contains the future it is the result of, dots.
  @Override
  public final String toString() {
    return Repr.once(this, this::text);
  }

  String text() {
    return "<Future " + stateName() + outcomeText() + ">";
  }

  final String outcomeText() {
    return switch (state) {
      case RESULT -> " result=" + Repr.of(outcome);
      case FAILED -> " exception=" + Repr.of(outcome);
      default -> "";
    };
  }

  /// A done callback: waits in its future's list, then in the ready queue.
  private static final class DoneHandle<T extends @Nullable Object> extends Handle {
    private final Future<T> future;
    private final Consumer<? super Future<T>> callback;
    private final @Nullable Task<?> waiter;

    DoneHandle(
        Future<T> future,
        Consumer<? super Future<T>> callback,
        Object context,
        @Nullable Task<?> waiter) {
      super(future.kernel, null, context);
      this.future = future;
      this.callback = callback;
      this.waiter = waiter;
    }

    @Override
    void invoke() {
      callback.accept(future);
    }

    @Override
    String describe() {
      return callback.getClass().getName();
    }
  }
}
