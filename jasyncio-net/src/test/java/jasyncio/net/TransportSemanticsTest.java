package jasyncio.net;

import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.getRunningLoop;
import static jasyncio.Asyncio.run;
import static jasyncio.net.EchoTest.ascii;
import static jasyncio.net.Listening.turns;
import static jasyncio.net.Net.connectReadPipe;
import static jasyncio.net.Net.connectWritePipe;
import static jasyncio.net.Net.createConnection;
import static jasyncio.net.Net.createServer;
import static jasyncio.net.Net.createUnixConnection;
import static jasyncio.net.Net.createUnixServer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jasyncio.net.testing.SimulatedNetwork;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/// What a protocol may rely on, whatever carries the bytes.
@Timeout(60)
class TransportSemanticsTest {
  private static final byte[] MEGABYTES = new byte[5_000_000];

  static {
    new Random(7).nextBytes(MEGABYTES);
  }

  /// What carries the bytes.
  enum Carrier {
    TCP,
    UNIX,
    TLS,
    MEMORY,

    /// One direction only: from the client to the server.
    PIPE;

    Ends open(Supplier<Recorder> clients, Supplier<Recorder> servers) throws IOException {
      return switch (this) {
        case TCP -> connect(clients, servers, null, null);
        case UNIX -> connectUnix(clients, servers);
        case TLS -> {
          var pair = TestCertificates.LOCALHOST;
          yield connect(
              clients,
              servers,
              Tls.client().withTrusted(pair.certificate()),
              Tls.server(pair.certificate(), pair.key()));
        }
        case MEMORY -> {
          SimulatedNetwork.start();
          yield connect(clients, servers, null, null);
        }
        case PIPE -> {
          Pipe pipe = Pipe.open();
          Recorder reader = await(connectReadPipe(servers, pipe.source())).protocol();
          yield new Ends(await(connectWritePipe(clients, pipe.sink())).protocol(), reader);
        }
      };
    }

    private static Ends connect(
        Supplier<Recorder> clients,
        Supplier<Recorder> servers,
        @Nullable Tls client,
        @Nullable Tls server) {
      List<Recorder> made = new ArrayList<>();
      ServerOptions options = ServerOptions.defaults().withTls(server);
      try (Server listening = await(createServer(noting(servers, made), "127.0.0.1", 0, options))) {
        StreamOptions way = StreamOptions.defaults().withTls(client);
        Recorder first =
            await(createConnection(clients, "127.0.0.1", listening.port(), way)).protocol();
        return new Ends(first, accepted(made));
      }
    }

    private static Ends connectUnix(Supplier<Recorder> clients, Supplier<Recorder> servers)
        throws IOException {
      Path path = Files.createTempDirectory("semantics").resolve("socket");
      List<Recorder> made = new ArrayList<>();
      try (Server _ =
          await(createUnixServer(noting(servers, made), path, ServerOptions.defaults()))) {
        Recorder first =
            await(createUnixConnection(clients, path, StreamOptions.defaults())).protocol();
        return new Ends(first, accepted(made));
      } finally {
        Files.deleteIfExists(path);
        Files.delete(path.getParent());
      }
    }

    private static Supplier<Recorder> noting(Supplier<Recorder> servers, List<Recorder> made) {
      return () -> {
        Recorder recorder = servers.get();
        made.add(recorder);
        return recorder;
      };
    }

    private static Recorder accepted(List<Recorder> made) {
      while (made.isEmpty()) {
        turns(1);
      }
      made.getFirst().untilTold("made");
      return made.getFirst();
    }
  }

  private record Ends(Recorder client, Recorder server) {
    void endBoth() {
      client.transport().abort();
      client.untilTold("lost");
      server.transport().abort();
      server.untilTold("lost");
    }
  }

  private static Supplier<Recorder> halfOpen() {
    return () -> {
      Recorder recorder = new Recorder();
      recorder.keepsHalfOpen = true;
      return recorder;
    };
  }

  // ---- order and ends ----

  @ParameterizedTest
  @EnumSource
  void everythingIsToldInOrderAndOnce(Carrier carrier) {
    run(() -> {
      Ends ends = carrier.open(Recorder::new, Recorder::new);
      ends.client().transport().write(ascii("hello"));
      ends.client().transport().close();
      assertThat(ends.client().calls).as("never from inside close()").containsExactly("made");
      assertThat(ends.server().untilLost()).isNull();
      assertThat(ends.client().untilLost()).isNull();
      assertThat(ends.server().calls).containsExactly("made", "data", "eof", "lost");
      assertThat(ends.client().calls).containsExactly("made", "lost");
      assertThat(ends.server().text()).isEqualTo("hello");
      assertThat(ends.client().transport().isClosing()).isTrue();
      turns(20);
      assertThat(ends.server().calls).hasSize(4);
    });
  }

