package jasyncio.net;

import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.getRunningLoop;
import static jasyncio.Asyncio.millis;
import static jasyncio.Asyncio.run;
import static jasyncio.Asyncio.sleep;
import static jasyncio.net.Subprocess.DEVNULL;
import static jasyncio.net.Subprocess.PIPE;
import static jasyncio.net.Subprocess.subprocessExec;
import static jasyncio.net.Subprocess.subprocessShell;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jasyncio.Asyncio;
import jasyncio.ContextVar;
import jasyncio.Future;
import jasyncio.Signal;
import jasyncio.parity.Parity;
import java.io.FileNotFoundException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NothingLeaks.class)
@Timeout(60)
@Parity("SPL-01")
class SubprocessProtocolTest {
  private static final SubprocessOptions PIPED = SubprocessOptions.piped();
  private static final ContextVar<String> WHO = ContextVar.withDefault("who", "nobody");

  /// Writes down what it is told.
  private static class Recorder implements SubprocessProtocol {
    final List<String> log = new ArrayList<>();
    final StringBuilder out = new StringBuilder();
    final StringBuilder err = new StringBuilder();
    final Future<@Nullable Void> ended = getRunningLoop().createFuture();
    @Nullable SubprocessTransport transport;

    @Override
    public void connectionMade(SubprocessTransport transport) {
      this.transport = transport;
      log.add("made");
    }

    @Override
    public void pipeDataReceived(int fd, ByteBuffer data) {
      (fd == 1 ? out : err).append(UTF_8.decode(data));
    }

    @Override
    public void pipeConnectionLost(int fd, @Nullable Throwable cause) {
      log.add("lost " + fd + (cause == null ? "" : " " + cause.getMessage()));
    }

    @Override
    public void processExited() {
      log.add("exited " + transport.getReturncode());
    }

    @Override
    public void connectionLost(@Nullable Throwable cause) {
      log.add("end " + cause);
      ended.setResult(null);
    }
  }

  @Test
  @Parity({"TRA-09", "PRO-06"})
  void aProtocolIsToldEverythingInOrder() {
    run(() -> {
      try (var endpoint =
          await(subprocessShell(Recorder::new, "cat; echo no >&2; exit 7", PIPED))) {
        Recorder protocol = endpoint.protocol();
        SubprocessTransport transport = endpoint.transport();
        assertThat(protocol.transport).isSameAs(transport);
        assertThat(transport.getPid()).isPositive();
        assertThat(transport.getReturncode()).isNull();
        assertThat(transport.getProtocol()).isSameAs(protocol);
        assertThat(transport.getExtraInfo("subprocess")).isInstanceOf(Process.class);
        assertThat(transport.getExtraInfo("other")).isNull();
        assertThat(transport.getPipeTransport(3)).isNull();
        WriteTransport stdin = (WriteTransport) transport.getPipeTransport(0);
        stdin.write("in".getBytes(UTF_8));
        stdin.write(ByteBuffer.wrap("put".getBytes(UTF_8)));
        assertThat(stdin.canWriteEof()).isTrue();
        stdin.writeEof();
        assertThatThrownBy(() -> stdin.write(new byte[1]))
            .isInstanceOf(IllegalStateException.class)
            .hasMessage("Cannot call write() after write_eof()");
        await(protocol.ended);
        assertThat(protocol.out).hasToString("input");
        assertThat(protocol.err).hasToString("no\n");
        assertThat(protocol.log)
            .startsWith("made")
            .endsWith("end null")
            .containsExactlyInAnyOrder(
                "made", "lost 0", "lost 1", "lost 2", "exited 7", "end null");
        assertThat(transport.isClosing()).isTrue();
      }
    });
  }

  @Test
  void aProtocolThatFailsToPauseIsReportedAndTheWriterGoesOn() {
    run(() -> {
      List<String> reports = new ArrayList<>();
      getRunningLoop().setExceptionHandler((_, context) -> reports.add(context.message()));
      class Failing extends Recorder {
        @Override
        public void pauseWriting() {
          throw new AssertionError("pause");
        }

        @Override
        public void resumeWriting() {
          throw new AssertionError("resume");
        }
      }
      try (var endpoint = await(subprocessShell(Failing::new, "wc -c", PIPED))) {
        WriteTransport stdin = (WriteTransport) endpoint.transport().getPipeTransport(0);
        stdin.write(new byte[1_000_000]);
        stdin.writeEof();
        await(endpoint.protocol().ended);
        assertThat(endpoint.protocol().out.toString().strip()).isEqualTo("1000000");
      }
      assertThat(reports)
          .containsExactly("protocol.pause_writing() failed", "protocol.resume_writing() failed");
    });
  }

  @Test
  void theProtocolIsToldInTheContextOfItsMaker() {
    run(() -> {
      WHO.set("maker");
      List<String> seen = new ArrayList<>();
      var endpoint =
          await(
              subprocessExec(
                  () ->
                      new Recorder() {
                        @Override
                        public void processExited() {
                          seen.add(WHO.get() + " " + Asyncio.currentTask());
                        }
                      },
                  List.of("true"),
                  SubprocessOptions.defaults()));
      await(endpoint.protocol().ended);
      assertThat(seen).containsExactly("maker null");
    });
  }

  @Test
  @Parity("TRA-09")
  void closingKillsTheProcessAndEndsItsPipes() {
    run(() -> {
      var endpoint = await(subprocessExec(Recorder::new, List.of("sleep", "60"), PIPED));
      endpoint.close();
      endpoint.close();
      await(endpoint.protocol().ended);
      assertThat(endpoint.transport().getReturncode()).isEqualTo(-Signal.SIGKILL.number());
      assertThat(endpoint.protocol().log)
          .containsExactlyInAnyOrder("made", "lost 0", "lost 1", "lost 2", "exited -9", "end null");
    });
  }

