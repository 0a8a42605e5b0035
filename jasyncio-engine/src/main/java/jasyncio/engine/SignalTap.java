package jasyncio.engine;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/// A signal of the system, taken over from the JVM until it is released. Of several who have taken
/// over the same one, the last is told.
public final class SignalTap {
  /// Who has taken over what, the last at the end. Guarded by the lock of this class.
  private static final Map<String, List<SignalTap>> TAPS = new HashMap<>();

  /// Who handled what before that. Guarded by the lock of this class.
  private static final Map<String, SignalHandler> BEFORE = new HashMap<>();

  /// What the JVM does not let be handled if it was started with the signal ignored.
  private static final Set<String> STAY_IGNORED = Set.of("HUP", "INT", "TERM");

  private final String name;
  private final Runnable action;

  private SignalTap(String name, Runnable action) {
    this.name = name;
    this.action = action;
  }

  /// {@return the system's number of a signal, or -1 if it has none of that name}
  ///
  /// @param name without `SIG`
  public static int number(String name) {
    try {
      return new Signal(name).getNumber();
    } catch (IllegalArgumentException _) {
      return -1;
    }
  }

  /// Calls `action` on a thread of the JVM at each signal from now on.
  ///
  /// @param name without `SIG`
  /// @param action what to run at each signal
  /// @return the tap, to release it with
  /// @throws IllegalArgumentException if the system or the JVM keeps it for itself
  public static synchronized SignalTap takeOver(String name, Runnable action) {
    SignalTap tap = new SignalTap(name, action);
    if (!TAPS.containsKey(name)) {
      SignalHandler before = Signal.handle(new Signal(name), _ -> dispatch(name));
      if (before == SignalHandler.SIG_IGN && STAY_IGNORED.contains(name)) {
        throw new IllegalArgumentException(
            "this process ignores it, as whoever started it has asked for: nohup, or a script's &;"
                + " then the JVM does not let it be handled");
      }
      BEFORE.put(name, before);
      TAPS.put(name, new ArrayList<>());
    }
    TAPS.get(name).add(tap);
    return tap;
  }

  /// The same, but only if nobody handles the signal except the JVM, and it can be handled.
  ///
  /// @param name such as `INT`
  /// @param action what to run at each signal
  /// @return the tap, or null if it could not be taken over
  public static synchronized @Nullable SignalTap takeOverUnclaimed(String name, Runnable action) {
    if (TAPS.containsKey(name)) {
      return null;
    }
    try {
      SignalTap tap = takeOver(name, action);
      if (isDefault(BEFORE.get(name))) {
        return tap;
      }
      tap.release();
    } catch (IllegalArgumentException _) {
      // the JVM was started with -Xrs, or the system has no such signal
    }
    return null;
  }

  /// Gives it back to whoever had it before. Does nothing the second time.
  public void release() {
    synchronized (SignalTap.class) {
      List<SignalTap> taps = TAPS.get(name);
      if (taps != null && taps.remove(this) && taps.isEmpty()) {
        TAPS.remove(name);
        Signal.handle(new Signal(name), BEFORE.remove(name));
      }
    }
  }

  private static void dispatch(String name) {
    SignalTap last;
    synchronized (SignalTap.class) {
      List<SignalTap> taps = TAPS.get(name);
      if (taps == null) {
        return; // given back while the signal was on its way
      }
      last = taps.getLast();
    }
    last.action.run();
  }

  /// The JVM's own handler comes wrapped in a class of sun.misc; the system's is a constant.
  private static boolean isDefault(@Nullable SignalHandler handler) {
    return handler == SignalHandler.SIG_DFL
        || (handler != null && handler.getClass().getName().startsWith("sun.misc.Signal$"));
  }
}
