package jasyncio.net;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

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
    List<String> command = new ArrayList<>();
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
}