  @Test
  void readingCanBePausedAndNothingIsLost() {
    run(() -> {
      var endpoint =
          await(
              subprocessShell(
                  Recorder::new,
                  "seq 100000; echo end",
                  SubprocessOptions.defaults().withStdout(PIPE)));
      Recorder protocol = endpoint.protocol();
      ReadTransport stdout = (ReadTransport) endpoint.transport().getPipeTransport(1);
      int rounds = 0;
      while (!protocol.ended.done()) {
        stdout.pauseReading();
        int before = protocol.out.length();
        await(sleep(millis(rounds++ % 2)));
        assertThat(protocol.out.length()).isEqualTo(before);
        assertThat(stdout.isReading()).isFalse();
        stdout.resumeReading();
        await(sleep(millis(0)));
        await(sleep(millis(0)));
      }
      assertThat(protocol.out.toString().lines()).hasSize(100_001).endsWith("100000", "end");
    });
  }

  @Test
  void aWriterOfMuchIsPausedAndResumed() {
    run(() -> {
      List<String> flow = new ArrayList<>();
      var endpoint =
          await(
              subprocessExec(
                  () ->
                      new Recorder() {
                        @Override
                        public void pauseWriting() {
                          flow.add("pause");
                        }

                        @Override
                        public void resumeWriting() {
                          flow.add("resume");
                        }
                      },
                  List.of("cat"),
                  PIPED.withStdout(DEVNULL)));
      WriteTransport stdin = (WriteTransport) endpoint.transport().getPipeTransport(0);
      assertThat(stdin.getWriteBufferLimits())
          .isEqualTo(new WriteTransport.WriteBufferLimits(16 * 1024, 64 * 1024));
      stdin.write(new byte[1_000_000]);
      assertThat(stdin.getWriteBufferSize()).isEqualTo(1_000_000);
      assertThat(flow).containsExactly("pause");
      while (flow.size() < 2) {
        await(sleep(millis(0)));
      }
      assertThat(flow).containsExactly("pause", "resume");
      assertThatThrownBy(() -> stdin.setWriteBufferLimits(1L, 2L))
          .isInstanceOf(IllegalArgumentException.class);
      stdin.close();
      await(endpoint.protocol().ended);
    });
  }

  @Test
  void aPipeThatNobodyReadsBreaks() {
    run(() -> {
      var endpoint = await(subprocessShell(Recorder::new, "exec <&-; exec sleep 60", PIPED));
      WriteTransport stdin = (WriteTransport) endpoint.transport().getPipeTransport(0);
      while (!stdin.isClosing()) {
        stdin.write(new byte[1000]);
        await(sleep(millis(0)));
      }
      assertThat(endpoint.protocol().log).containsExactly("made", "lost 0 Broken pipe");
      endpoint.close();
      await(endpoint.protocol().ended);
    });
  }

  @Test
  void abortDropsWhatIsNotWritten() {
    run(() -> {
      var endpoint = await(subprocessExec(Recorder::new, List.of("sleep", "60"), PIPED));
      WriteTransport stdin = (WriteTransport) endpoint.transport().getPipeTransport(0);
      stdin.write(new byte[1_000_000]);
      stdin.abort();
      stdin.abort();
      while (endpoint.protocol().log.size() < 2) {
        await(sleep(millis(0)));
      }
      assertThat(endpoint.protocol().log).containsExactly("made", "lost 0");
      endpoint.transport().terminate();
      await(endpoint.protocol().ended);
    });
  }

  @Test
  void anotherProtocolCanTakeOver() {
    run(() -> {
      var endpoint = await(subprocessExec(Recorder::new, List.of("cat"), PIPED));
      Recorder other = new Recorder();
      other.transport = endpoint.transport();
      endpoint.transport().setProtocol(other);
      assertThatThrownBy(() -> endpoint.transport().setProtocol(new BaseProtocol() {}))
          .isInstanceOf(IllegalArgumentException.class);
      endpoint.transport().getPipeTransport(0).close();
      await(other.ended);
      assertThat(endpoint.protocol().log).containsExactly("made");
      assertThat(other.log).contains("lost 0", "lost 1", "lost 2", "exited 0", "end null");
    });
  }

  @Test
  void aFactoryThatFailsStartsNothing() {
    assertThatThrownBy(() ->
            run(() ->
                await(
                    subprocessExec(
                        () -> {
                          throw new IllegalStateException("no protocol");
                        },
                        List.of("true"),
                        PIPED))))
        .hasMessage("no protocol");
    assertThatThrownBy(
            () -> run(() -> await(subprocessExec(Recorder::new, List.of("none-such"), PIPED))))
        .isInstanceOf(FileNotFoundException.class);
  }

  @Test
  void whatACallbackThrowsIsReportedAndTheProcessGoesOn() {
    run(() -> {
      List<Throwable> reported = new ArrayList<>();
      getRunningLoop().setExceptionHandler((_, context) -> reported.add(context.exception()));
      RuntimeException failure = new RuntimeException("no good");
      var endpoint =
          await(
              subprocessShell(
                  () ->
                      new Recorder() {
                        @Override
                        public void connectionMade(SubprocessTransport transport) {
                          super.connectionMade(transport);
                          throw failure;
                        }

                        @Override
                        public void pipeDataReceived(int fd, ByteBuffer data) {
                          throw failure;
                        }

                        @Override
                        public void processExited() {
                          throw failure;
                        }
                      },
                  "echo x",
                  PIPED));
      await(endpoint.protocol().ended);
      assertThat(reported).containsExactly(failure, failure, failure);
    });
  }
}
