package jasyncio.net;

import static jasyncio.Asyncio.async;
import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.createTask;
import static jasyncio.Asyncio.gather;
import static jasyncio.Asyncio.millis;
import static jasyncio.Asyncio.run;
import static jasyncio.Asyncio.seconds;
import static jasyncio.Asyncio.sleep;
import static jasyncio.Asyncio.toThread;
import static jasyncio.net.EchoTest.ascii;
import static jasyncio.net.Net.createConnection;
import static jasyncio.net.Net.openConnection;
import static jasyncio.net.Net.startServer;
import static jasyncio.net.TestCertificates.LOCALHOST;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jasyncio.Coroutine;
import jasyncio.Task;
import jasyncio.net.ConnectionError.Phase;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What was written before a connection is closed arrives, or whoever waits is told. The peers are
/// the JDK's blocking sockets.
@Timeout(120)
class ClosingTest {
  private static final String PLAIN = "plain";

  /// `-Dclosing.connections=1000` for a campaign.
  private static final int CONNECTIONS = Integer.getInteger("closing.connections", 40);

  private static final Tls CLIENT = Tls.client().withTrusted(LOCALHOST.certificate());
  private static final Tls SERVER = Tls.server(LOCALHOST.certificate(), LOCALHOST.key());

  private static ServerSocket listen() throws IOException {
    return new ServerSocket(0, 1000, InetAddress.getLoopbackAddress());
  }

  private static StreamOptions with(String protocol) {
    return protocol.equals(PLAIN)
        ? StreamOptions.defaults()
        : StreamOptions.defaults().withTls(CLIENT);
  }

  private static Coroutine<Streams> connect(ServerSocket listening, String protocol) {
    return openConnection("localhost", listening.getLocalPort(), with(protocol));
  }

  private static Socket accept(ServerSocket listening, String protocol) throws IOException {
    Socket plain = listening.accept();
    return protocol.equals(PLAIN) ? plain : JdkTls.accepted(plain, protocol);
  }

  /// Reads `size` bytes and the end behind them, having said something that nobody reads.
  private static void takeAll(Socket socket, int size, byte[] unwanted, long nanosPerRead)
      throws Exception {
    try (socket) {
      InputStream in = socket.getInputStream();
      byte[] buffer = new byte[100_000];
      int count = in.read(buffer, 0, 1); // so we have been closed: the loop sends at a turn's end
      while (true) {
        speak(socket, unwanted);
        int more = in.read(buffer);
        if (more < 0) {
          break;
        }
        count += more;
        if (count < 1_000_000) {
          LockSupport.parkNanos(nanosPerRead);
        }
      }
      assertThat(count).isEqualTo(size);
    }
  }

  private static void speak(Socket socket, byte[] unwanted) throws IOException {
    try {
      socket.getOutputStream().write(unwanted);
    } catch (IOException e) {
      if (socket instanceof SSLSocket) {
        throw e;
      } // else its system has got everything, and we have gone
    }
  }

  // ---- everything arrives ----

