package jasyncio.net;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Runs programs in JVMs of their own.
final class ChildJvm {
  /// The flags of the fast engine.
  static final List<String> CONTINUATIONS =
      List.of(
          "-Djasyncio.engine=continuation",
          "--add-exports=java.base/jdk.internal.vm=ALL-UNNAMED",
          "--add-exports=java.base/jdk.internal.misc=ALL-UNNAMED");

  private ChildJvm() {}

  /// How it ended, and what it has written.
  record Outcome(int status, String output) {}

  static Outcome run(Class<?> program, String... options) throws Exception {
    return run(List.of(), program, List.of(options));
  }

  /// @param shell what runs it
  static Outcome run(List<String> shell, Class<?> program, List<String> options) throws Exception {
    List<String> command = new ArrayList<>(shell);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), program.getName()));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return new Outcome(process.exitValue(), output);
  }
}
