package jasyncio.net;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import jasyncio.parity.Parity;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Programs in JVMs of their own, started without any flags.
@Tag("child-jvm")
class WithoutNetworkTest {
  private record Outcome(int status, String output) {}

  private static Outcome java(Class<?> program, String... options) throws Exception {
    return java(List.of(), program, options);
  }

  /// @param shell what runs it
  private static Outcome java(List<String> shell, Class<?> program, String... options)
      throws Exception {
    List<String> command = new ArrayList<>(shell);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(options));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), program.getName()));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return new Outcome(process.exitValue(), output);
  }

  @Test
  void aProgramThatUsesNoNetworkLoadsNoClassOfNetty() throws Exception {
    Outcome outcome = java(Programs.NoNetwork.class, "-Xlog:class+load");
    assertThat(outcome.status()).isZero();
    assertThat(outcome.output()).contains("jasyncio.Asyncio ").contains("the program ran");
    assertThat(outcome.output()).doesNotContain("io.netty").doesNotContain("jasyncio.net.netty");
  }

  @Test
  void aProgramThatUsesTheNetworkEndsByItselfAndLeavesNoThread() throws Exception {
    Outcome outcome = java(Programs.Network.class, "-Djasyncio.engine=thread");
    assertThat(outcome.output()).contains("threads left: []");
    assertThat(outcome.status()).isZero();
    assertThat(outcome.output()).doesNotContain("WARNING");
  }

  @Test
  @Parity("SRV-03")
  void aServerThatRunsOutOfDescriptorsServesOnWhenThereAreSomeAgain() throws Exception {
    List<String> limited = List.of("sh", "-c", "ulimit -n 120; exec \"$@\"", "sh");
    for (String transport : List.of("nio", "epoll")) {
      Outcome outcome =
          java(
              limited,
              Programs.TooManyConnections.class,
              "-Djasyncio.engine=continuation",
              "--add-exports=java.base/jdk.internal.vm=ALL-UNNAMED",
              "--add-exports=java.base/jdk.internal.misc=ALL-UNNAMED",
              "-XX:-MaxFDLimit",
              "-Djasyncio.transport=" + transport);
      assertThat(outcome.output())
          .contains("told: socket.accept() out of system resource")
          .contains("served again: 1")
          .contains("few reports: true");
      assertThat(outcome.status()).isZero();
    }
  }
}
