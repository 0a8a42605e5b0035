package jasyncio.tools;

import jasyncio.engine.Traces;
import java.io.IOException;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Starts a compiled program.
final class Program {
  private static final int FAILED = 1;

  private Program() {}

  /// Runs the main method of the program.
  ///
  /// @param program what was compiled
  /// @param arguments its arguments
  /// @return the exit status if it cannot be started, or null if it was; it may go on in other
  ///   threads then
  /// @throws Throwable what the program throws, with its own frames only
  static @Nullable Integer start(ProgramJar program, String[] arguments, PrintStream err)
      throws Throwable {
    String entry = EntryClass.nameFor(program.mainClass());
    ProgramLoader loader;
    try {
      loader = ProgramLoader.of(program.entries(), program.classPath());
      Thread.currentThread().setContextClassLoader(loader);
      Class.forName(entry, true, loader);
    } catch (IOException | ClassNotFoundException e) {
      err.println("jasyncio: cannot load the compiled program " + program.mainClass() + ": " + e);
      return FAILED;
    }
    try {
      loader.entry().accept(arguments);
      return null;
    } catch (Throwable t) {
      throw withOwnFrames(t, entry);
    }
  }

  /// Takes the frames of `entry` and of those below it away from `thrown` and its causes.
  private static Throwable withOwnFrames(Throwable thrown, String entry) {
    Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    for (Throwable each = thrown; each != null && seen.add(each); each = each.getCause()) {
      StackTraceElement[] frames = each.getStackTrace();
      for (int i = 0; i < frames.length; i++) {
        if (frames[i].getClassName().equals(entry)) {
          each.setStackTrace(Arrays.copyOf(frames, i));
          break;
        }
      }
    }
    Traces.fold(thrown); // nobody but the JVM gets it, which prints it
    return thrown;
  }
}
