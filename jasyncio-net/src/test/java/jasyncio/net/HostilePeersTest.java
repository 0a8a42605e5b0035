package jasyncio.net;

import static jasyncio.Asyncio.async;
import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.createTask;
import static jasyncio.Asyncio.gather;
import static jasyncio.Asyncio.getRunningLoop;
import static jasyncio.Asyncio.run;
import static jasyncio.Asyncio.seconds;
import static jasyncio.Asyncio.sleep;
import static jasyncio.Asyncio.toThread;
import static jasyncio.net.EchoTest.ECHO;
import static jasyncio.net.EchoTest.ascii;
import static jasyncio.net.Net.openConnection;
import static jasyncio.net.Net.startServer;
import static jasyncio.net.TestCertificates.LOCALHOST;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jasyncio.Coroutine;
import jasyncio.Future;
import jasyncio.Task;
import jasyncio.parity.Parity;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Peers that reset the connection at any time, that send byte by byte, and that hardly read. After
/// each test no task, thread, descriptor or buffer is left, see [NothingLeaks].
@Timeout(120)
@Parity({"STR-01", "STR-02", "TLS-02"})
class HostilePeersTest {
  private static final int SEEDS = 25;
  private static final ServerOptions PLAIN_SERVER = ServerOptions.defaults();
  private static final ServerOptions TLS_SERVER =
      PLAIN_SERVER.withTls(Tls.server(LOCALHOST.certificate(), LOCALHOST.key()));
  private static final StreamOptions TLS_CLIENT =
      StreamOptions.defaults().withTls(Tls.client().withTrusted(LOCALHOST.certificate()));

  private static void assertNothingGoesOn() {
    while (getRunningLoop().allTasks().size() > 1) { // ends by the limit of time if one stays
      await(sleep(seconds(0)));
    }
  }

  // ---- resets ----

  /// Answers each line, a number, with so many bytes.
  private static void converse(StreamReader reader, StreamWriter writer) throws ConnectionError {
    while (true) {
      String line = await(reader.readLine(), ConnectionError.class);
      if (line == null) {
        return;
      }
      writer.write(new byte[Integer.parseInt(line)]);
      await(writer.drain(), ConnectionError.class);
    }
  }