  @ParameterizedTest
  @EnumSource(
      names = {"TLS", "PIPE"},
      mode = Mode.EXCLUDE)
  void aConnectionMayBeHalfClosed(Carrier carrier) {
    run(() -> {
      Ends ends = carrier.open(Recorder::new, halfOpen());
      ends.client().transport().write(ascii("question"));
      ends.client().transport().writeEof();
      assertThatThrownBy(() -> ends.client().transport().write(ascii("x")))
          .isInstanceOf(IllegalStateException.class);
      ends.server().untilTold("eof");
      turns(20);
      assertThat(ends.server().transport().isClosing()).isFalse();
      ends.server().transport().write(ascii("answer"));
      ends.server().transport().close();
      assertThat(ends.client().untilLost()).isNull();
      assertThat(ends.client().text()).isEqualTo("answer");
      assertThat(ends.server().untilLost()).isNull();
    });
  }

  @ParameterizedTest
  @EnumSource
  void abortIsToldOnALaterTurnWithoutAnError(Carrier carrier) {
    run(() -> {
      Ends ends = carrier.open(Recorder::new, Recorder::new);
      ends.client().transport().abort();
      assertThat(ends.client().transport().isClosing()).isTrue();
      assertThat(ends.client().calls).containsExactly("made");
      assertThat(ends.client().untilLost()).isNull();
      ends.server().untilTold("lost");
      assertThat(ends.client().calls).containsExactly("made", "lost");
    });
  }

  // ---- writing ----

  @ParameterizedTest
  @EnumSource
  void whatIsWrittenAfterTheEndIsDroppedAndTheFifthTimeAWarningSaysSo(Carrier carrier) {
    run(() -> {
      Ends ends = carrier.open(Recorder::new, Recorder::new);
      ends.client().transport().close();
      for (int i = 0; i < 7; i++) {
        ends.client().transport().write(ascii("dropped"));
      }
      assertThat(ends.client().transport().getWriteBufferSize()).isZero();
      ends.client().untilTold("lost");
      ends.server().untilTold("lost");
      assertThat(ends.server().text()).isEmpty();
      assertThat(
              NothingLeaks.expectComplaints(
                  carrier == Carrier.PIPE
                      ? "pipe closed by peer"
                      : "socket.send() raised exception"))
          .hasSize(1);
    });
  }

  @ParameterizedTest
  @EnumSource
  void whatWasWrittenArrivesThoughTheConnectionIsClosedAtOnceAndThePeerIsSlow(Carrier carrier) {
    run(() -> {
      Ends ends = carrier.open(Recorder::new, Recorder::new);
      ends.server().transport().pauseReading();
      ends.client().transport().write(MEGABYTES);
      assertThat(ends.client().calls).containsExactly("made", "pause");
      ends.client().transport().close();
      turns(50);
      assertThat(ends.server().calls).containsExactly("made");
      ends.server().transport().resumeReading();
      assertThat(ends.server().untilLost()).isNull();
      assertThat(ends.client().untilLost()).isNull();
      assertThat(Arrays.equals(ends.server().received.toByteArray(), MEGABYTES)).isTrue();
    });
  }

  @ParameterizedTest
  @EnumSource
  void aWriterIsToldToPauseAndToGoOn(Carrier carrier) {
    run(() -> {
      Ends ends = carrier.open(Recorder::new, Recorder::new);
      Transport transport = ends.client().transport();
      ends.server().transport().pauseReading();
      transport.setWriteBufferLimits(10_000L, 5_000L);
      transport.write(MEGABYTES);
      transport.write(ascii("more"));
      assertThat(ends.client().calls).containsExactly("made", "pause");
      assertThat(transport.getWriteBufferSize()).isGreaterThan(10_000);
      ends.server().transport().resumeReading();
      ends.client().untilTold("resume");
      assertThat(transport.getWriteBufferSize()).isLessThanOrEqualTo(5_000);
      ends.server().untilReceived(MEGABYTES.length + 4);
      assertThat(ends.client().calls).containsExactly("made", "pause", "resume");
      ends.endBoth();
    });
  }

