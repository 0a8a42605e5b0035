package jasyncio;

import org.jspecify.annotations.Nullable;

/// One scheduled callback, as returned by [EventLoop#callSoon(Runnable)].
///
/// Use it on the loop's thread; only a handle from [EventLoop#callSoonThreadsafe(Runnable)] may be
/// cancelled from any: if its callback runs just then, the call returns when that is over. So the
/// callback must not wait for whoever cancels it.
///
/// Counterpart: `asyncio.Handle`.
public class Handle {
  final Kernel kernel;

  /// Null once cancelled, so that what it holds can be collected.
  private @Nullable Runnable callback;

  /// The handle that was posted before this one, while both are in the [Inbox]; the one that was
  /// cut off before it, in [StackEnd].
  @Nullable Handle below;

  /// What it threw where there was no stack left to report it; see [StackEnd].
  @Nullable Throwable failure;

  /// A [Context], or the entries to make one of.
  private Object context;

  boolean cancelled;

  /// Where the callback was scheduled; debug mode only.
  @Nullable Origin source;

  Handle(Kernel kernel, @Nullable Runnable callback, Object context) {
    this.kernel = kernel;
    this.callback = callback;
    this.context = context;
    if (kernel.debug) {
      source = new Origin("scheduled here");
    }
  }

  /// Keeps the callback from being run. Does nothing if it has run or was cancelled before.
  public void cancel() {
    if (!cancelled) {
      cancelled = true;
      callback = null;
    }
  }

  /// {@return whether it was cancelled}
  public boolean cancelled() {
    return cancelled;
  }

  /// {@return the context the callback runs in}
  public Context getContext() {
    Context made = Context.of(context, kernel.context == this);
    context = made;
    return made;
  }

  /// Its context, or the entries to make one of.
  final Object heldContext() {
    return context;
  }

  /// Runs the callback. The kernel catches what it throws.
  void invoke() {
    Runnable r = callback;
    if (r != null) {
      r.run();
    }
  }

  /// Tells the exception handler what the callback threw, which then counts as reported.
  final void report(Throwable thrown) {
    try {
      kernel.loop.callExceptionHandler(
          ExceptionContext.of("Exception in callback " + describe())
              .withException(thrown)
              .withHandle(this));
      failure = null;
    } catch (KeyboardInterrupt e) {
      failure = null;
      kernel.turn.abort(e);
    }
  }

  /// What it will call, for messages.
  String describe() {
    return callback == null ? "" : callback.getClass().getName();
  }

  @Override
  public String toString() {
    return "<"
        + getClass().getSimpleName()
        + (cancelled ? " cancelled" : "")
        + " "
        + describe()
        + ">";
  }
}
