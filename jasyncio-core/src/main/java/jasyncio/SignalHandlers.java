package jasyncio;

import jasyncio.engine.SignalTap;
import java.util.EnumMap;
import java.util.Map;

/// The signals that a loop handles. Used on the loop.
final class SignalHandlers {
  private final EventLoop loop;
  private final Map<Signal, SignalTap> taps = new EnumMap<>(Signal.class);

  SignalHandlers(EventLoop loop) {
    this.loop = loop;
  }

  void add(Signal signal, Runnable callback) {
    if (signal.number() < 0) {
      throw new IllegalArgumentException("invalid signal number: this system has no " + signal);
    }
    Context context = Context.copyOfCurrent();
    SignalTap[] mine = new SignalTap[1];
    SignalTap tap =
        takeOver(
            signal,
            () -> // on a thread of the JVM; a loop that has closed is giving its signals back
            loop.tryPost(
                    () -> {
                      if (taps.get(signal) == mine[0]) {
                        handle(signal, callback);
                      }
                    },
                    context));
    mine[0] = tap;
    SignalTap before = taps.put(signal, tap);
    if (before != null) {
      before.release();
    }
  }

  private void handle(Signal signal, Runnable callback) {
    loop.tell(
        callback,
        failure ->
            loop.callExceptionHandler(
                ExceptionContext.of(
                        "Exception in handler of " + signal + ": " + callback.getClass().getName())
                    .withException(failure)
                    .with("signal", signal)));
  }

  private static SignalTap takeOver(Signal signal, Runnable action) {
    try {
      return SignalTap.takeOver(signal.shortName(), action);
    } catch (IllegalArgumentException e) {
      throw new IllegalStateException(
          "sig "
              + signal.number()
              + " cannot be caught: the system or the JVM keeps "
              + signal
              + " for itself ("
              + e.getMessage()
              + "). SIGHUP, SIGINT and SIGTERM can be caught unless the JVM was started with -Xrs"
              + " or with them ignored; SIGUSR1, SIGUSR2 and SIGWINCH always",
          e);
    }
  }

  boolean remove(Signal signal) {
    SignalTap tap = taps.remove(signal);
    if (tap == null) {
      return false;
    }
    tap.release();
    return true;
  }

  void close() {
    taps.values().forEach(SignalTap::release);
    taps.clear();
  }
}
