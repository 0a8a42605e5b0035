package jasyncio.net;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Programs with child processes, in JVMs of their own.
@Tag("child-jvm")
class SubprocessProgramsTest {
  /// For much more: `-Dcat.megabytes=1024`.
  private static final String MEGABYTES = System.getProperty("cat.megabytes", "100");

  private static String java(List<String> options, Class<?> program, String... arguments)
      throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), program.getName()));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(output).isZero();
    return output;
  }

  private static String engine(String name) {
    return "-Djasyncio.engine=" + name;
  }

  @ParameterizedTest
  @ValueSource(strings = {"thread", "continuation"})
  void aProgramWithAProcessNeedsNoNetworkAndLeavesNoThread(String engine) throws Exception {
    String output =
        java(
            List.of(
                engine(engine),
                "--add-exports=java.base/jdk.internal.vm=ALL-UNNAMED",
                "--add-exports=java.base/jdk.internal.misc=ALL-UNNAMED",
                "-Xlog:class+load"),
            SubprocessPrograms.Echo.class);
    assertThat(output)
        .contains("jasyncio.net.Subprocess ")
        .contains("hello 0, threads left: []")
        .doesNotContain("io.netty")
        .doesNotContain("jasyncio.net.netty");
  }

  @Test
  void aProgramWithoutAProcessLoadsNothingOfThis() throws Exception {
    assertThat(java(List.of(engine("thread"), "-Xlog:class+load"), Programs.Network.class))
        .contains("jasyncio.net.Net ")
        .doesNotContain("jasyncio.net.Subprocess")
        .doesNotContain("jasyncio.net.Process")
        .doesNotContain("jasyncio.net.Pipe");
  }

  @ParameterizedTest
  @ValueSource(strings = {"thread", "continuation"})
  void muchGoesThroughCatInLittleMemory(String engine) throws Exception {
    String output =
        java(
            List.of(
                engine(engine),
                "--add-exports=java.base/jdk.internal.vm=ALL-UNNAMED",
                "--add-exports=java.base/jdk.internal.misc=ALL-UNNAMED",
                "-Xmx20m",
                "-XX:MaxDirectMemorySize=1m"),
            SubprocessPrograms.Cat.class,
            MEGABYTES);
    assertThat(output).contains("bytes: " + Long.parseLong(MEGABYTES) * 1024 * 1024);
  }

  @Test
  void manySilentProcessesDoNotStopTheVirtualThreads() throws Exception {
    assertThat(java(List.of(engine("thread")), SubprocessPrograms.Silent.class))
        .contains("other virtual threads run: true");
  }
}