  @ParameterizedTest
  @CsvSource({
    "plain,1000", "plain,300000", "plain,16000000",
    "TLSv1.2,1000", "TLSv1.2,300000", "TLSv1.2,16000000",
    "TLSv1.3,1000", "TLSv1.3,300000", "TLSv1.3,16000000"
  })
  void whatWasWrittenArrivesThoughThePeerSpeaksAndReadsSlowly(String protocol, int size)
      throws Exception {
    try (ServerSocket listening = listen()) {
      run(() -> {
        Task<?> peer =
            createTask(
                toThread(
                    () -> takeAll(accept(listening, protocol), size, new byte[1000], 1_000_000)));
        Streams streams = await(connect(listening, protocol));
        streams.writer().write(new byte[size]);
        streams.close();
        await(streams.writer().waitClosed());
        await(peer);
      });
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {PLAIN, "TLSv1.2", "TLSv1.3"})
  void aServersAnswerArrivesThoughTheClientGoesOnAsking(String protocol) {
    int size = 8_000_000;
    run(() -> {
      ServerOptions options =
          protocol.equals(PLAIN)
              ? ServerOptions.defaults()
              : ServerOptions.defaults().withTls(SERVER);
      List<Coroutine<?>> ends = new ArrayList<>();
      ClientHandler answer =
          (reader, writer) -> {
            await(reader.readExactly(1));
            writer.write(new byte[size]);
            writer.close();
            ends.add(writer.waitClosed());
          };
      try (Server server = await(startServer(answer, "127.0.0.1", 0, options))) {
        await(
            toThread(() -> {
              Socket plain = new Socket("127.0.0.1", server.port());
              Socket socket = protocol.equals(PLAIN) ? plain : JdkTls.over(plain);
              if (socket instanceof SSLSocket encrypted) {
                encrypted.setEnabledProtocols(new String[] {protocol});
              }
              socket.getOutputStream().write(1);
              takeAll(socket, size, new byte[10_000], 0);
            }));
        await(ends.getFirst());
        server.close();
        await(server.waitClosed());
      }
    });
  }

  /// Many at a time, of all sizes: each arrives, or its `waitClosed` throws.
  @ParameterizedTest
  @Timeout(1200) // for a campaign
  @ValueSource(strings = {PLAIN, "TLSv1.2", "TLSv1.3"})
  void ofManyConnectionsNoneIsCutShort(String protocol) throws Exception {
    Random random = new Random(7);
    try (ServerSocket listening = listen()) {
      run(() -> {
        for (int left = CONNECTIONS; left > 0; left -= 20) {
          List<Coroutine<?>> all = new ArrayList<>();
          for (int i = 0; i < 20; i++) {
            int size = 1000 << random.nextInt(11);
            long pause = random.nextInt(3) * 300_000L;
            byte[] unwanted = new byte[random.nextInt(3) * 500];
            all.add(
                async(() -> {
                  Task<?> peer =
                      createTask(toThread(() -> answerOne(listening, protocol, unwanted, pause)));
                  Streams streams = await(connect(listening, protocol));
                  streams
                      .writer()
                      .write(new byte[] {(byte) (size / 1000 >> 8), (byte) (size / 1000)});
                  streams.writer().write(new byte[size]);
                  streams.close();
                  await(streams.writer().waitClosed());
                  await(peer);
                }));
          }
          await(gather(all));
        }
      });
    }
  }

  private static void answerOne(
      ServerSocket listening, String protocol, byte[] unwanted, long pause) throws Exception {
    Socket socket = accept(listening, protocol);
    InputStream in = socket.getInputStream();
    int size = (in.read() << 8 | in.read()) * 1000;
    takeAll(socket, size, unwanted, pause);
  }

  /// Both of its sides: that of TLS, and that of the connection.
  @Test
  void whatWasWrittenArrivesAtAPeerThatHasEndedItsSide() {
    int size = 8_000_000;
    run(() -> {
      ClientHandler flood =
          (_, writer) -> {
            writer.write(new byte[size]);
            await(writer.waitClosed());
          };
      ServerOptions options = ServerOptions.defaults().withTls(SERVER);
      try (Server server = await(startServer(flood, "127.0.0.1", 0, options))) {
        await(
            toThread(() -> {
              try (Socket plain = new Socket("127.0.0.1", server.port());
                  var socket = JdkTls.over(plain)) {
                socket.startHandshake();
                socket.getInputStream().read();
                socket.shutdownOutput(); // the plain one too
                assertThat(socket.getInputStream().readAllBytes()).hasSize(size - 1);
              }
            }));
        server.close();
        await(server.waitClosed());
      }
    });
  }

  // ---- or whoever waits is told ----

  @Test
  void aTlsPeerThatDoesNotReadMakesWaitClosedThrow() throws Exception {
    try (ServerSocket listening = listen()) {
      run(() -> {
        StreamOptions hasty =
            StreamOptions.defaults().withTls(CLIENT.withShutdownTimeout(millis(50)));
        Task<Socket> accepting =
            createTask(
                toThread(() -> {
                  var socket = JdkTls.accepted(listening.accept(), "TLSv1.3");
                  socket.startHandshake();
                  return socket;
                }));
        Streams streams = await(openConnection("localhost", listening.getLocalPort(), hasty));
        Socket peer = await(accepting);
        streams.writer().write(new byte[12_000_000]);
        streams.close();
        assertThatThrownBy(() -> await(streams.writer().waitClosed()))
            .isInstanceOfSatisfying(
                ConnectionError.class,
                e -> {
                  assertThat(e)
                      .hasMessageStartingWith(
                          "SSL shutdown timed out: within 0.05 seconds the peer has not taken what"
                              + " was written, and ")
                      .hasMessageEndingWith(
                          "[localhost:" + listening.getLocalPort() + ", closing]");
                  assertThat(e.phase()).isEqualTo(Phase.CLOSE);
                });
        await(toThread(() -> peer.close()));
      });
    }
  }

  @Test
  void aPeerThatSpeaksAndDoesNotReadMakesWaitClosedThrow() throws Exception {
    try (ServerSocket listening = new ServerSocket()) {
      listening.setReceiveBufferSize(4096); // so what we send stays with our system
      listening.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      run(() -> {
        StreamOptions hasty = StreamOptions.defaults().withLingeringTime(millis(50));
        Streams streams = await(openConnection("localhost", listening.getLocalPort(), hasty));
        Socket peer = await(toThread(() -> listening.accept()));
        streams.writer().write(new byte[100_000]);
        streams.close();
        await(toThread(() -> peer.getOutputStream().write(ascii("are you there?"))));
        assertThatThrownBy(() -> await(streams.writer().waitClosed()))
            .isInstanceOf(ConnectionError.class)
            .hasMessageStartingWith(
                "close timed out: within 0.05 seconds the peer has not taken all that was written");
        await(toThread(() -> peer.close()));
      });
    }
  }

  @Test
  void aPeerThatResetsTheConnectionMakesWaitClosedThrow() throws Exception {
    try (ServerSocket listening = listen()) {
      run(() -> {
        Streams streams = await(connect(listening, PLAIN));
        Socket peer = await(toThread(() -> listening.accept()));
        streams.writer().write(new byte[12_000_000]);
        streams.close();
        await(
            toThread(() -> {
              peer.setSoLinger(true, 0);
              peer.close();
            }));
        assertThatThrownBy(() -> await(streams.writer().waitClosed()))
            .isInstanceOf(ConnectionResetError.class);
      });
    }
  }

  // ---- nothing is waited for in vain ----

  @Test
  @Timeout(20) // less than the 30 seconds it would be
  void aConnectionThatHasSentNothingIsClosedAtOnce() throws Exception {
    try (ServerSocket listening = listen()) {
      run(() -> {
        Streams streams = await(connect(listening, PLAIN));
        try (Socket peer = await(toThread(() -> listening.accept()))) {
          streams.close();
          await(streams.writer().waitClosed());
          assertThat(peer.isClosed()).isFalse();
        }
      });
    }
  }

  @Test
  @Timeout(20)
  void anAbortEndsTheWait() throws Exception {
    try (ServerSocket listening = listen()) {
      run(() -> {
        Streams streams = await(connect(listening, PLAIN));
        try (Socket _ = await(toThread(() -> listening.accept()))) {
          streams.writer().write(new byte[12_000_000]);
          streams.close();
          await(sleep(seconds(0)));
          streams.writer().abort();
          await(streams.writer().waitClosed());
        }
      });
    }
  }

  @Test
  void anAbortedConnectionIsNotToldToWriteOn() throws Exception {
    try (ServerSocket listening = listen()) {
      run(() -> {
        Recorder recorder =
            await(createConnection(Recorder::new, "127.0.0.1", listening.getLocalPort()))
                .protocol();
        try (Socket _ = await(toThread(() -> listening.accept()))) {
          recorder.transport().write(new byte[12_000_000]);
          recorder.transport().abort();
          recorder.untilLost();
          assertThat(recorder.calls).containsExactly("made", "pause", "lost");
        }
      });
    }
  }

  @Test
  void theLingeringTimeIsNotNegative() {
    assertThatThrownBy(() -> StreamOptions.defaults().withLingeringTime(seconds(-1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the lingering time must not be negative: PT-1S");
    assertThatThrownBy(() -> ServerOptions.defaults().withLingeringTime(seconds(-1)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
