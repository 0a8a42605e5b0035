package jasyncio.net;

import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.millis;
import static jasyncio.Asyncio.sleep;
import static jasyncio.net.Subprocess.PIPE;
import static jasyncio.net.Subprocess.createSubprocessExec;
import static jasyncio.net.Subprocess.createSubprocessShell;
import static jasyncio.net.Subprocess.subprocessExec;
import static org.assertj.core.api.Assertions.assertThat;

import jasyncio.testing.CancelSweep;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/// Every call that may suspend, cancelled wherever it does.
@ExtendWith(NothingLeaks.class)
@Timeout(120)
class SubprocessSweepTest {
  private static void assertNoChildIsLeft() {
    ProcessHandle.current().children().forEach(child -> child.onExit().join());
  }

  @Test
  void aStartThatIsCancelledLeavesNoProcess() {
    var report =
        CancelSweep.of(
                "createSubprocessExec",
                world ->
                    world.victim(() -> {
                      var process =
                          await(
                              createSubprocessExec(
                                  List.of("sleep", "60"), SubprocessOptions.piped()));
                      process.kill();
                    }))
            .onRealTime()
            .run();
    assertThat(report.suspensions()).isOne();
    assertNoChildIsLeft();
  }

  @Test
  void aStartForAProtocolThatIsCancelledLeavesNoProcess() {
    var report =
        CancelSweep.of(
                "subprocessExec",
                world -> {
                  List<String> calls = new ArrayList<>();
                  world.victim(() ->
                      await(
                              subprocessExec(
                                  () -> new Ending(calls),
                                  List.of("sleep", "60"),
                                  SubprocessOptions.piped()))
                          .transport()
                          .kill());
                  world.check(() -> {
                    while (calls.contains("made") && !calls.contains("lost")) {
                      await(sleep(millis(1)));
                    }
                    assertThat(calls).doesNotHaveDuplicates();
                  });
                })
            .onRealTime()
            .run();
    assertThat(report.suspensions()).isOne();
    assertNoChildIsLeft();
  }

  /// Notes the beginning and the end.
  private record Ending(List<String> calls) implements SubprocessProtocol {
    @Override
    public void connectionMade(SubprocessTransport transport) {
      calls.add("made");
    }

    @Override
    public void connectionLost(@Nullable Throwable cause) {
      calls.add("lost");
    }
  }

  @Test
  void aCancelledWaitCanBeRepeated() {
    var report =
        CancelSweep.of(
                "waitExit",
                world -> {
                  var process =
                      await(
                          createSubprocessShell(
                              "read x; exit 3", SubprocessOptions.defaults().withStdin(PIPE)));
                  world.victim(() -> await(process.waitExit()));
                  world.helper(() -> {
                    await(sleep(millis(1)));
                    process.stdin().close();
                  });
                  world.check(() -> assertThat(await(process.waitExit())).isEqualTo(3));
                })
            .onRealTime()
            .run();
    assertThat(report.suspensions()).isOne();
  }

  @Test
  void aCancelledCommunicateLosesNoOutput() {
    var report =
        CancelSweep.of(
                "communicate",
                world -> {
                  var process =
                      await(
                          createSubprocessShell(
                              "echo out; echo err >&2; exec >&- 2>&-; exec sleep 60",
                              SubprocessOptions.piped()));
                  List<Subprocess.Output> got = new ArrayList<>();
                  world.victim(() -> got.add(await(process.communicate())));
                  world.helper(() -> {
                    while (!hasEnded(process.stdout()) || !hasEnded(process.stderr())) {
                      await(sleep(millis(1)));
                    }
                    for (int i = 0; i < 20; i++) {
                      await(sleep(millis(0))); // now it waits for the process alone
                    }
                    process.kill();
                  });
                  world.check(() -> {
                    if (world.isCancelled()) {
                      got.add(await(process.communicate()));
                    }
                    assertThat(got).hasSize(1);
                    assertThat(got.getFirst().stdout()).asString().isEqualTo("out\n");
                    assertThat(got.getFirst().stderr()).asString().isEqualTo("err\n");
                  });
                })
            .onRealTime()
            .run();
    assertThat(report.suspensions()).isEqualTo(2);
  }

  private static boolean hasEnded(StreamReader reader) {
    return reader.toString().contains(" eof");
  }
}
