package jasyncio.bench.compare;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Looks for programs on this machine.
final class Search {
  /// Whether processes can be bound to a core.
  static final boolean TASKSET = inPath("taskset") != null;

  private static final int PATIENCE_SECONDS = 120;

  private Search() {}

  /// The file of a command in `PATH`, or null.
  static @Nullable Path inPath(String command) {
    for (String folder : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
      Path file = Path.of(folder, command);
      if (!folder.isEmpty() && Files.isExecutable(file) && !Files.isDirectory(file)) {
        return file;
      }
    }
    return null;
  }

  /// What a command prints, without white space around it; null if it does not run or fails.
  static @Nullable String output(List<String> command) throws InterruptedException {
    return output(new ProcessBuilder(command));
  }

  /// The same for a process with an environment of its own.
  static @Nullable String output(ProcessBuilder builder) throws InterruptedException {
    try {
      Process process = builder.redirectErrorStream(true).start();
      process.getOutputStream().close();
      String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        return null;
      }
      return process.exitValue() == 0 ? text.strip() : null;
    } catch (IOException e) {
      return null;
    }
  }
}
