package jasyncio;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A body that has not started yet. It runs once: inline in the task that awaits it, or as a task
/// of its own.
///
/// Made by [Asyncio#async(AsyncBody)], and by every operation of the library that may suspend.
/// Making one runs nothing. Awaiting it twice fails; one that is never awaited is reported in debug
/// mode.
///
/// Counterpart: a coroutine object, what calling an `async def` function gives.
///
/// @param <T> the type of its result
public final class Coroutine<T extends @Nullable Object> implements Awaitable<T> {
  /// An [AsyncBody], or an [AsyncAction] where there is no result.
  private final Object body;

  private boolean started;

  /// Whether `gather` has seen it; see there.
  boolean gathered;

  /// Debug mode only.
  private LossReports.@Nullable Entry unawaited;

  private Coroutine(Object body) {
    this.body = body;
    if (DebugMode.everOn) {
      watch(body);
    }
  }

  static <T extends @Nullable Object> Coroutine<T> of(AsyncBody<? extends T> body) {
    return new Coroutine<>(Objects.requireNonNull(body, "body"));
  }

  static Coroutine<@Nullable Void> ofAction(AsyncAction action) {
    return new Coroutine<>(Objects.requireNonNull(action, "action"));
  }

  /// Runs the body in the current task. From then on this coroutine counts as awaited.
  @SuppressWarnings({"unchecked", "NullAway"}) // an action is a body whose T is Void
  T run() throws Throwable {
    if (started) {
      throw new IllegalStateException(
          "cannot reuse already awaited coroutine. A coroutine runs once: make a new one, or make"
              + " it a task and await that as often as you like");
    }
    close();
    if (body instanceof AsyncBody<?> withResult) {
      return (T) withResult.run();
    }
    ((AsyncAction) body).run();
    return null;
  }

  /// Gives up a coroutine that will not be awaited, so that nobody is warned about it. Does nothing
  /// once it has started.
  ///
  /// Counterpart: `coroutine.close()`.
  public void close() {
    started = true;
    if (unawaited != null) {
      unawaited.forget(RunningKernel.orNull());
      unawaited = null;
    }
  }

  private void watch(Object body) {
    Kernel kernel = RunningKernel.orNull();
    if (kernel != null && kernel.debug) {
      Origin source = new Origin("coroutine made here");
      Class<?> type = body.getClass();
      unawaited = kernel.losses.watch(this, _ -> neverAwaited(type, source));
    }
  }

  /// Code on another thread has returned this: that it does nothing there is a mistake of its own,
  /// which is reported without debug mode too.
  void watchReturned(Kernel kernel) {
    if (!started && unawaited == null) {
      Class<?> type = body.getClass();
      unawaited =
          kernel.losses.watch(
              this,
              _ ->
                  ExceptionContext.of(
                      "coroutine of "
                          + nameOf(type)
                          + " was returned by the body of toThread or runInExecutor and never "
                          + "awaited,"
                          + " so it did nothing. Await it on the loop instead"));
    }
  }

  private static ExceptionContext neverAwaited(Class<?> type, Origin source) {
    String maker = nameOf(type, source.trimmed());
    return ExceptionContext.of("coroutine " + maker + " was never awaited").withSource(source);
  }

  /// What the user called, or wrote: the method that made the coroutine, without the counters of
  /// lambdas.
  private static String nameOf(Class<?> type, Origin source) {
    StackTraceElement[] frames = source.getStackTrace();
    if (frames.length == 0) {
      return nameOf(type);
    }
    String method = frames[0].getMethodName();
    if (method.startsWith("lambda$")) {
      method = method.substring("lambda$".length(), method.lastIndexOf('$'));
    }
    return "'" + frames[0].getClassName() + "." + method + "'";
  }

  /// The class that holds the body: a lambda's own name has a counter in it that says nothing.
  private static String nameOf(Class<?> type) {
    String name = type.getName();
    int lambda = name.indexOf("$$Lambda");
    return lambda < 0 ? name : name.substring(0, lambda);
  }

  @Override
  public String toString() {
    return "<Coroutine " + nameOf(body.getClass()) + (started ? " started>" : ">");
  }
}
