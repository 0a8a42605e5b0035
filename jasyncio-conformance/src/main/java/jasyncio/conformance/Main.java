package jasyncio.conformance;

import jasyncio.EventLoop;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The command line: runs vector files and prints each mismatch.
public final class Main {
  private static final String USAGE =
      """
      Usage: conformance [--engine=continuation|thread] [--trace] FILE...

      Runs the scenarios of each FILE (.json, .jsonl, .jsonl.gz) and compares the traces with
      those recorded under CPython 3.14. Prints each mismatch side by side and ends with one line
      "N passed, M failed".

        --engine=ENGINE   force an engine; without it, the fast one where the JVM allows it
        --trace           print the traces instead of comparing them

      Exit status: 0 if all passed, 1 if any failed, 2 if the arguments or a file cannot be used.
      """;

  /// How much of a stack is shown.
  private static final int FRAMES = 15;

  private Main() {}

  /// Runs the command and ends the process.
  ///
  /// @param arguments what stands on the command line
  public static void main(String[] arguments) {
    System.exit(run(List.of(arguments), System.out, System.err));
  }

  static int run(List<String> arguments, PrintStream out, PrintStream err) {
    boolean trace = false;
    List<Path> files = new ArrayList<>();
    for (String argument : arguments) {
      if (argument.startsWith("--engine=")) {
        System.setProperty("jasyncio.engine", argument.substring("--engine=".length()));
      } else if (argument.equals("--trace")) {
        trace = true;
      } else if (argument.equals("--help") || argument.equals("-h")) {
        out.print(USAGE);
        return 0;
      } else if (argument.startsWith("-")) {
        err.println("conformance: no such option: " + argument);
        err.print(USAGE);
        return 2;
      } else {
        files.add(Path.of(argument));
      }
    }
    if (files.isEmpty()) {
      err.println("conformance: no FILE given");
      err.print(USAGE);
      return 2;
    }
    try {
      EventLoop.create().close(); // an engine that cannot work here shows at once
      return run(files, trace, out);
    } catch (IOException | ScenarioError | IllegalStateException e) {
      err.println("conformance: " + e.getMessage());
      return 2;
    }
  }

  private static int run(List<Path> files, boolean trace, PrintStream out) throws IOException {
    int passed = 0;
    int failed = 0;
    for (Path file : files) {
      for (Vector vector : read(file)) {
        if (trace) {
          out.println("## " + vector.name());
          Interpreter.run(vector.program()).forEach(event -> out.println(Json.write(event)));
          continue;
        }
        if (passes(vector, out)) {
          passed++;
        } else {
          failed++;
        }
      }
    }
    if (!trace) {
      out.println(passed + " passed, " + failed + " failed");
    }
    return failed == 0 ? 0 : 1;
  }

  private static boolean passes(Vector vector, PrintStream out) {
    if (vector.isCutShort()) {
      out.println(
          "## " + vector.name() + ": the recording stops early, compared as far as it goes");
    }
    List<?> actual;
    try {
      actual = Interpreter.run(vector.program());
    } catch (RuntimeException | Error e) { // a failure of this one, not the end of all
      out.println("## " + vector.name() + ": broke off with " + e);
      for (StackTraceElement frame : Arrays.stream(e.getStackTrace()).limit(FRAMES).toList()) {
        out.println("     at " + frame);
      }
      return false;
    }
    if (vector.firstDifference(actual) >= 0) {
      out.println(TraceDiff.show(vector, actual));
      return false;
    }
    return true;
  }

  private static List<Vector> read(Path file) throws IOException {
    try {
      return Vector.read(file);
    } catch (java.nio.file.NoSuchFileException e) {
      throw new IOException("no such file: " + file, e);
    } catch (IOException | ClassCastException | NullPointerException e) {
      throw new IOException(file + " is not a vector file: " + e.getMessage(), e);
    }
  }
}
