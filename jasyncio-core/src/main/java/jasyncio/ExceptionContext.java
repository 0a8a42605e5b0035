package jasyncio;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What the loop's exception handler is told: a message, and what is known besides. Immutable.
///
/// Counterpart: the `context` dictionary of `loop.call_exception_handler`; the keys are the
/// methods.
public final class ExceptionContext {
  private final String message;
  private final @Nullable Throwable exception;
  private final @Nullable Future<?> future;
  private final @Nullable Handle handle;
  private final @Nullable Throwable source;
  private final Map<String, Object> details;

  private ExceptionContext(
      String message,
      @Nullable Throwable exception,
      @Nullable Future<?> future,
      @Nullable Handle handle,
      @Nullable Throwable source,
      Map<String, Object> details) {
    this.message = message;
    this.exception = exception;
    this.future = future;
    this.handle = handle;
    this.source = source;
    this.details = details;
  }

  /// {@return a context with a message and nothing else}
  ///
  /// @param message what happened
  public static ExceptionContext of(String message) {
    return new ExceptionContext(message, null, null, null, null, Map.of());
  }

  /// Adds what was thrown.
  ///
  /// @param exception what was thrown
  /// @return a copy with it
  public ExceptionContext withException(@Nullable Throwable exception) {
    return new ExceptionContext(message, exception, future, handle, source, details);
  }

  /// Adds the future or task concerned.
  ///
  /// @param future the future or task
  /// @return a copy with it
  public ExceptionContext withFuture(@Nullable Future<?> future) {
    return new ExceptionContext(message, exception, future, handle, source, details);
  }

  ExceptionContext withTask(Task<?> task) {
    return withFuture(task);
  }

  ExceptionContext withHandle(Handle handle) {
    return new ExceptionContext(message, exception, future, handle, source, details)
        .withSource(handle.source);
  }

  ExceptionContext withSource(@Nullable Origin origin) {
    Throwable shown = origin == null ? null : origin.trimmed();
    return new ExceptionContext(message, exception, future, handle, shown, details);
  }

  /// Adds anything else under a name of its own, such as `transport`.
  ///
  /// @param name under what name
  /// @param detail what to add
  /// @return a copy with it
  public ExceptionContext with(String name, Object detail) {
    Map<String, Object> more = new LinkedHashMap<>(details);
    more.put(name, detail);
    return new ExceptionContext(message, exception, future, handle, source, more);
  }

  /// {@return what happened}
  public String message() {
    return message;
  }

  /// {@return what was thrown, if anything}
  public @Nullable Throwable exception() {
    return exception;
  }

  /// {@return the future concerned, if any; a task is one}
  public @Nullable Future<?> future() {
    return future;
  }

  /// {@return the task concerned, if any}
  public @Nullable Task<?> task() {
    return future instanceof Task<?> task ? task : null;
  }

  /// {@return the callback concerned, if any}
  public @Nullable Handle handle() {
    return handle;
  }

  /// {@return where the future or the callback was made; known in debug mode only}
  public @Nullable Throwable source() {
    return source;
  }

  /// {@return what was added by name}
  public Map<String, Object> details() {
    return details;
  }

  /// The context the handler runs in, as in CPython: that of the task or callback concerned.
  @Nullable Context context() {
    if (future instanceof Task<?> task) {
      return task.getContext();
    }
    return handle == null ? null : handle.getContext();
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(message);
    if (future != null) {
      text.append("\n  ").append(future instanceof Task ? "task: " : "future: ").append(future);
    }
    if (handle != null) {
      text.append("\n  handle: ").append(handle);
    }
    details.forEach((name, detail) -> text.append("\n  ").append(name).append(": ").append(detail));
    return text.toString();
  }
}
