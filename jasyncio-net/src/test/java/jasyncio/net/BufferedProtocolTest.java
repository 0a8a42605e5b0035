package jasyncio.net;

import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.getRunningLoop;
import static jasyncio.Asyncio.run;
import static jasyncio.Asyncio.seconds;
import static jasyncio.net.EchoTest.ECHO;
import static jasyncio.net.EchoTest.ascii;
import static jasyncio.net.Listening.turns;
import static jasyncio.net.Net.createConnection;
import static jasyncio.net.Net.startServer;
import static jasyncio.net.Net.startTls;
import static jasyncio.net.TestCertificates.LOCALHOST;
import static org.assertj.core.api.Assertions.assertThat;

import jasyncio.ExceptionContext;
import jasyncio.net.netty.NettyTransport;
import jasyncio.parity.Parity;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Parity("PRO-04")
class BufferedProtocolTest {
  private abstract static class Recording implements BufferedProtocol {
    final Recorder record = new Recorder();

    @Override
    public void connectionMade(Transport transport) {
      record.connectionMade(transport);
    }

    @Override
    public boolean eofReceived() {
      return record.eofReceived();
    }

    @Override
    public void connectionLost(@Nullable Throwable cause) {
      record.connectionLost(cause);
    }
  }

  /// Takes what comes in pieces of at most `room` bytes.
  private static final class InPieces extends Recording {
    private final ByteBuffer room;

    InPieces(int room, boolean direct) {
      this.room = direct ? ByteBuffer.allocateDirect(room) : ByteBuffer.allocate(room);
    }

    @Override
    public ByteBuffer getBuffer(int sizeHint) {
      assertThat(sizeHint).isPositive();
      return room.clear();
    }

    @Override
    public void bufferUpdated(int bytes) {
      assertThat(room.position()).isEqualTo(bytes);
      record.dataReceived(room.flip());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1000, 2048, 5000, 1 << 20})
  void aBufferedProtocolIsGivenDataInItsOwnBuffer(int room) {
    byte[] data = new byte[300_000];
    new Random(4).nextBytes(data);
    run(() -> {
      for (boolean direct : new boolean[] {true, false}) {
        try (var server = await(startServer(ECHO, "127.0.0.1", 0))) {
          var connection =
              await(createConnection(() -> new InPieces(room, direct), "127.0.0.1", server.port()));
          connection.transport().write(data);
          connection.transport().writeEof();
          Recorder record = connection.protocol().record;
          assertThat(record.untilLost()).isNull();
          assertThat(record.received.toByteArray()).isEqualTo(data);
          assertThat(record.calls).startsWith("made", "data").endsWith("data", "eof", "lost");
        }
      }
    });
  }

  /// Puts all that comes into one buffer, and notes how much came at a time.
  private static final class InOneBuffer extends Recording {
    final List<Integer> updates = new ArrayList<>();
    final ByteBuffer all;

    InOneBuffer(ByteBuffer all) {
      this.all = all;
    }

    @Override
    public void connectionMade(Transport transport) {
      super.connectionMade(transport);
      transport.pauseReading();
    }

    @Override
    public ByteBuffer getBuffer(int sizeHint) {
      return all;
    }

    @Override
    public void bufferUpdated(int bytes) {
      updates.add(bytes);
    }
  }

  @Test
  void withEpollOneReadFillsTheRoomOfABufferedProtocol() {
    byte[] data = new byte[60_000];
    new Random(5).nextBytes(data);
    for (boolean direct : new boolean[] {true, false}) {
      ByteBuffer room = direct ? ByteBuffer.allocateDirect(60_001) : ByteBuffer.allocate(60_001);
      run(() -> {
        try (var listening = new Listening<>(Recorder::new)) {
          var client =
              await(
                      createConnection(
                          () -> new InOneBuffer(room), "127.0.0.1", listening.server.port()))
                  .protocol();
          Transport sender = listening.client(0).transport();
          sender.write(data);
          while (sender.getWriteBufferSize() > 0) {
            turns(1);
          }
          client.record.transport().resumeReading();
          while (client.all.position() < data.length) {
            turns(1);
          }
          sender.close();
          assertThat(client.record.untilLost()).isNull();
          if (NettyTransport.select(Thread.currentThread()).name().equals("epoll")) {
            assertThat(client.updates).containsExactly(60_000);
          }
        }
      });
      byte[] arrived = new byte[room.flip().remaining()];
      room.get(arrived);
      assertThat(arrived).isEqualTo(data);
    }
  }

