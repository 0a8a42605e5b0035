package jasyncio.engine;

import org.jspecify.annotations.Nullable;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/// Ctrl-C, while somebody has taken it over: a process has one terminal, so one at a time.
public final class InterruptSignal {
  private static final String NAME = "INT";

  private static @Nullable InterruptSignal owner;

  private final SignalHandler before;

  private InterruptSignal(SignalHandler before) {
    this.before = before;
  }

  /// Calls `onPress` on a thread of the JVM at each Ctrl-C from now on.
  ///
  /// @return null if somebody else handles the signal, or the JVM runs without signals
  public static synchronized @Nullable InterruptSignal takeOver(Runnable onPress) {
    if (owner != null) {
      return null;
    }
    try {
      SignalHandler old = Signal.handle(new Signal(NAME), _ -> onPress.run());
      if (isDefault(old)) {
        owner = new InterruptSignal(old);
        return owner;
      }
      Signal.handle(new Signal(NAME), old);
    } catch (IllegalArgumentException _) {
      // the JVM was started with -Xrs, or the system has no such signal
    }
    return null;
  }

  /// Gives it back to the JVM, whose answer is to shut down. Does nothing the second time.
  public void release() {
    synchronized (InterruptSignal.class) {
      if (owner == this) {
        Signal.handle(new Signal(NAME), before);
        owner = null;
      }
    }
  }

  /// The JVM's own handler comes wrapped in a class of sun.misc; the system's is a constant.
  private static boolean isDefault(SignalHandler handler) {
    return handler == SignalHandler.SIG_DFL
        || handler.getClass().getName().startsWith("sun.misc.Signal$");
  }
}
