package jasyncio.tools;

import java.io.PrintStream;
import java.nio.file.Path;

/// The Java side of the launcher `./jasyncio`, which finds the JDK, builds the project and calls
/// this.
public final class Main {
  private static final int USAGE_ERROR = 2;

  private Main() {}

  /// Runs the command named by the first argument, and ends the JVM with its status.
  ///
  /// @param args what stands on the command line
  public static void main(String[] args) {
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
    if (command.equals("warm-up") && args.length == 1) { // for the launcher alone
      WarmUp.exercise(out);
      return 0;
    }
    err.println("usage: ./jasyncio doctor");
    return USAGE_ERROR;
  }
}