  /// Pauses now and then, and gives room of any size.
  private static final class Whimsical extends Recording {
    private final Random random;
    private ByteBuffer room = ByteBuffer.allocate(1);

    Whimsical(long seed) {
      random = new Random(seed);
    }

    @Override
    public ByteBuffer getBuffer(int sizeHint) {
      int size = 1 + random.nextInt(random.nextBoolean() ? 10_000 : 100);
      room = random.nextBoolean() ? ByteBuffer.allocate(size) : ByteBuffer.allocateDirect(size);
      return room;
    }

    @Override
    public void bufferUpdated(int bytes) {
      assertThat(room.position()).isEqualTo(bytes);
      record.dataReceived(room.flip());
      if (random.nextInt(4) == 0) {
        record.transport().pauseReading();
        getRunningLoop().callLater(seconds(0), record.transport()::resumeReading);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2047, 2048, 2049, 4096, 100_000})
  void whateverRoomABufferedProtocolGivesAllArrivesInOrderAndThenTheEnd(int size) {
    byte[] data = new byte[size];
    new Random(size).nextBytes(data);
    run(() -> {
      for (int seed = 0; seed < 10; seed++) {
        Random random = new Random(seed);
        ClientHandler send =
            (_, writer) -> {
              for (int sent = 0; sent < size; ) {
                int count = Math.min(size - sent, 1 + random.nextInt(5000));
                writer.write(data, sent, count);
                sent += count;
                turns(random.nextInt(3));
              }
              writer.close();
            };
        try (var server = await(startServer(send, "127.0.0.1", 0))) {
          Whimsical receiver = new Whimsical(seed);
          await(createConnection(() -> receiver, "127.0.0.1", server.port()));
          assertThat(receiver.record.untilLost()).isNull();
          assertThat(receiver.record.received.toByteArray()).isEqualTo(data);
          assertThat(receiver.record.calls).endsWith("eof", "lost");
        }
      }
    });
  }

  /// Upgraded while it is a buffered one's: what comes then is the TLS handler's.
  @Test
  @Parity({"PRO-04", "TLS-01"})
  void aBufferedProtocolIsEncryptedHalfWay() {
    Tls server = Tls.server(LOCALHOST.certificate(), LOCALHOST.key());
    Tls client = Tls.client().withTrusted(LOCALHOST.certificate());
    byte[] data = new byte[50_000];
    new Random(6).nextBytes(data);
    ClientHandler send =
        (reader, writer) -> {
          await(reader.readExactly(1));
          await(writer.startTls(server));
          writer.write(data);
          await(writer.drain());
          writer.close();
        };
    run(() -> {
      try (var listening = await(startServer(send, "127.0.0.1", 0))) {
        var plain =
            await(createConnection(() -> new InPieces(4000, true), "127.0.0.1", listening.port()));
        plain.transport().write(ascii("!"));
        await(startTls(plain.transport(), plain.protocol(), client));
        assertThat(plain.protocol().record.untilLost()).isNull();
        assertThat(plain.protocol().record.received.toByteArray()).isEqualTo(data);
      }
    });
  }

  @Test
  void aBufferWithoutRoomIsAnError() {
    List<ExceptionContext> reports = new ArrayList<>();
    run(() -> {
      getRunningLoop().setExceptionHandler((_, context) -> reports.add(context));
      try (var server = await(startServer(ECHO, "127.0.0.1", 0))) {
        var connection =
            await(createConnection(() -> new InPieces(0, false), "127.0.0.1", server.port()));
        connection.transport().write(ascii("x"));
        assertThat(connection.protocol().record.untilLost())
            .isInstanceOf(IllegalStateException.class)
            .hasMessage("get_buffer() returned an empty buffer");
      }
    });
    assertThat(reports).hasSize(1);
    assertThat(reports.getFirst().message()).startsWith("Fatal error: protocol.get_buffer()");
  }
}