  /// Asks and reads as `random` says, and resets the connection in the middle of it.
  private static void resetSomewhere(Socket socket, boolean encrypted, Random random)
      throws Exception {
    try (socket) {
      Socket talking = socket;
      if (encrypted && random.nextInt(4) > 0) {
        talking = JdkTls.over(socket);
      } // else it ends before the handshake or inside
      try {
        OutputStream out = talking.getOutputStream();
        InputStream in = talking.getInputStream();
        for (int steps = random.nextInt(6); steps > 0; steps--) {
          int wanted = random.nextInt(1_000, 200_000);
          byte[] question = ascii(wanted + "\n");
          out.write(question, 0, steps == 1 ? random.nextInt(question.length) : question.length);
          in.readNBytes(steps == 1 ? 0 : random.nextInt(1_000)); // the rest stays unread
        }
      } catch (IOException e) {
        // TLS that was not spoken: the server has ended it
      }
      socket.setSoLinger(true, 0);
    } // closes with a reset
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aServerOutlivesClientsThatResetTheirConnections(boolean encrypted) {
    run(() -> {
      List<Object> ends = new ArrayList<>();
      ClientHandler handler =
          (reader, writer) -> {
            try (writer) {
              converse(reader, writer);
              ends.add("the end of the stream");
            } catch (ConnectionError | NumberFormatException e) {
              ends.add(e);
            }
          };
      ServerOptions options = encrypted ? TLS_SERVER : PLAIN_SERVER;
      try (Server server = await(startServer(handler, "127.0.0.1", 0, options))) {
        for (int seed = 0; seed < SEEDS; seed++) {
          Random random = new Random(seed);
          await(
              toThread(
                  () -> resetSomewhere(new Socket("127.0.0.1", server.port()), encrypted, random)));
        }
        assertNothingGoesOn();
        assertThat(ends).isNotEmpty().doesNotContain("the end of the stream");
        StreamOptions calm = encrypted ? TLS_CLIENT : StreamOptions.defaults();
        try (Streams streams = await(openConnection("127.0.0.1", server.port(), calm))) {
          streams.writer().write(ascii("3\n"));
          assertThat(await(streams.reader().readExactly(3))).isEqualTo(new byte[3]);
        }
        server.close();
        await(server.waitClosed());
      }
      assertNothingGoesOn();
    });
  }

  /// Whoever reads sees the reset, and no end of the stream, wherever it comes.
  @Test
  void aClientSeesAResetWhereverItComes() {
    run(() -> {
      try (ServerSocket listening = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
        for (int seed = 0; seed < SEEDS; seed++) {
          Random random = new Random(seed);
          int size = random.nextInt(300_000);
          Task<@Nullable Void> peer =
              createTask(
                  toThread(() -> {
                    try (Socket socket = listening.accept()) {
                      socket.getInputStream().read(); // the question: we are connected
                      socket.getOutputStream().write(new byte[size]);
                      socket.setSoLinger(true, 0);
                    }
                  }));
          var address = (InetSocketAddress) listening.getLocalSocketAddress();
          Streams streams =
              await(openConnection(address.getAddress().getHostAddress(), address.getPort()));
          streams.writer().write(ascii("?"));
          if (random.nextBoolean()) {
            await(peer); // the reset is there before the first read
          }
          assertThatThrownBy(() -> await(streams.reader().readExactly(1_000_000)))
              .isInstanceOf(ConnectionResetError.class)
              .hasMessageStartingWith("Connection reset by peer");
          streams.close();
          assertThatThrownBy(() -> await(streams.writer().waitClosed()))
              .isInstanceOf(ConnectionResetError.class);
          await(peer);
        }
      }
      assertNothingGoesOn();
    });
  }

  // ---- byte by byte ----

  /// Passes on what comes, each byte in a packet of its own.
  private static Coroutine<@Nullable Void> trickle(StreamReader from, StreamWriter to) {
    return async(() -> {
      try (to) {
        byte[] data;
        while ((data = await(from.read(100))).length > 0) {
          for (byte one : data) {
            to.write(new byte[] {one});
            await(sleep(seconds(0))); // what is written leaves at the end of the turn
          }
        }
      }
    });
  }

  @Test
  void tlsIsSpokenThoughEveryByteComesAlone() {
    byte[] data = new byte[300];
    new Random(20).nextBytes(data);
    run(() -> {
      try (Server server = await(startServer(ECHO, "127.0.0.1", 0, TLS_SERVER))) {
        ClientHandler proxy =
            (reader, writer) -> {
              Streams onward = await(openConnection("127.0.0.1", server.port()));
              await(gather(trickle(reader, onward.writer()), trickle(onward.reader(), writer)));
            };
        try (Server between = await(startServer(proxy, "127.0.0.1", 0));
            Streams streams = await(openConnection("127.0.0.1", between.port(), TLS_CLIENT))) {
          Task<@Nullable Void> writing =
              createTask(
                  async(() -> {
                    for (byte one : data) {
                      streams.writer().write(new byte[] {one});
                      await(streams.writer().drain());
                      await(sleep(seconds(0)));
                    }
                  }));
          byte[] back = new byte[data.length];
          for (int i = 0; i < back.length; i++) {
            back[i] = await(streams.reader().readExactly(1))[0];
          }
          assertThat(back).isEqualTo(data);
          await(writing);
          streams.close();
          between.close();
          await(between.waitClosed());
        }
        server.close();
        await(server.waitClosed());
      }
      assertNothingGoesOn();
    });
  }

  // ---- slow readers ----

  @Test
  void aTlsReaderThatHardlyReadsHoldsUpTheWriterInBoundedMemory() {
    int piece = 16 * 1024;
    int pieces = 2_000; // 32 MB: more than the system's buffers take
    run(() -> {
      long[] written = new long[1];
      Future<@Nullable Void> stalled = getRunningLoop().createFuture();
      ClientHandler flood =
          (_, writer) -> {
            try (writer) {
              long high = writer.transport().getWriteBufferLimits().high();
              for (int i = 0; i < pieces; i++) {
                assertThat(writer.transport().getWriteBufferSize()).isLessThanOrEqualTo(high);
                writer.write(new byte[piece]);
                written[0] += piece;
                Task<@Nullable Void> draining = createTask(writer.drain());
                for (int turn = 0; !draining.done() && turn < 1_000; turn++) {
                  await(sleep(seconds(0)));
                }
                if (!draining.done() && !stalled.done()) {
                  stalled.setResult(null); // neither the system nor the reader takes any more
                }
                await(draining);
              }
            }
          };
      try (Server server = await(startServer(flood, "127.0.0.1", 0, TLS_SERVER));
          Socket plain = new Socket()) {
        plain.setReceiveBufferSize(16 * 1024);
        await(toThread(() -> plain.connect(new InetSocketAddress("127.0.0.1", server.port()))));
        Socket slow = JdkTls.over(plain);
        InputStream in = slow.getInputStream();
        Task<byte[]> first = createTask(toThread(() -> in.readNBytes(1)));
        await(first);
        await(stalled);
        long before = written[0];
        assertThat(before).isLessThan((long) piece * pieces / 2);
        byte[] some = await(toThread(() -> in.readNBytes(10_000)));
        assertThat(some).hasSize(10_000);
        long all = await(toThread(() -> in.transferTo(OutputStream.nullOutputStream())));
        assertThat(1 + 10_000 + all).isEqualTo((long) piece * pieces);
        server.close();
        await(server.waitClosed());
      }
      assertNothingGoesOn();
    });
  }
}