  @ParameterizedTest
  @EnumSource(names = "PIPE", mode = Mode.EXCLUDE)
  void aPauseThatEndsWhileAProtocolIsToldSomethingIsToldToEnd(Carrier carrier) {
    class Writing extends Recorder {
      @Override
      public void dataReceived(ByteBuffer data) {
        super.dataReceived(data);
        transport().setWriteBufferLimits(0L, 0L);
        transport().write(ascii("x")); // waits for the end of the turn
        transport().write(new byte[64 * 1024]); // and this does not
      }
    }

    run(() -> {
      Ends ends = carrier.open(Recorder::new, Writing::new);
      ends.client().transport().write(ascii("go"));
      ends.server().untilTold("resume");
      assertThat(ends.server().calls).startsWith("made", "data", "pause", "resume");
      ends.client().untilReceived(64 * 1024 + 1);
      ends.endBoth();
    });
  }

  // ---- reading ----

  @ParameterizedTest
  @EnumSource
  void aProtocolThatHasPausedReadingIsToldNothingUntilItGoesOn(Carrier carrier) {
    run(() -> {
      Ends ends = carrier.open(Recorder::new, Recorder::new);
      Transport reading = ends.server().transport();
      reading.pauseReading();
      reading.pauseReading();
      assertThat(reading.isReading()).isFalse();
      ends.client().transport().write(ascii("held back"));
      turns(50);
      assertThat(ends.server().calls).containsExactly("made");
      reading.resumeReading();
      assertThat(reading.isReading()).isTrue();
      ends.server().untilReceived(9);
      reading.pauseReading();
      ends.client().transport().close();
      turns(50);
      assertThat(ends.server().calls).doesNotContain("eof", "lost");
      reading.resumeReading();
      assertThat(ends.server().untilLost()).isNull();
      ends.client().untilTold("lost");
    });
  }

  // ---- what protocols throw ----

  private static Supplier<Recorder> failingIn(String callback) {
    class Failing extends Recorder {
      @Override
      void note(String call) {
        super.note(call);
        if (call.equals(callback)) {
          throw new IllegalArgumentException(call);
        }
      }
    }

    return Failing::new;
  }

  private static List<String> reports() {
    List<String> reports = new ArrayList<>();
    getRunningLoop().setExceptionHandler((_, context) -> reports.add(context.message()));
    return reports;
  }

  @ParameterizedTest
  @EnumSource
  void whatPauseWritingAndResumeWritingThrowIsReportedAndTheConnectionGoesOn(Carrier carrier) {
    class Failing extends Recorder {
      @Override
      void note(String call) {
        super.note(call);
        if (!call.equals("made") && !call.equals("lost")) {
          throw new IllegalArgumentException(call);
        }
      }
    }

    run(() -> {
      List<String> reports = reports();
      Ends ends = carrier.open(Failing::new, Recorder::new);
      ends.client().transport().write(MEGABYTES);
      ends.server().untilReceived(MEGABYTES.length);
      ends.client().untilTold("resume");
      assertThat(ends.client().transport().isClosing()).isFalse();
      assertThat(reports)
          .containsExactly("protocol.pause_writing() failed", "protocol.resume_writing() failed");
      ends.endBoth();
    });
  }

  @ParameterizedTest
  @EnumSource
  void whatDataReceivedThrowsIsReportedAndEndsTheConnection(Carrier carrier) {
    run(() -> {
      List<String> reports = reports();
      Ends ends = carrier.open(Recorder::new, failingIn("data"));
      ends.client().transport().write(ascii("x"));
      assertThat(ends.server().untilLost()).isInstanceOf(IllegalArgumentException.class);
      assertThat(ends.server().calls).containsExactly("made", "data", "lost");
      assertThat(reports).containsExactly("Fatal error: protocol.data_received() call failed.");
      ends.endBoth();
    });
  }

  @ParameterizedTest
  @EnumSource
  void whatEofReceivedThrowsIsReportedAndEndsTheConnection(Carrier carrier) {
    run(() -> {
      List<String> reports = reports();
      Ends ends = carrier.open(Recorder::new, failingIn("eof"));
      ends.client().transport().close();
      assertThat(ends.server().untilLost()).isInstanceOf(IllegalArgumentException.class);
      assertThat(reports).containsExactly("Fatal error: protocol.eof_received() call failed.");
      ends.endBoth();
    });
  }

  @ParameterizedTest
  @EnumSource
  void whatConnectionLostThrowsIsReported(Carrier carrier) {
    run(() -> {
      List<String> reports = reports();
      Ends ends = carrier.open(failingIn("lost"), Recorder::new);
      ends.client().transport().close();
      ends.client().untilTold("lost");
      ends.server().untilTold("lost");
      turns(5);
      assertThat(reports).hasSize(1);
    });
  }
}
