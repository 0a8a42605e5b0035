package jasyncio.net;

import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.getRunningLoop;
import static jasyncio.Asyncio.millis;
import static jasyncio.Asyncio.seconds;
import static jasyncio.Asyncio.sleep;
import static jasyncio.net.EchoTest.ascii;
import static jasyncio.net.Listening.turns;
import static jasyncio.net.Net.createConnection;
import static jasyncio.net.Net.createDatagramEndpoint;
import static jasyncio.net.Net.createServer;
import static jasyncio.net.Net.openConnection;
import static jasyncio.net.Net.openUnixConnection;
import static jasyncio.net.Net.startServer;
import static jasyncio.net.Net.startUnixServer;
import static jasyncio.net.TestCertificates.LOCALHOST;
import static org.assertj.core.api.Assertions.assertThat;

import jasyncio.Task;
import jasyncio.testing.CancelSweep;
import jasyncio.testing.World;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Every call of the network that may suspend, cancelled wherever it does: nothing is lost but what
/// the method says, and no socket is left. Names are not looked up here: whether that suspends
/// depends on what is known already. [ResolverTest] sweeps it.
@Timeout(120)
class NetSweepTest {
  private static final Tls CLIENT = Tls.client().withTrusted(LOCALHOST.certificate());
  private static final Tls SERVER = Tls.server(LOCALHOST.certificate(), LOCALHOST.key());

  private static void sweep(String name, CancelSweep.Scenario scenario) {
    CancelSweep.Report report =
        CancelSweep.of(name, scenario).onRealTime().withLimit(seconds(20)).run();
    assertThat(report.suspensions()).isPositive();
  }

  /// A connection to ourselves; closed with the loop.
  private record Pair(Streams ours, Streams theirs, Server server) {
    static Pair open() {
      return open(StreamOptions.defaults(), ServerOptions.defaults());
    }

    static Pair open(StreamOptions options, ServerOptions serverOptions) {
      List<Streams> accepted = new ArrayList<>();
      ClientHandler keep =
          (reader, writer) -> {
            writer.keepOpen();
            accepted.add(new Streams(reader, writer));
          };
      Server server = await(startServer(keep, "127.0.0.1", 0, serverOptions));
      Streams ours = await(openConnection("127.0.0.1", server.port(), options));
      while (accepted.isEmpty()) {
        await(sleep(millis(0)));
      }
      return new Pair(ours, accepted.getFirst(), server);
    }

    void closeIn(World world) {
      world.check(() -> {
        ours.close();
        theirs.close();
        server.close();
        await(server.waitClosed());
      });
    }
  }

  // ---- readers ----

  /// What one call reads; its answer is what was read before the end of the text.
  @FunctionalInterface
  private interface Read {
    byte[] from(StreamReader reader) throws Throwable;
  }

  private static void sweepRead(String name, Read read) {
    sweep(
        name,
        world -> {
          Pair pair = Pair.open();
          StringBuilder got = new StringBuilder();
          world.victim(() -> got.append(new String(read.from(pair.ours.reader()))));
          world.helper(() -> {
            turns(2);
            pair.theirs.writer().write(ascii("on"));
            await(sleep(millis(1)));
            pair.theirs.writer().write(ascii("e\ntwo"));
            pair.theirs.writer().writeEof();
          });
          world.check(() -> {
            got.append(new String(await(pair.ours.reader().read())));
            assertThat(got).hasToString("one\ntwo");
          });
          pair.closeIn(world);
        });
  }

  /// Of the lines of [#sweepRead], the last one has no end.
  private static byte[] withItsEnd(@Nullable String line) {
    return ascii("one".equals(line) ? "one\n" : String.valueOf(line));
  }

  @Test
  void aCancelledReadLosesNothing() {
    sweepRead("read", reader -> await(reader.read(100)));
    sweepRead("readExactly", reader -> await(reader.readExactly(4)));
    sweepRead("readLineBytes", reader -> await(reader.readLineBytes()));
    sweepRead("readLine", reader -> withItsEnd(await(reader.readLine())));
    sweepRead("readText", reader -> ascii(await(reader.readText())));
    sweepRead("readUntil", reader -> await(reader.readUntil(ascii("e\n"))));
    sweepRead("anext", reader -> withItsEnd(await(reader.anext())));
    sweepRead("read to the end", reader -> await(reader.read()));
  }

  // ---- writers ----

  @Test
  void aCancelledDrainLosesNothing() {
    sweep(
        "drain",
        world -> {
          Pair pair = Pair.open();
          byte[] much = new byte[8 * 1024 * 1024];
          world.victim(() -> {
            pair.ours.writer().write(much);
            await(pair.ours.writer().drain());
          });
          world.helper(() -> {
            turns(3);
            if (pair.ours.writer().pending() > 0) { // unless it was cancelled before it began
              assertThat(await(pair.theirs.reader().readExactly(much.length))).hasSameSizeAs(much);
            }
          });
          pair.closeIn(world);
        });
  }

  @Test
  void aCancelledWaitClosedCanBeRepeated() {
    sweep(
        "waitClosed",
        world -> {
          Pair pair = Pair.open();
          world.victim(() -> {
            pair.ours.writer().close();
            await(pair.ours.writer().waitClosed());
          });
          world.check(() -> {
            pair.ours.writer().close();
            await(pair.ours.writer().waitClosed());
          });
          pair.closeIn(world);
        });
  }

