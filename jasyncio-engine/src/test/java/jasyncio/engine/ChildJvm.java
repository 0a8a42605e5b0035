package jasyncio.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A program of this package in a JVM of its own, for what only a fresh JVM can show: flags, the
/// choice of the engine, and crashes.
final class ChildJvm {
  static final List<String> EXPORTS = List.of(Engine.FLAGS.split(" "));

  /// A safety net, not a measurement: a JVM that hangs is killed, and fails the test.
  private static final long LIMIT_SECONDS = 180;

  private ChildJvm() {}

  /// How it ended.
  record Outcome(List<String> command, int status, String out, String err) {
    /// Checks that it ended well, and shows everything if not.
    Outcome mustSucceed() {
      assertThat(status).as("exit status of %s", this).isZero();
      return this;
    }

    @Override
    public String toString() {
      return String.join(" ", command)
          + "\nstatus "
          + status
          + "\n--- out\n"
          + out
          + "\n--- err\n"
          + err;
    }
  }

  /// Runs `main` on the class path with these flags.
  static Outcome run(List<String> flags, Class<?> main, String... arguments) {
    List<String> command = new ArrayList<>(flags);
    command.add("-cp");
    command.add(classPath());
    command.add(main.getName());
    command.addAll(List.of(arguments));
    return start(command);
  }

  /// Runs `main` with a signal ignored, as `nohup` and the `&` of a script do.
  static Outcome runIgnoring(String signal, Class<?> main) {
    return start(
        List.of("sh", "-c", "trap '' " + signal + "; exec \"$@\"", "sh"),
        List.of("-cp", classPath(), main.getName()));
  }

  /// Runs `main` inside the named module `jasyncio.engine`.
  static Outcome runInModule(List<String> flags, Class<?> main, String... arguments) {
    List<String> command = new ArrayList<>(flags);
    command.addAll(
        List.of(
            "--module-path",
            folderOf(Engine.class).toString(),
            "--patch-module",
            "jasyncio.engine=" + folderOf(ChildJvm.class),
            "-m",
            "jasyncio.engine/" + main.getName()));
    command.addAll(List.of(arguments));
    return start(command);
  }

  private static Outcome start(List<String> arguments) {
    return start(List.of(), arguments);
  }

  /// @param starter the program that becomes the JVM
  private static Outcome start(List<String> starter, List<String> arguments) {
    try {
      Path folder = Files.createTempDirectory("jasyncio-child");
      Path crash = folder.resolve("crash.log");
      List<String> command = new ArrayList<>(starter);
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.addAll(
          List.of("-ea", "-Xmx256m", "-XX:-CreateCoredumpOnCrash", "-XX:ErrorFile=" + crash));
      command.addAll(arguments);
      Path out = folder.resolve("out");
      Path err = folder.resolve("err");
      ProcessBuilder builder =
          new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
      for (String name :
          List.of("JASYNCIO_ENGINE", "JDK_JAVA_OPTIONS", "JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS")) {
        builder.environment().remove(name);
      }
      Process process = builder.start();
      int status = -1;
      if (process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
        status = process.exitValue();
      } else {
        process.destroyForcibly().waitFor();
      }
      String errors = Files.readString(err);
      if (Files.exists(crash)) {
        errors += Files.readAllLines(crash).stream().limit(60).toList();
      }
      Outcome outcome = new Outcome(command, status, Files.readString(out), errors);
      for (Path file : List.of(out, err, crash, folder)) {
        Files.deleteIfExists(file);
      }
      return outcome;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String classPath() {
    return folderOf(Engine.class) + java.io.File.pathSeparator + folderOf(ChildJvm.class);
  }

  private static Path folderOf(Class<?> type) {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
