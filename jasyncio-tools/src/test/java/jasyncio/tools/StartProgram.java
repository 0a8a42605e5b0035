package jasyncio.tools;

import java.nio.file.Path;

/// What the launcher does with a compiled program, for a JVM that a test starts.
final class StartProgram {
  private StartProgram() {}

  public static void main(String[] args) throws Throwable {
    Integer failed = Program.start(ProgramJar.read(Path.of(args[0])), new String[0], System.err);
    if (failed != null) {
      System.exit(failed);
    }
  }
}
