package jasyncio.sync;

import static jasyncio.Asyncio.async;

import jasyncio.AsyncAction;
import jasyncio.AsyncBody;
import jasyncio.CheckReturnValue;
import jasyncio.Coroutine;
import org.jspecify.annotations.Nullable;

/// What is acquired before a piece of work and released after it.
///
/// Counterpart: `asyncio.locks._ContextManagerMixin`.
@SuppressWarnings("overloads") // a body with a result beside one without, told apart by the lambda
abstract class Holdable extends LoopBound {
  Holdable() {}

  /// The body of acquire(): called in a task, may suspend, and returns when it is ours.
  abstract void take();

  /// Waits until it is free, and takes it. The result is always true.
  ///
  /// Suspends only if it has to wait. Whoever came first gets it first. Cancel-safe: a cancelled
  /// waiter has nothing, and lets the next one through.
  ///
  /// @return a coroutine that gives true
  /// @throws IllegalStateException when awaited, if it belongs to a different loop
  @CheckReturnValue
  public Coroutine<Boolean> acquire() {
    return async(() -> {
      take();
      return true;
    });
  }

  /// Gives it back, and wakes the first who waits for it. Does not suspend.
  public abstract void release();

  /// {@return whether it cannot be acquired without waiting}
  public abstract boolean locked();

  /// Acquires it for a try-with-resources statement, which releases it at its end.
  ///
  /// Suspends and cancels as [#acquire()] does. If both the statement's body and the release fail,
  /// the body's exception is thrown; with [#with(AsyncBody)] it is the release's, as in Python.
  ///
  /// Counterpart: `async with lock:`.
  ///
  /// @return a coroutine that gives what to close
  @CheckReturnValue
  public Coroutine<Held> hold() {
    return async(() -> {
      take();
      return new Held(this);
    });
  }

  /// Acquires it, runs `body` in the current task, and releases it however the body ends.
  ///
  /// Cancelled, it is released, or not acquired if the body had not begun.
  ///
  /// Suspends as [#acquire()] and the body do. Counterpart: `async with lock:`.
  ///
  /// @param <T> the type of the result
  /// @param body what to run while it is held
  /// @return a coroutine that gives the result
  @CheckReturnValue
  public <T extends @Nullable Object> Coroutine<T> with(AsyncBody<? extends T> body) {
    return async(
        (AsyncBody<T>)
            () -> {
              take();
              try {
                return body.run();
              } finally {
                release();
              }
            });
  }

  /// The same for a body without a result.
  ///
  /// @param body what to run while it is held
  /// @return a coroutine that does so when awaited
  @CheckReturnValue
  public Coroutine<@Nullable Void> with(AsyncAction body) {
    return async(
        (AsyncAction)
            () -> {
              take();
              try {
                body.run();
              } finally {
                release();
              }
            });
  }
}
