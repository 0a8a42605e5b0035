package jasyncio.net;

import static jasyncio.Asyncio.async;
import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.createTask;
import static jasyncio.Asyncio.run;
import static jasyncio.Asyncio.seconds;
import static jasyncio.Asyncio.sleep;
import static jasyncio.net.EchoTest.ECHO;
import static jasyncio.net.EchoTest.ascii;
import static jasyncio.net.Listening.turns;
import static jasyncio.net.Net.createConnection;
import static jasyncio.net.Net.createServer;
import static jasyncio.net.Net.openConnection;
import static jasyncio.net.Net.startServer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jasyncio.CancelledError;
import jasyncio.Task;
import jasyncio.net.Listening.Echo;
import jasyncio.parity.Parity;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TransportTest {
  // ---- flow control ----

  @Test
  @Parity({"TRA-03", "PRO-03"})
  void nothingIsToldWhileReadingIsPaused() {
    run(() -> {
      try (var listening = new Listening<>(Recorder::new)) {
        Recorder client = listening.connect();
        Recorder server = listening.client(0);
        assertThat(server.transport().isReading()).isTrue();
        server.transport().pauseReading();
        server.transport().pauseReading();
        assertThat(server.transport().isReading()).isFalse();
        client.transport().write(ascii("held back"));
        client.transport().writeEof();
        turns(50);
        assertThat(server.calls).containsExactly("made");
        server.transport().resumeReading();
        server.transport().resumeReading();
        server.untilLost();
        assertThat(server.calls).containsExactly("made", "data", "eof", "lost");
        assertThat(server.text()).isEqualTo("held back");
        client.untilLost();
      }
    });
  }

  @Test
  @Parity("TRA-03")
  void aProtocolThatPausesInsideACallbackGetsNoMoreInTheSameTurn() {
    run(() -> {
      class OneAtATime extends Recorder {
        @Override
        public void dataReceived(ByteBuffer data) {
          transport().pauseReading();
          super.dataReceived(data);
        }
      }
      try (var listening = new Listening<>(OneAtATime::new)) {
        Recorder client = listening.connect();
        OneAtATime server = listening.client(0);
        client.transport().write(new byte[4 * 1024 * 1024]);
        client.transport().close();
        int calls = 1;
        while (server.received.size() < 4 * 1024 * 1024) {
          server.untilReceived(server.received.size() + 1);
          turns(5);
          assertThat(server.calls).hasSize(++calls);
          server.transport().resumeReading();
        }
        server.untilLost();
        client.untilLost();
      }
    });
  }

  @Test
  @Parity({"PRO-02", "TRA-07"})
  void writingIsPausedAboveTheHighMarkAndResumedAtTheLow() {
    run(() -> {
      try (var listening = new Listening<>(Recorder::new)) {
        Recorder client = listening.connect();
        Recorder server = listening.client(0);
        Transport transport = client.transport();
        assertThat(transport.getWriteBufferLimits())
            .isEqualTo(new WriteTransport.WriteBufferLimits(16 * 1024, 64 * 1024));
        transport.setWriteBufferLimits(null, 10_000L);
        assertThat(transport.getWriteBufferLimits())
            .isEqualTo(new WriteTransport.WriteBufferLimits(10_000, 40_000));
        transport.setWriteBufferLimits(null, null);
        assertThatThrownBy(() -> transport.setWriteBufferLimits(1L, 2L))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessage("high (1) must be >= low (2) must be >= 0");
        server.transport().pauseReading();
        transport.write(new byte[32 * 1024 * 1024]);
        assertThat(client.calls).as("from inside write()").containsExactly("made", "pause");
        assertThat(transport.getWriteBufferSize()).isGreaterThan(64 * 1024);
        turns(50);
        assertThat(client.calls).containsExactly("made", "pause");
        server.transport().resumeReading();
        client.untilTold("resume");
        assertThat(transport.getWriteBufferSize()).isLessThanOrEqualTo(16 * 1024);
        assertThat(client.calls).containsExactly("made", "pause", "resume");
        transport.close();
        client.untilLost();
        server.untilLost();
        assertThat(server.received.size()).isEqualTo(32 * 1024 * 1024);
      }
    });
  }

  @Test
  @Parity("TRA-07")
  void aHighMarkOfZeroPausesWithEveryWrite() {
    run(() -> {
      try (var listening = new Listening<>(Recorder::new)) {
        Recorder client = listening.connect();
        client.transport().setWriteBufferLimits(0L, null);
        for (int i = 1; i <= 3; i++) {
          client.transport().write(ascii("x"));
          assertThat(client.transport().getWriteBufferSize()).isEqualTo(1);
          while (client.calls.size() < 1 + 2 * i) {
            await(sleep(seconds(0)));
          }
        }
        assertThat(client.calls)
            .containsExactly("made", "pause", "resume", "pause", "resume", "pause", "resume");
        client.transport().close();
        client.untilLost();
        listening.client(0).untilLost();
      }
    });
  }

  // ---- looking and changing ----

  @Test
  @Parity({"TRA-02", "TRA-04"})
  void aTransportTellsItsAddressesAndTakesAnotherProtocol() {
    run(() -> {
      try (var listening = new Listening<>(Echo::new)) {
        Recorder first = listening.connect();
        Transport transport = first.transport();
        assertThat(transport.getExtraInfo("peername"))
            .isEqualTo(new InetSocketAddress("127.0.0.1", listening.server.port()));
        assertThat(transport.getExtraInfo("sockname"))
            .isEqualTo(listening.client(0).transport().getExtraInfo("peername"));
        assertThat(transport.getExtraInfo("cipher")).isNull();
        assertThat(transport.getExtraInfo("cipher", "none")).isEqualTo("none");
        assertThat(transport.getProtocol()).isSameAs(first);
        Recorder second = new Recorder();
        transport.setProtocol(second);
        assertThat(transport.getProtocol()).isSameAs(second);
        assertThatThrownBy(() -> transport.setProtocol(new BaseProtocol() {}))
            .isInstanceOf(IllegalArgumentException.class);
        transport.writelines(List.of(ascii("a"), ascii("b"), ascii("")));
        transport.write(ByteBuffer.wrap(ascii("-c-"), 1, 1));
        second.untilReceived(3);
        transport.close();
        second.untilLost();
        assertThat(second.text()).isEqualTo("abc");
        assertThat(first.calls).containsExactly("made");
        transport.write(ascii("dropped"));
      }
    });
  }

  @Test
  @Parity("STR-15")
  void streamsCanBePutOnATransportByHand() {
    run(() -> {
      try (var server =
          await(
              createServer(
                  () -> StreamReaderProtocol.create(StreamReader.create(1000), ECHO),
                  "127.0.0.1",
                  0))) {
        StreamReader reader = StreamReader.create(1000);
        var connection =
            await(
                createConnection(
                    () -> StreamReaderProtocol.create(reader, null), "127.0.0.1", server.port()));
        StreamWriter writer = StreamWriter.create(connection.transport(), connection.protocol());
        assertThat(writer.transport()).isSameAs(connection.transport());
        writer.write(new byte[50_000]);
        await(writer.drain());
        assertThat(await(reader.readExactly(50_000))).hasSize(50_000);
        writer.writeEof();
        assertThat(await(reader.read())).isEmpty();
        writer.close();
        await(writer.waitClosed());
      }
    });
  }

  @Test
  @Parity("TRA-02")
  void streamsCanBeTakenOverByAProtocol() {
    run(() -> {
      try (var server = await(startServer(ECHO, "127.0.0.1", 0))) {
        Streams streams = await(openConnection("127.0.0.1", server.port()));
        Recorder protocol = new Recorder();
        streams.writer().transport().setProtocol(protocol);
        streams.writer().transport().write(ascii("taken over"));
        protocol.untilReceived(10);
        streams.writer().transport().close();
        assertThat(protocol.untilLost()).isNull();
        assertThat(protocol.calls).containsExactly("data", "lost");
      }
    });
  }

  @Test
  @Parity("PRO-03")
  void withTlsTheEndOfThePeerEndsTheConnection() {
    Tls serverTls =
        Tls.server(TestCertificates.LOCALHOST.certificate(), TestCertificates.LOCALHOST.key());
    Tls clientTls = Tls.client().withTrusted(TestCertificates.LOCALHOST.certificate());
    run(() -> {
      try (var server =
          await(
              createServer(
                  Echo::new, "127.0.0.1", 0, ServerOptions.defaults().withTls(serverTls)))) {
        var connection =
            await(
                createConnection(
                    Recorder::new,
                    "localhost",
                    server.port(),
                    StreamOptions.defaults().withTls(clientTls)));
        Recorder client = connection.protocol();
        client.keepsHalfOpen = true;
        assertThat(connection.transport().getExtraInfo("sslcontext")).isSameAs(clientTls);
        assertThat(connection.transport().canWriteEof()).isFalse();
        connection.transport().write(new byte[300_000]);
        client.untilReceived(300_000);
        server.close();
        server.closeClients();
        assertThat(client.untilLost()).isNull();
        assertThat(client.calls).endsWith("eof", "lost");
        await(server.waitClosed());
      }
    });
  }

  // ---- cancellation ----

  @Test
  void createConnectionCanBeCancelledInAnyTurn() {
    for (int turns = 0; turns < 12; turns++) {
      int cancelAfter = turns;
      run(() -> {
        try (var listening = new Listening<>(Echo::new)) {
          List<Recorder> made = new ArrayList<>();
          Task<@Nullable Void> client =
              createTask(
                  async(() -> {
                    var connection =
                        await(
                            createConnection(
                                () -> {
                                  made.add(new Recorder());
                                  return made.getFirst();
                                },
                                "127.0.0.1",
                                listening.server.port()));
                    connection.close();
                  }));
          turns(cancelAfter);
          client.cancel();
          try {
            await(client);
          } catch (CancelledError e) {
            // unless it was done already
          }
          if (!made.isEmpty() && !made.getFirst().calls.isEmpty()) {
            made.getFirst().untilLost();
            assertThat(made.getFirst().calls).containsExactly("made", "lost");
          }
          listening.close();
          await(listening.server.waitClosed());
        }
      });
    }
  }
}
