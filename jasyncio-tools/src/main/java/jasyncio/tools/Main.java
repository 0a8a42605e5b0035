package jasyncio.tools;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Arrays;

/// The Java side of the launcher `./jasyncio`, which finds the JDK, builds the project and calls
/// this.
public final class Main {
  private static final int USAGE_ERROR = 2;

  /// The word `start`, a jar and a main class; behind them the program's own.
  private static final int START_ARGUMENTS = 3;

  private Main() {}

  /// Runs the command named by the first argument, and ends the JVM with its status.
  ///
  /// @param args what stands on the command line
  /// @throws Throwable what a program throws that it has started
  public static void main(String[] args) throws Throwable {
    if (args.length >= START_ARGUMENTS && args[0].equals("start")) { // for the launcher alone
      String[] rest = Arrays.copyOfRange(args, START_ARGUMENTS, args.length);
      Integer failed = Program.start(args[1], args[2], rest, System.err);
      if (failed == null) {
        return; // the JVM ends with the program's last thread
      }
      System.exit(failed);
    }
    System.exit(run(args, System.out, System.err));
  }

  /// The exit status of the command.
  static int run(String[] args, PrintStream out, PrintStream err) {
    String command = args.length == 0 ? "" : args[0];
    if (command.equals("doctor") && args.length == 1) {
      out.print(Doctor.examine());
      return 0;
    }
    if (command.equals("compile") && args.length == 3) { // for the launcher alone
      return ProgramCompiler.compile(args[1], Path.of(args[2]), err);
    }
    err.println("usage: ./jasyncio doctor");
    return USAGE_ERROR;
  }
}
