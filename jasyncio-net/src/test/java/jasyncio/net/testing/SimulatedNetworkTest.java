package jasyncio.net.testing;

import static jasyncio.Asyncio.async;
import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.createTask;
import static jasyncio.Asyncio.gather;
import static jasyncio.Asyncio.getRunningLoop;
import static jasyncio.Asyncio.millis;
import static jasyncio.Asyncio.run;
import static jasyncio.Asyncio.seconds;
import static jasyncio.Asyncio.sleep;
import static jasyncio.net.Net.createDatagramEndpoint;
import static jasyncio.net.Net.getaddrinfo;
import static jasyncio.net.Net.openConnection;
import static jasyncio.net.Net.sendfile;
import static jasyncio.net.Net.startServer;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jasyncio.AsyncAction;
import jasyncio.LoopConfig;
import jasyncio.Task;
import jasyncio.net.ClientHandler;
import jasyncio.net.ConnectionError;
import jasyncio.net.ConnectionRefusedError;
import jasyncio.net.ConnectionResetError;
import jasyncio.net.DatagramOptions;
import jasyncio.net.DatagramProtocol;
import jasyncio.net.DatagramTransport;
import jasyncio.net.Server;
import jasyncio.net.Streams;
import jasyncio.testing.Explorer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SimulatedNetworkTest {
  private static final ClientHandler ECHO =
      (reader, writer) -> {
        for (byte[] data = await(reader.read(1 << 16));
            data.length > 0;
            data = await(reader.read(1 << 16))) {
          writer.write(data);
          await(writer.drain());
        }
      };

  private static void onVirtualTime(AsyncAction body) {
    run(async(body), LoopConfig.defaults().withVirtualTime());
  }

  private static double now() {
    return getRunningLoop().time().seconds();
  }

  private static byte[] randomBytes(int length) {
    byte[] data = new byte[length];
    new Random(5).nextBytes(data);
    return data;
  }

  // ---- one host ----

  @Test
  void aServerAndItsClientMeetInOneProcess() {
    onVirtualTime(() -> {
      SimulatedNetwork.start();
      try (Server server = await(startServer(ECHO, "localhost", 7));
          Streams streams = await(openConnection("127.0.0.1", 7))) {
        assertThat(server.port()).isEqualTo(7);
        streams.writer().write("hello");
        assertThat(await(streams.reader().readExactly(5))).isEqualTo("hello".getBytes(UTF_8));
        streams.writer().writeEof();
        assertThat(await(streams.reader().read())).isEmpty();
        assertThat(now()).as("nothing takes time inside a host").isZero();
      }
    });
  }

  @Test
  void whoConnectsWhereNobodyListensIsRefused() {
    onVirtualTime(() -> {
      SimulatedNetwork.start();
      assertThatThrownBy(() -> await(openConnection("localhost", 7)))
          .isInstanceOf(ConnectionRefusedError.class)
          .hasMessageStartingWith("Connect call failed ('127.0.0.1', 7): Connection refused");
      assertThatThrownBy(() -> await(openConnection("nowhere", 7)))
          .isInstanceOf(ConnectionError.class)
          .hasMessageStartingWith("Name or service not known: nowhere");
      try (Server _ = await(startServer(ECHO, "localhost", 7))) {
        assertThatThrownBy(() -> await(startServer(ECHO, "localhost", 7)))
            .hasMessageContaining("Address already in use");
      }
    });
  }

  @Test
  void aMegabyteArrivesWholeThroughASmallWindowInParts() {
    byte[] data = randomBytes(1_000_000);
    onVirtualTime(() -> {
      SimulatedNetwork network = SimulatedNetwork.create(3);
      SimulatedHost server = network.host("server");
      SimulatedHost client = network.host("client");
      network
          .link(client, server)
          .setWindow(5_000)
          .setFragmentation(0.5)
          .setLoss(0.05)
          .setLatency(millis(1), millis(20));
      await(server.createTask(() -> await(startServer(ECHO, null, 7))));
      byte[] echoed =
          await(
              client.createTask(() -> {
                Streams streams = await(openConnection("server", 7));
                Task<byte[]> reading = createTask(streams.reader().readExactly(data.length));
                for (int at = 0; at < data.length; at += 10_000) {
                  streams.writer().write(data, at, 10_000);
                  await(streams.writer().drain());
                }
                byte[] all = await(reading);
                streams.close();
                await(streams.writer().waitClosed());
                return all;
              }));
      assertThat(echoed).isEqualTo(data);
    });
  }

  @Test
  void aFileIsCopied() throws IOException {
    Path path = Files.createTempFile("simulated", ".txt");
    try (FileChannel file = FileChannel.open(path, StandardOpenOption.WRITE)) {
      file.write(ByteBuffer.wrap("content".getBytes(UTF_8)));
    }
    try (FileChannel file = FileChannel.open(path)) {
      run(() -> { // a thread reads the file
        try (MemoryStreams both = await(MemoryStreams.open())) {
          assertThat(await(sendfile(both.client().writer().transport(), file, 0, null, true)))
              .isEqualTo(7);
          assertThat(await(both.server().reader().readExactly(7)))
              .isEqualTo("content".getBytes(UTF_8));
        }
      });
    } finally {
      Files.delete(path);
    }
  }

  // ---- time ----

  @Test
  void latencyAndBandwidthTakeTheirTime() {
    onVirtualTime(() -> {
      SimulatedNetwork network = SimulatedNetwork.create();
      SimulatedHost server = network.host("server");
      SimulatedHost client = network.host("client");
      network.link(client, server).setLatency(millis(100)).setBandwidth(1_000);
      await(server.createTask(() -> await(startServer(ECHO, null, 7))));
      await(
          client.createTask(() -> {
            Streams streams = await(openConnection("server", 7));
            assertThat(now()).as("there and back").isEqualTo(0.2);
            streams.writer().write(new byte[500]);
            await(streams.reader().readExactly(500));
            assertThat(now()).as("half a second each way").isEqualTo(1.4);
            streams.close();
          }));
    });
  }

  @Test
  void aReaderThatIsSlowHoldsUpTheWriter() {
    onVirtualTime(() -> {
      SimulatedNetwork network = SimulatedNetwork.start();
      ClientHandler lazy =
          (reader, _) -> {
            await(sleep(seconds(60)));
            await(reader.read());
          };
      try (Server _ = await(startServer(lazy, "localhost", 7));
          Streams streams = await(openConnection("localhost", 7))) {
        streams.writer().write(new byte[1_000_000]);
        await(streams.writer().drain());
        assertThat(now()).isEqualTo(60);
        assertThat(network.trace()).isNotEmpty();
      }
    });
  }

  // ---- what goes wrong ----

  @Test
  void aResetIsToldToBothEnds() {
    onVirtualTime(() -> {
      SimulatedNetwork.start();
      ClientHandler resets =
          (_, writer) -> {
            ((SimulatedConnection) writer.getExtraInfo("simulated")).reset();
            writer.keepOpen();
          };
      try (Server _ = await(startServer(resets, "localhost", 7));
          Streams streams = await(openConnection("localhost", 7))) {
        assertThatThrownBy(() -> await(streams.reader().read()))
            .isInstanceOf(ConnectionResetError.class)
            .hasMessageStartingWith("Connection reset by peer");
      }
    });
  }

  @Test
  void aPartitionHoldsConnectionsUpUntilItHeals() {
    onVirtualTime(() -> {
      SimulatedNetwork network = SimulatedNetwork.create();
      SimulatedHost server = network.host("server");
      SimulatedHost client = network.host("client");
      await(server.createTask(() -> await(startServer(ECHO, null, 7))));
      await(
          client.createTask(() -> {
            Streams streams = await(openConnection("server", 7));
            network.partition(server);
            assertThat(network.link(client, server).isCut()).isTrue();
            getRunningLoop().callLater(seconds(30), () -> network.heal());
            streams.writer().write("a");
            await(sleep(seconds(10)));
            streams.writer().write("b");
            assertThat(await(streams.reader().readExactly(2))).isEqualTo("ab".getBytes(UTF_8));
            assertThat(now()).isBetween(30.0, 30.1);
            network.partition(client);
            assertThatThrownBy(() -> await(openConnection("server", 7)))
                .isInstanceOf(ConnectionError.class)
                .hasMessageContaining("Connection timed out");
            assertThat(now()).isBetween(157.0, 157.1);
            streams.close();
          }));
    });
  }

  @Test
  void aHostThatHasCrashedKeepsWhatWasFlushedAndConnectionsToItAreHalfOpen() {
    List<String> events = new ArrayList<>();
    onVirtualTime(() -> {
      SimulatedNetwork network = SimulatedNetwork.create();
      SimulatedHost server = network.host("server");
      SimulatedHost client = network.host("client");
      Task<?> serving =
          server.createTask(() -> {
            await(startServer(ECHO, null, 7));
            server.disk().append("log", "safe".getBytes(UTF_8));
            server.disk().flush("log");
            server.disk().append("log", " lost".getBytes(UTF_8));
            server.disk().append("other", "never flushed".getBytes(UTF_8));
            try {
              await(sleep(seconds(1000)));
            } finally {
              server.disk().append("log", " too late".getBytes(UTF_8));
              events.add("ended");
            }
          });
      await(
          client.createTask(() -> {
            Streams streams = await(openConnection("server", 7));
            streams.writer().write("x");
            await(streams.reader().readExactly(1));
            server.crash();
            assertThat(server.isUp()).isFalse();
            await(sleep(seconds(60)));
            assertThat(events).containsExactly("ended");
            assertThat(serving.cancelled()).isTrue();
            assertThat(streams.writer().isClosing()).as("it does not know").isFalse();
            server.restart();
            assertThat(server.disk().names()).containsExactly("log");
            assertThat(server.disk().read("log")).isEqualTo("safe".getBytes(UTF_8));
            assertThatThrownBy(() -> await(openConnection("server", 7)))
                .isInstanceOf(ConnectionRefusedError.class);
            streams.writer().write("y");
            assertThatThrownBy(() -> await(streams.reader().read()))
                .isInstanceOf(ConnectionResetError.class);
            await(server.createTask(() -> await(startServer(ECHO, null, 7))));
            await(openConnection("server", 7)).close();
          }));
    });
  }

  @Test
  void namesHaveTheAnswersThatATestGives() {
    onVirtualTime(() -> {
      SimulatedNetwork network = SimulatedNetwork.create();
      SimulatedHost one = network.host("one");
      SimulatedHost two = network.host("two");
      network.names().answer("service", seconds(3), one, two);
      network.names().answer("one");
      await(two.createTask(() -> await(startServer(ECHO, null, 7))));
      await(
          network
              .host("client")
              .createTask(() -> {
                Streams streams = await(openConnection("service", 7));
                assertThat(now()).as("the first address refuses").isBetween(3.0, 3.1);
                InetSocketAddress peer =
                    (InetSocketAddress) streams.writer().getExtraInfo("peername");
                assertThat(peer.getAddress()).isEqualTo(two.address());
                assertThat(await(getaddrinfo("two", 9)))
                    .containsExactly(new InetSocketAddress(two.address(), 9));
                streams.close();
                assertThatThrownBy(() -> await(openConnection("one", 7)))
                    .hasMessageStartingWith("Name or service not known: one");
              }));
    });
  }

  @Test
  void aClockGoesWithTheLoopAndIsWrongByWhatWasSet() {
    onVirtualTime(() -> {
      SimulatedHost host = SimulatedNetwork.create().host("host");
      await(sleep(seconds(5)));
      assertThat(host.clock().instant()).isEqualTo(Instant.parse("2000-01-01T00:00:05Z"));
      host.setClockSkew(Duration.ofHours(-1));
      assertThat(host.clock().instant()).isEqualTo(Instant.parse("1999-12-31T23:00:05Z"));
    });
  }

  // ---- datagrams ----

  private static final class Numbers implements DatagramProtocol {
    final List<Integer> got = new ArrayList<>();
    private @Nullable DatagramTransport transport;

    @Override
    public void connectionMade(DatagramTransport transport) {
      this.transport = transport;
    }

    DatagramTransport transport() {
      if (transport == null) {
        throw new IllegalStateException("not open yet");
      }
      return transport;
    }

    @Override
    public void datagramReceived(ByteBuffer data, SocketAddress sender) {
      got.add((int) data.get());
    }
  }

  private static List<Integer> sendHundred(SimulatedNetwork network) {
    SimulatedHost receiver = network.host("receiver");
    Numbers numbers =
        await(
                receiver.createTask(() ->
                    await(createDatagramEndpoint(Numbers::new, DatagramOptions.local(null, 9)))))
            .protocol();
    await(
        network
            .host("sender")
            .createTask(() -> {
              DatagramTransport to =
                  await(createDatagramEndpoint(Numbers::new, DatagramOptions.remote("receiver", 9)))
                      .transport();
              for (int i = 0; i < 100; i++) {
                to.sendto(new byte[] {(byte) i}, null);
                await(sleep(millis(1)));
              }
              to.close();
            }));
    await(sleep(seconds(10)));
    numbers.transport().close();
    return numbers.got;
  }

  @Test
  void datagramsAreLostDoubledAndOvertaken() {
    onVirtualTime(() -> {
      SimulatedNetwork calm = SimulatedNetwork.create();
      assertThat(sendHundred(calm)).hasSize(100).isSorted();
      SimulatedNetwork lossy = SimulatedNetwork.create(1);
      lossy.link(lossy.host("sender"), lossy.host("receiver")).setLoss(0.2);
      assertThat(sendHundred(lossy)).hasSizeBetween(60, 95).isSorted();
      SimulatedNetwork twice = SimulatedNetwork.create(1);
      twice.link(twice.host("sender"), twice.host("receiver")).setDuplication(0.2);
      assertThat(sendHundred(twice)).hasSizeBetween(105, 140);
      SimulatedNetwork mixed = SimulatedNetwork.create(1);
      mixed
          .link(mixed.host("sender"), mixed.host("receiver"))
          .setLatency(millis(5))
          .setReordering(0.2);
      List<Integer> got = sendHundred(mixed);
      assertThat(got).hasSize(100).doesNotHaveDuplicates();
      assertThat(got).isNotEqualTo(got.stream().sorted().toList());
    });
  }

  // ---- the same again ----

  private static List<String> chaos(long seed) {
    List<String> trace = new ArrayList<>();
    onVirtualTime(() -> {
      SimulatedNetwork network = SimulatedNetwork.create(seed);
      SimulatedHost server = network.host("server");
      SimulatedHost client = network.host("client");
      network
          .link(client, server)
          .setLatency(millis(1), millis(50))
          .setLoss(0.1)
          .setDuplication(0.1)
          .setReordering(0.1)
          .setFragmentation(0.3);
      await(server.createTask(() -> await(startServer(ECHO, null, 7))));
      List<Task<?>> clients = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        byte[] data = randomBytes(3_000 * (i + 1));
        clients.add(
            client.createTask(() -> {
              try (Streams streams = await(openConnection("server", 7))) {
                streams.writer().write(data);
                assertThat(await(streams.reader().readExactly(data.length))).isEqualTo(data);
              }
            }));
      }
      await(gather(clients));
      trace.addAll(sendHundred(network).stream().map(String::valueOf).toList());
      trace.addAll(network.trace());
    });
    return trace;
  }

  @Test
  void theSameSeedGivesTheSameTraceAndAnotherSeedAnother() {
    List<String> first = chaos(42);
    assertThat(first).hasSizeGreaterThan(100);
    assertThat(chaos(42)).isEqualTo(first);
    assertThat(chaos(43)).isNotEqualTo(first);
  }

  // ---- explored ----

  /// Forgets that what is read may be less than what was written.
  private static void readsInOnePiece() {
    SimulatedNetwork network = SimulatedNetwork.create();
    SimulatedHost server = network.host("server");
    SimulatedHost client = network.host("client");
    network.link(client, server).setFragmentation(0.5);
    Server listening = await(server.createTask(() -> await(startServer(ECHO, null, 7))));
    await(
        client.createTask(() -> {
          try (Streams streams = await(openConnection("server", 7))) {
            streams.writer().write("hello");
            byte[] answer = await(streams.reader().read(100));
            if (answer.length != 5) {
              throw new IllegalStateException("got " + answer.length + " bytes");
            }
          }
        }));
    listening.close();
    await(listening.waitClosed());
  }

  @Test
  void aFaultOfTheNetworkIsFoundByExploringAndReplayed() {
    Explorer explorer = Explorer.of("reading", SimulatedNetworkTest::readsInOnePiece);
    explorer.replay("arrival");
    assertThatThrownBy(explorer::run)
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("splits a piece")
        .hasRootCauseMessage("got 2 bytes");
  }
}
