package jasyncio.examples;

import jasyncio.engine.Engine;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A program run as its readers run it: by `java` from its source, in a JVM of its own, on the
/// engine of this one.
///
/// @param status the exit status
/// @param output what it printed, errors included
record SourceLaunch(int status, String output) {
  private static final long PATIENCE_SECONDS = 50;

  /// Runs the example `name` with these further options of the JVM.
  ///
  /// @param folder for its output
  static SourceLaunch of(String name, Path folder, String... options)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    if (Engine.selected().isFast()) {
      command.addAll(List.of(Engine.FLAGS.split(" ")));
    }
    command.add("-Djasyncio.engine=" + Engine.selected().name());
    // what keeps Netty from printing warnings, as in the launcher
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("--sun-misc-unsafe-memory-access=allow");
    command.add("-Dstdout.encoding=UTF-8");
    command.addAll(List.of(options));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(Repository.file("examples/" + name + ".java").toString());
    Path output = Files.createTempFile(folder, name, ".txt");
    Process java =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    if (!java.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      java.destroyForcibly();
      throw new AssertionError(name + " does not end; so far: " + Files.readString(output));
    }
    String text = Files.readString(output, StandardCharsets.UTF_8);
    return new SourceLaunch(java.exitValue(), text.replace(System.lineSeparator(), "\n"));
  }
}