  @Test
  void aCancelledStartTlsEndsTheConnection() {
    sweep(
        "startTls",
        world -> {
          Pair pair = Pair.open();
          Task<?> victim =
              world.victim(
                  () -> await(pair.ours.writer().startTls(CLIENT.withServerHostname("localhost"))));
          world.helper(() -> {
            while (!victim.done()) {
              await(sleep(millis(1)));
            }
            if (world.isCancelled()) {
              pair.ours.writer().abort(); // it may not have begun
            }
          });
          world.helper(() -> {
            try {
              await(pair.theirs.writer().startTls(SERVER));
            } catch (Throwable t) {
              assertThat(t).isInstanceOf(Exception.class); // the other side has gone
            }
          });
          pair.closeIn(world);
        });
  }

  // ---- connections and servers ----

  /// Waits for the end of the client, however it comes.
  private static final ClientHandler SILENT =
      (reader, writer) -> {
        try (writer) {
          await(reader.read());
        } catch (Throwable t) {
          assertThat(t).isInstanceOf(ConnectionError.class);
        }
      };

  /// What is swept.
  @FunctionalInterface
  private interface Opening {
    void open(List<Server> servers) throws Throwable;
  }

  private static Server kept(List<Server> servers, Server server) {
    servers.add(server);
    return server;
  }

  /// Sweeps what opens something that the check of the test finds no more of.
  private static void sweepOpening(String name, Opening opening) {
    sweep(
        name,
        world -> {
          List<Server> servers = new ArrayList<>();
          world.victim(() -> opening.open(servers));
          world.check(() -> {
            for (Server server : servers) {
              await(server.waitClosed());
            }
            while (getRunningLoop().allTasks().size() > 1) { // handlers of what has been accepted
              await(sleep(millis(1)));
            }
          });
        });
  }

  @Test
  void nothingIsLeftOfWhatIsCancelledWhileItOpens(@TempDir Path folder) {
    ServerOptions encrypted = ServerOptions.defaults().withTls(SERVER);
    StreamOptions checking = StreamOptions.defaults().withTls(CLIENT);
    Path socket = folder.resolve("socket");
    sweepOpening(
        "startServer and openConnection",
        servers -> {
          try (var server = kept(servers, await(startServer(SILENT, "127.0.0.1", 0)));
              var streams = await(openConnection("127.0.0.1", server.port()))) {
            assertThat(streams.writer().isClosing()).isFalse();
          }
        });
    sweepOpening(
        "openConnection with TLS",
        servers -> {
          try (var server = kept(servers, await(startServer(SILENT, "127.0.0.1", 0, encrypted)));
              var streams = await(openConnection("127.0.0.1", server.port(), checking))) {
            assertThat(streams.writer().isClosing()).isFalse();
          }
        });
    sweepOpening(
        "createServer and createConnection",
        servers -> {
          try (var server =
              kept(servers, await(createServer(Listening.Echo::new, "127.0.0.1", 0)))) {
            await(createConnection(Recorder::new, "127.0.0.1", server.port())).transport().close();
          }
        });
    sweepOpening(
        "startUnixServer and openUnixConnection",
        servers -> {
          try (var server = kept(servers, await(startUnixServer(SILENT, socket)));
              var streams = await(openUnixConnection(socket))) {
            assertThat(streams.writer().isClosing()).isFalse();
          }
        });
    sweepOpening(
        "createDatagramEndpoint",
        _ ->
            await(
                    createDatagramEndpoint(
                        () -> new DatagramProtocol() {}, DatagramOptions.local("127.0.0.1", 0)))
                .transport()
                .close());
    assertThat(socket).doesNotExist();
  }

  @Test
  void aServerThatIsWaitedForCanBeWaitedForAgain() {
    sweep(
        "Server.waitClosed",
        world -> {
          Pair pair = Pair.open();
          pair.server.close();
          world.victim(() -> await(pair.server.waitClosed()));
          world.helper(() -> {
            turns(3);
            pair.ours.close();
            pair.theirs.close();
          });
          pair.closeIn(world);
        });
    sweep(
        "Server.shutdown",
        world -> {
          Pair pair = Pair.open();
          world.victim(() -> await(pair.server.shutdown(seconds(600))));
          world.helper(() -> {
            turns(3);
            pair.ours.close();
            pair.theirs.close();
          });
          pair.closeIn(world);
        });
  }

  // ---- channels of the JDK ----

  @Test
  void aCancelledCallOnAChannelLeavesTheChannelAsItIs() {
    sweep(
        "sockAccept",
        world -> {
          ServerSocketChannel listening = ServerSocketChannel.open();
          List<SocketChannel> opened = new ArrayList<>();
          listening.bind(new InetSocketAddress("127.0.0.1", 0)).configureBlocking(false);
          world.victim(() -> opened.add(await(Sockets.sockAccept(listening))));
          world.helper(() -> {
            turns(2);
            opened.add(SocketChannel.open(listening.getLocalAddress()));
          });
          world.check(() -> {
            if (opened.size() == 1) {
              opened.add(await(Sockets.sockAccept(listening))); // it still waits to be accepted
            }
            listening.close();
            for (SocketChannel one : opened) {
              one.close();
            }
          });
        });
    sweep(
        "sockRecvfrom",
        world -> {
          DatagramChannel socket = DatagramChannel.open();
          socket.bind(new InetSocketAddress("127.0.0.1", 0)).configureBlocking(false);
          ByteBuffer buffer = ByteBuffer.allocate(10);
          world.victim(() -> await(Sockets.sockRecvfrom(socket, buffer)));
          world.helper(() -> {
            turns(2);
            await(
                Sockets.sockSendto(socket, ByteBuffer.wrap(ascii("x")), socket.getLocalAddress()));
          });
          world.check(() -> {
            if (buffer.position() == 0) {
              await(Sockets.sockRecvfrom(socket, buffer)); // it is still there
            }
            assertThat(buffer.position()).isOne();
            socket.close();
          });
        });
  }
}
