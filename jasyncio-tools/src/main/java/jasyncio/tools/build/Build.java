package jasyncio.tools.build;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/// Builds what a command of `./jasyncio` runs with, unless it was built from these very sources.
///
/// Whatever fails ends with one line that says what, and where.
public final class Build {
  private static final int FAILED = 1;
  private static final int ARGUMENTS = 5;

  private Build() {}

  /// Called by the launcher.
  ///
  /// @param args the folder of the sources, the one for all that is made, the name of the JDK,
  ///   `terminal` or `lines` for how progress is shown, and the module that is wanted
  public static void main(String[] args) {
    if (args.length != ARGUMENTS) {
      System.err.println("jasyncio: the builder is called by ./jasyncio alone");
      System.exit(FAILED);
    }
    Progress progress = new Progress(System.err, args[3].equals("terminal"));
    try {
      Workshop workshop = new Workshop(Path.of(args[0]), Path.of(args[1]), args[2]);
      try (BuildLock _ = BuildLock.acquire(workshop.file("build.lock"), progress)) {
        Library.provide(workshop, args[4], progress);
      }
    } catch (BuildException e) {
      fail(progress, String.valueOf(e.getMessage()));
    } catch (IOException e) {
      fail(progress, describe(e, args[1]));
    } catch (InterruptedException e) {
      fail(progress, "the build was interrupted");
    }
  }

  private static void fail(Progress progress, String message) {
    progress.clear();
    System.err.println("jasyncio: " + message);
    System.exit(FAILED);
  }

  /// The JDK's exceptions often say no more than the name of the file, or no name.
  private static String describe(IOException e, String work) {
    return switch (e) {
      case AccessDeniedException denied -> "no permission for " + denied.getFile();
      case NoSuchFileException missing -> "there is no " + missing.getFile();
      case FileSystemException file -> "cannot use " + file.getMessage();
      default -> "cannot build in " + work + ": " + e.getMessage();
    };
  }
}
