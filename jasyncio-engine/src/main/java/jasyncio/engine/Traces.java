package jasyncio.engine;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/// Stack traces for people: the program's frames, and one line for several of the library's.
///
/// ```text
/// java.io.IOException: disk
///     at Save.lambda$save$0(Save.java:12)
///     at jasyncio.…(7 frames; -Djasyncio.traces=full shows them)
///     at Save.main(Save.java:20)
/// ```
///
/// With `-Djasyncio.traces=full` nothing is folded.
public final class Traces {
  private static final boolean FULL = "full".equals(System.getProperty("jasyncio.traces"));

  private Traces() {}

  /// Folds the trace of `thrown`, of its causes and of what was suppressed, in place. For reports
  /// of what nobody catches any more.
  ///
  /// @param thrown what is about to be printed
  public static void fold(Throwable thrown) {
    if (!FULL) {
      fold(thrown, Collections.newSetFromMap(new IdentityHashMap<>()));
    }
  }

  private static void fold(Throwable thrown, Set<Throwable> seen) {
    if (!seen.add(thrown)) {
      return;
    }
    StackTraceElement[] frames = thrown.getStackTrace();
    List<StackTraceElement> folded = folded(List.of(frames));
    if (folded.size() < frames.length) {
      thrown.setStackTrace(folded.toArray(StackTraceElement[]::new));
    }
    Throwable cause = thrown.getCause();
    if (cause != null) {
      fold(cause, seen);
    }
    for (Throwable suppressed : thrown.getSuppressed()) {
      fold(suppressed, seen);
    }
  }

  /// {@return the frames, with one in the place of several of the library's that follow each other}
  ///
  /// @param frames a stack, innermost frame first
  public static List<StackTraceElement> folded(List<StackTraceElement> frames) {
    if (FULL) {
      return frames;
    }
    List<StackTraceElement> shown = new ArrayList<>();
    for (int from = 0; from < frames.size(); ) {
      int to = from;
      while (to < frames.size() && isLibrary(frames.get(to))) {
        to++;
      }
      if (to - from > 1) {
        shown.add(fold(to - from));
      } else {
        to = from + 1;
        shown.add(frames.get(from));
      }
      from = to;
    }
    return shown;
  }

  /// Reads as a frame of the library that stands for several.
  private static StackTraceElement fold(int frames) {
    return new StackTraceElement(
        "jasyncio", "…", frames + " frames; -Djasyncio.traces=full shows them", -1);
  }

  private static boolean isLibrary(StackTraceElement frame) {
    String name = frame.getClassName();
    return name.startsWith("jasyncio.")
        || name.equals("jasyncio$Entry")
        || name.startsWith("jdk.internal.vm.Continuation")
        || name.startsWith("java.lang.VirtualThread");
  }
}
