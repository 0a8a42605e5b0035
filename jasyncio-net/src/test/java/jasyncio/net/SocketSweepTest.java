package jasyncio.net;

import static jasyncio.Asyncio.async;
import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.getRunningLoop;
import static jasyncio.Asyncio.millis;
import static jasyncio.Asyncio.seconds;
import static jasyncio.Asyncio.sleep;
import static jasyncio.net.EchoTest.ascii;
import static jasyncio.net.Listening.turns;
import static jasyncio.net.Net.createServer;
import static jasyncio.net.Net.createUnixConnection;
import static jasyncio.net.Net.createUnixServer;
import static jasyncio.net.Net.openConnection;
import static jasyncio.net.Net.sendfile;
import static jasyncio.net.Net.startServer;
import static jasyncio.net.TestCertificates.LOCALHOST;
import static org.assertj.core.api.Assertions.assertThat;

import jasyncio.CancelledError;
import jasyncio.LoopGroup;
import jasyncio.testing.CancelSweep;
import jasyncio.testing.World;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The calls on channels of the JDK, files, Unix sockets, servers and groups of loops, cancelled
/// wherever they suspend. [NetSweepTest] does so for streams and connections.
@Timeout(120)
class SocketSweepTest {
  private static CancelSweep.Report sweep(String name, CancelSweep.Scenario scenario) {
    CancelSweep.Report report =
        CancelSweep.of(name, scenario).onRealTime().withLimit(seconds(20)).run();
    assertThat(report.suspensions()).isPositive();
    return report;
  }

  private static byte[] random(int size) {
    byte[] data = new byte[size];
    new Random(size).nextBytes(data);
    return data;
  }

  // ---- channels of the JDK ----

  /// Two channels that are connected to each other, and do not block.
  private record Pair(SocketChannel ours, SocketChannel theirs) {
    static Pair open() throws IOException {
      try (ServerSocketChannel listening = ServerSocketChannel.open()) {
        listening.bind(new InetSocketAddress("127.0.0.1", 0));
        SocketChannel ours = SocketChannel.open(listening.getLocalAddress());
        SocketChannel theirs = listening.accept();
        ours.configureBlocking(false);
        theirs.configureBlocking(false);
        return new Pair(ours, theirs);
      }
    }

    void closeIn(World world) {
      world.check(() -> {
        ours.close();
        theirs.close();
      });
    }

    /// Reads to the end.
    byte[] all() throws Throwable {
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      while (true) {
        byte[] piece = await(Sockets.sockRecv(theirs, 100_000));
        if (piece.length == 0) {
          return all.toByteArray();
        }
        all.writeBytes(piece);
      }
    }
  }

  @FunctionalInterface
  private interface Receive {
    byte[] from(SocketChannel channel) throws Throwable;
  }

  private static void sweepReceive(String name, Receive receive) {
    sweep(
        name,
        world -> {
          Pair pair = Pair.open();
          List<String> got = new ArrayList<>();
          world.victim(() -> got.add(new String(receive.from(pair.ours))));
          world.helper(() -> {
            turns(2);
            await(Sockets.sockSendall(pair.theirs, ByteBuffer.wrap(ascii("hello"))));
          });
          world.check(() -> {
            if (got.isEmpty()) {
              got.add(new String(receive.from(pair.ours)));
            }
            assertThat(got).containsExactly("hello");
          });
          pair.closeIn(world);
        });
  }

  @Test
  void aCancelledReceiveLosesNothing() {
    sweepReceive("sockRecv", channel -> await(Sockets.sockRecv(channel, 100)));
    sweepReceive(
        "sockRecvInto",
        channel -> {
          ByteBuffer buffer = ByteBuffer.allocate(100);
          int count = await(Sockets.sockRecvInto(channel, buffer));
          return Arrays.copyOf(buffer.array(), count);
        });
  }

  @Test
  void aCancelledSendTellsHowMuchHasGone() {
    byte[] much = random(8 * 1024 * 1024);
    sweep(
        "sockSendall",
        world -> {
          Pair pair = Pair.open();
          ByteBuffer data = ByteBuffer.wrap(much);
          world.victim(() -> {
            try {
              await(Sockets.sockSendall(pair.ours, data));
            } finally {
              pair.ours.shutdownOutput();
            }
          });
          world.helper(() -> {
            turns(3);
            if (data.position() > 0) { // unless it was cancelled before it began
              assertThat(pair.all()).isEqualTo(Arrays.copyOf(much, data.position()));
            }
          });
          pair.closeIn(world);
        });
  }

  @Test
  void aCancelledSockSendfileTellsHowMuchHasGone(@TempDir Path folder) throws IOException {
    byte[] much = random(8 * 1024 * 1024);
    Path path = Files.write(folder.resolve("file"), much);
    sweep(
        "sockSendfile",
        world -> {
          Pair pair = Pair.open();
          FileChannel file = FileChannel.open(path);
          AtomicInteger begun = new AtomicInteger();
          world.victim(() -> {
            begun.incrementAndGet();
            try {
              await(Sockets.sockSendfile(pair.ours, file, 0, null));
            } finally {
              pair.ours.shutdownOutput();
            }
          });
          world.helper(() -> {
            turns(3);
            if (begun.get() > 0) {
              byte[] arrived = pair.all();
              assertThat(arrived).isEqualTo(Arrays.copyOf(much, (int) file.position()));
            }
          });
          world.check(file::close);
          pair.closeIn(world);
        });
  }

