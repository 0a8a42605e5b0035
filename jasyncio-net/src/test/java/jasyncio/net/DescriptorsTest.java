package jasyncio.net;

import static org.assertj.core.api.Assertions.assertThat;

import jasyncio.parity.Parity;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Few descriptors, and many: in JVMs of their own, each with a limit of its own.
@Tag("child-jvm")
class DescriptorsTest {
  private static ChildJvm.Outcome run(String limit, Class<?> program, String... options)
      throws Exception {
    List<String> all = new ArrayList<>(ChildJvm.CONTINUATIONS);
    all.addAll(List.of(options));
    return ChildJvm.run(List.of("sh", "-c", limit + "; exec \"$@\"", "sh"), program, all);
  }

  @Test
  @Parity("SRV-03")
  void aServerThatRunsOutOfDescriptorsServesOnWhenThereAreSomeAgain() throws Exception {
    for (String transport : List.of("nio", "epoll")) {
      ChildJvm.Outcome outcome =
          run(
              "ulimit -n 120",
              DescriptorPrograms.TooManyConnections.class,
              "-XX:-MaxFDLimit",
              "-Djasyncio.transport=" + transport);
      assertThat(outcome.output())
          .contains("told: socket.accept() out of system resource")
          .contains("served again: 1")
          .contains("few reports: true");
      assertThat(outcome.status()).isZero();
    }
  }

  @Test
  void whatFindsNoDescriptorFailsAndLeavesNoneOpen() throws Exception {
    for (String transport : List.of("nio", "epoll")) {
      ChildJvm.Outcome outcome =
          run(
              "ulimit -n 120",
              DescriptorPrograms.HardlyAny.class,
              "-XX:-MaxFDLimit",
              "-Djasyncio.transport=" + transport);
      assertThat(outcome.status()).as(outcome.output()).isZero();
      for (String name :
          List.of(
              "openConnection",
              "openConnection from an address",
              "openConnection in a race",
              "startServer",
              "startUnixServer",
              "createDatagramEndpoint")) {
        assertThat(outcome.output())
            .containsPattern(name + " fails: \\[.*: Too many open files.*\\]")
            .contains(name + " works with a few: true");
      }
      assertThat(outcome.output())
          .doesNotContain("ChannelException")
          .contains("reports: [socket.accept() out of system resource]");
    }
  }

  /// The limit of descriptors is raised if that is allowed; else there are as many connections as
  /// there can be, and the output says so.
  @Test
  void tenThousandConnectionsAreServedByOneLoop() throws Exception {
    for (String transport : List.of("nio", "epoll")) {
      ChildJvm.Outcome outcome =
          run(
              "ulimit -n 24000 2> /dev/null",
              DescriptorPrograms.ManyConnections.class,
              "-Xmx1g",
              "-Djasyncio.transport=" + transport);
      Matcher count = Pattern.compile("^(\\d+) connections").matcher(outcome.output());
      assertThat(count.find()).as(outcome.output()).isTrue();
      int connections = Integer.parseInt(count.group(1));
      assertThat(connections).as(outcome.output()).isGreaterThan(200);
      assertThat(outcome.output())
          .contains("answered: " + 2 * connections + ", served at once: " + connections)
          .contains("tasks left: 0");
      assertThat(outcome.status()).isZero();
    }
  }
}
