package jasyncio;

import jasyncio.engine.Traces;
import java.io.PrintWriter;
import java.io.StringWriter;

/// Delivers what nobody could catch: to the loop's exception handler, or to the system logger.
final class ExceptionReport {
  /// Counterpart: the logger "asyncio".
  private static final String LOGGER = "jasyncio";

  private ExceptionReport() {}

  static void send(EventLoop loop, ExceptionContext report) {
    ExceptionHandler handler = loop.getExceptionHandler();
    if (handler == null) {
      logOrGiveUp(report);
      return;
    }
    loop.tell(
        () -> runIn(report.context(), () -> handler.handle(loop, report)),
        failure -> {
          logOrGiveUp(report);
          logOrGiveUp(
              ExceptionContext.of("Unhandled error in exception handler").withException(failure));
        });
  }

  /// In the context of the task or callback concerned, or a copy if that is in use because it is
  /// the running one's.
  private static void runIn(@org.jspecify.annotations.Nullable Context context, Runnable action) {
    if (context == null) {
      action.run();
    } else {
      context.copy().run(action);
    }
  }

  static void log(ExceptionContext report) {
    System.getLogger(LOGGER).log(System.Logger.Level.ERROR, report.toString(), cause(report));
  }

  /// Without a logger, for when the JVM ends.
  static void print(ExceptionContext report) {
    StringBuilder text = new StringBuilder("jasyncio: ").append(report);
    Throwable cause = cause(report);
    if (cause != null) {
      StringWriter trace = new StringWriter();
      cause.printStackTrace(new PrintWriter(trace));
      text.append(System.lineSeparator()).append(trace);
    }
    System.err.println(text.toString().stripTrailing());
  }

  /// What is printed below the report. Nobody else looks at it any more, so it is folded in place.
  private static @org.jspecify.annotations.Nullable Throwable cause(ExceptionContext report) {
    Throwable exception = report.exception();
    Throwable cause = exception == null ? report.source() : exception;
    if (cause != null) {
      Traces.fold(cause);
    }
    return cause;
  }

  static void logOrGiveUp(ExceptionContext report) {
    try {
      log(report);
    } catch (Throwable t) { // a broken logger must not take the loop down
      System.err.println("jasyncio: the logger failed with " + t + " on: " + report);
    }
  }
}
