package jasyncio.tools;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The Java side of the launcher `./jasyncio`, which finds the JDK, lets the project be built and
/// calls this.
public final class Main {
  /// The word `compile`, a jar and a class path; behind them the files.
  private static final int COMPILE_ARGUMENTS = 3;

  private Main() {}

  /// Runs the command named by the first argument, and ends the JVM with its status.
  ///
  /// @param args what stands on the command line
  /// @throws Throwable what a program throws that it has started
  public static void main(String[] args) throws Throwable {
    Integer status = run(args, System.out, System.err);
    if (status != null) { // else the JVM ends with the program's last thread
      System.exit(status);
    }
  }

  /// The exit status of the command, or null if it has started a program.
  static @Nullable Integer run(String[] args, PrintStream out, PrintStream err) throws Throwable {
    if (args.length > 1
        && args[0].equals("run")
        && (!args[1].startsWith("-") || args[1].endsWith(".java"))) {
      // nothing to parse: a program starts without waiting for the parser
      return RunProgram.run("", Arrays.copyOfRange(args, 1, args.length), err);
    }
    if (args.length > COMPILE_ARGUMENTS && args[0].equals("compile")) { // for RunProgram alone
      List<String> files = List.of(args).subList(COMPILE_ARGUMENTS, args.length);
      return ProgramCompiler.compile(files, args[2], Path.of(args[1]), err);
    }
    return Commands.run(args, out, err);
  }
}