  /// Connecting to this machine is done at once; looking up its name is not.
  @Test
  void aCancelledConnectLeavesAChannelThatCanBeClosed() {
    sweep(
        "sockConnect",
        world -> {
          ServerSocketChannel listening = ServerSocketChannel.open();
          listening.bind(new InetSocketAddress("127.0.0.1", 0));
          int port = listening.socket().getLocalPort();
          SocketChannel channel = SocketChannel.open();
          channel.configureBlocking(false);
          world.victim(() ->
              await(
                  Sockets.sockConnect(
                      channel, InetSocketAddress.createUnresolved("localhost", port))));
          world.check(() -> {
            assertThat(channel.isOpen()).isTrue();
            assertThat(Sockets.removeWriter(channel)).isFalse();
            channel.close();
            listening.close();
          });
        });
  }

  // ---- files ----

  private static void sweepFile(
      String name, Path path, StreamOptions options, ServerOptions serverOptions, boolean whole) {
    long size = path.toFile().length();
    sweep(
        name,
        world -> {
          ByteArrayOutputStream arrived = new ByteArrayOutputStream();
          ClientHandler receive =
              (reader, writer) -> {
                try (writer) {
                  for (byte[] data; (data = await(reader.read(100_000))).length > 0; ) {
                    arrived.writeBytes(data);
                  }
                } catch (Throwable t) {
                  assertThat(t).isInstanceOf(ConnectionError.class); // the sender has aborted
                }
              };
          Server server = await(startServer(receive, "127.0.0.1", 0, serverOptions));
          Streams streams = await(openConnection("127.0.0.1", server.port(), options));
          Transport transport = streams.writer().transport();
          FileChannel file = FileChannel.open(path);
          AtomicInteger begun = new AtomicInteger();
          world.victim(() -> {
            begun.incrementAndGet();
            await(sendfile(transport, file, 0, null, true));
          });
          world.check(() -> {
            boolean halfWay = world.isCancelled() && begun.get() > 0;
            if (halfWay && !whole) {
              assertThat(transport.isClosing()).as("aborted").isTrue();
            } else {
              assertThat(transport.isClosing()).isFalse();
            }
            file.close();
            streams.close();
            server.close();
            await(server.waitClosed());
            while (getRunningLoop().allTasks().size() > 1) { // handlers
              await(sleep(millis(1)));
            }
            byte[] sent = Files.readAllBytes(path);
            assertThat(arrived.toByteArray()).isEqualTo(Arrays.copyOf(sent, arrived.size()));
            if (!world.isCancelled()) {
              assertThat(arrived.size()).isEqualTo((int) size);
            }
          });
        });
  }

  @Test
  void aCancelledSendfileNeverSendsAnythingBehindAHole(@TempDir Path folder) throws IOException {
    Path path = Files.write(folder.resolve("file"), random(4 * 1024 * 1024));
    sweepFile("sendfile", path, StreamOptions.defaults(), ServerOptions.defaults(), false);
    Path small = Files.write(folder.resolve("small"), random(500_000));
    sweepFile(
        "sendfile with TLS",
        small,
        StreamOptions.defaults().withTls(Tls.client().withTrusted(LOCALHOST.certificate())),
        ServerOptions.defaults().withTls(Tls.server(LOCALHOST.certificate(), LOCALHOST.key())),
        true);
  }

  // ---- servers ----

  @Test
  void serveForeverEndsTheServerHoweverOftenItIsCancelled() {
    sweep(
        "Server.serveForever",
        world -> {
          Server server = await(createServer(Listening.Echo::new, "127.0.0.1", 0));
          Streams client = await(openConnection("127.0.0.1", server.port()));
          world.victim(() -> {
            try {
              await(server.serveForever());
            } catch (CancelledError e) {
              if (world.isCancelled()) {
                throw e;
              } // else it comes of close()
            }
          });
          world.helper(() -> {
            turns(5);
            client.close(); // the victim may wait for it
            turns(5);
            server.close();
          });
          world.check(() -> {
            assertThat(server.isServing()).isFalse();
            await(server.waitClosed());
          });
        });
  }

  @Test
  void nothingIsLeftOfAUnixSocketThatIsCancelledWhileItOpens(@TempDir Path folder) {
    Path socket = folder.resolve("socket");
    sweep(
        "createUnixServer and createUnixConnection",
        world -> {
          List<Server> servers = new ArrayList<>();
          world.victim(() -> {
            try (Server server =
                await(createUnixServer(Listening.Echo::new, socket, ServerOptions.defaults()))) {
              servers.add(server);
              await(createUnixConnection(Recorder::new, socket, StreamOptions.defaults())).close();
            }
          });
          world.check(() -> {
            for (Server server : servers) {
              await(server.waitClosed());
            }
            assertThat(socket).doesNotExist();
          });
        });
  }

  // ---- groups of loops ----

  @Test
  void whoeverWaitsForAGroupOfLoopsCancelsAllItsTasks() {
    try (LoopGroup group = LoopGroup.start(2)) {
      sweep(
          "LoopGroup.onEach",
          world -> {
            AtomicInteger running = new AtomicInteger();
            world.victim(() ->
                await(
                    group.onEach(_ ->
                        async(() -> {
                          running.incrementAndGet();
                          try {
                            await(sleep(millis(5)));
                          } catch (CancelledError e) {
                            turns(2); // to clean up takes a while
                            throw e;
                          } finally {
                            running.decrementAndGet();
                          }
                        }))));
            world.check(() -> {
              while (running.get() > 0) {
                await(sleep(millis(1)));
              }
            });
          });
    }
  }
}
