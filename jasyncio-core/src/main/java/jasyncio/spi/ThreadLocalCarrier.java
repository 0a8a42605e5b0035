package jasyncio.spi;

import org.jspecify.annotations.Nullable;

/// Has chosen thread locals follow the program from task to task: a log context, the active trace,
/// the identity of a caller, kept by a library that knows nothing of tasks.
///
/// A task has thread locals of its own and begins with none. With a carrier it begins with what its
/// maker had when it made the task; likewise callbacks, when they were scheduled, and the body of
/// [jasyncio.Asyncio#toThread], on a thread of the executor. What they set is not seen by their
/// maker: after a callback or such a body the thread has what it had before. A task or callback for
/// which a context was given begins with what belonged to the code that copied that context, and
/// with nothing in a new context.
///
/// ```java
/// public final class MdcCarrier implements ThreadLocalCarrier {
///   public Object capture() {
///     return MDC.getCopyOfContextMap();
///   }
///
///   public void restore(Object captured) {
///     if (captured == null) {
///       MDC.clear();
///     } else {
///       MDC.setContextMap((Map<String, String>) captured);
///     }
///   }
/// }
/// ```
///
/// Carriers are found by `ServiceLoader`, once: by the time that a thread or task that has any
/// thread locals makes a task or schedules something. Name yours in
/// `META-INF/services/jasyncio.spi.ThreadLocalCarrier`, or in `provides` of a module. They are
/// called on whichever thread runs the code, in no given order of carriers, and must be quick: with
/// one, each task and callback costs a capture and a restore. Without any, nothing. What a method
/// throws is thrown by the call that makes the task or schedules, or is the failure of the task or
/// callback that begins. With `-Djasyncio.threadlocals=shared` there are no carriers, since all
/// tasks have the same thread locals.
///
/// Counterpart: none; what asyncio's users do with a `ContextVar`, and should do with
/// [jasyncio.ContextVar] where the code is their own.
public interface ThreadLocalCarrier {
  /// {@return what the running code has, or null if that is nothing} It is handed to other code,
  /// later and maybe several times, so it must be a copy, or never change.
  @Nullable Object capture();

  /// Gives the running code what was captured.
  ///
  /// @param captured what [#capture()] has returned; null to clear
  void restore(@Nullable Object captured);
}
