package jasyncio.net;

import static jasyncio.Asyncio.async;
import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.gather;
import static jasyncio.Asyncio.getRunningLoop;
import static jasyncio.Asyncio.millis;
import static jasyncio.Asyncio.run;
import static jasyncio.Asyncio.seconds;
import static jasyncio.Asyncio.sleep;
import static jasyncio.net.EchoTest.ECHO;
import static jasyncio.net.EchoTest.ascii;
import static jasyncio.net.Net.createServer;
import static jasyncio.net.Net.openConnection;
import static jasyncio.net.Net.openUnixConnection;
import static jasyncio.net.Net.startServer;
import static jasyncio.net.Net.startUnixServer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jasyncio.BackgroundLoop;
import jasyncio.Coroutine;
import jasyncio.EventLoop;
import jasyncio.LoopGroup;
import jasyncio.parity.Parity;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// One loop listens, and others serve.
@Timeout(60)
@Parity("SRV-01")
class DealtConnectionsTest {
  /// The loops that have served somebody.
  private final Set<EventLoop> served = ConcurrentHashMap.newKeySet();

  private final ClientHandler whereAmI =
      (_, writer) -> {
        served.add(getRunningLoop());
        writer.write(ascii("loop " + System.identityHashCode(getRunningLoop())));
        writer.close();
      };

  private static ServerOptions dealing(LoopGroup group) {
    return ServerOptions.defaults().withLoops(group);
  }

  private static Coroutine<String> ask(int port) {
    return async(() -> {
      try (var streams = await(openConnection("127.0.0.1", port))) {
        return new String(await(streams.reader().read()), StandardCharsets.US_ASCII);
      }
    });
  }

  private static Set<EventLoop> loopsOf(LoopGroup group) {
    Set<EventLoop> loops = Collections.newSetFromMap(new IdentityHashMap<>());
    group.loops().forEach(one -> loops.add(one.loop()));
    return loops;
  }

  @Test
  void connectionsAreDealtOutInTurn() {
    try (LoopGroup group = LoopGroup.start(3)) {
      run(() -> {
        try (var server = await(startServer(whereAmI, "127.0.0.1", 0, dealing(group)))) {
          List<String> answers = new ArrayList<>();
          for (int i = 0; i < 9; i++) {
            answers.add(await(ask(server.port())));
          }
          Map<String, Long> counts =
              answers.stream().collect(Collectors.groupingBy(one -> one, Collectors.counting()));
          assertThat(counts).hasSize(3);
          assertThat(counts.values()).containsOnly(3L);
          server.close();
          await(server.waitClosed());
        }
      });
      assertThat(served).isEqualTo(loopsOf(group));
    }
  }

  @Test
  void theServersOwnLoopMayServeToo() {
    try (LoopGroup group = LoopGroup.start(2)) {
      BackgroundLoop first = group.loops().getFirst();
      Server server = first.submit(startServer(whereAmI, "127.0.0.1", 0, dealing(group))).join();
      int port = first.submit(() -> server.port()).join();
      run(() -> await(gather(List.of(ask(port), ask(port), ask(port), ask(port)))));
      assertThat(served).isEqualTo(loopsOf(group));
      first
          .submit(() -> {
            server.close();
            await(server.waitClosed());
          })
          .join();
    }
  }

  @Test
  void largeDataGoesThroughUnchanged() {
    byte[] data = new byte[1_000_000];
    new java.util.Random(8).nextBytes(data);
    try (LoopGroup group = LoopGroup.start(2)) {
      run(() -> {
        try (var server = await(startServer(ECHO, "127.0.0.1", 0, dealing(group)))) {
          List<Coroutine<byte[]>> clients = new ArrayList<>();
          for (int i = 0; i < 6; i++) {
            clients.add(echo(server.port(), data));
          }
          assertThat(await(gather(clients))).allSatisfy(one -> assertThat(one).isEqualTo(data));
          server.close();
          await(server.waitClosed());
        }
      });
    }
  }

  private static Coroutine<byte[]> echo(int port, byte[] data) {
    return async(() -> {
      try (var streams = await(openConnection("127.0.0.1", port))) {
        var answer = jasyncio.Asyncio.createTask(streams.reader().readExactly(data.length));
        streams.writer().write(data);
        streams.writer().writeEof();
        return await(answer);
      }
    });
  }

  @Test
  void protocolsAreMadeOnTheLoopsThatServe() {
    try (LoopGroup group = LoopGroup.start(2)) {
      run(() -> {
        try (var server =
            await(
                createServer(
                    () -> {
                      served.add(getRunningLoop());
                      return new Listening.Echo();
                    },
                    "127.0.0.1",
                    0,
                    dealing(group)))) {
          for (int i = 0; i < 4; i++) {
            assertThat(await(echo(server.port(), ascii("hello")))).isEqualTo(ascii("hello"));
          }
        }
      });
      assertThat(served).isEqualTo(loopsOf(group));
    }
  }

  @Test
  void tlsIsSpokenByTheLoopThatServes() {
    Tls serving =
        Tls.server(TestCertificates.LOCALHOST.certificate(), TestCertificates.LOCALHOST.key());
    StreamOptions client =
        StreamOptions.defaults()
            .withTls(Tls.client().withTrusted(TestCertificates.LOCALHOST.certificate()));
    try (LoopGroup group = LoopGroup.start(2)) {
      run(() -> {
        ServerOptions options = dealing(group).withTls(serving);
        try (var server = await(startServer(whereAmI, "127.0.0.1", 0, options))) {
          for (int i = 0; i < 4; i++) {
            try (var streams = await(openConnection("localhost", server.port(), client))) {
              assertThat(await(streams.reader().read())).isNotEmpty();
            }
          }
          server.close();
          await(server.waitClosed());
        }
      });
      assertThat(served).isEqualTo(loopsOf(group));
    }
  }

  @Test
  void unixSocketsAndSocketsOfOnesOwnAreDealtOutToo(@TempDir Path folder) throws Exception {
    Path path = folder.resolve("socket");
    ServerSocketChannel own =
        ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    try (LoopGroup group = LoopGroup.start(2)) {
      run(() -> {
        try (var _ = await(startUnixServer(whereAmI, path, dealing(group)))) {
          for (int i = 0; i < 2; i++) {
            try (var streams = await(openUnixConnection(path))) {
              assertThat(await(streams.reader().read())).isNotEmpty();
            }
          }
        }
        assertThat(served).isEqualTo(loopsOf(group));
        served.clear();
        try (var server = await(startServer(whereAmI, own, dealing(group)))) {
          for (int i = 0; i < 2; i++) {
            await(ask(server.port()));
          }
        }
      });
      assertThat(served).isEqualTo(loopsOf(group));
    }
  }

  // ---- the end ----

  @Test
  @Parity({"SRV-05", "SRV-06"})
  void connectionsOfAllLoopsAreClosedAndWaitedFor() {
    try (LoopGroup group = LoopGroup.start(2)) {
      run(() -> {
        for (boolean abort : new boolean[] {false, true}) {
          try (var server = await(startServer(ECHO, "127.0.0.1", 0, dealing(group)))) {
            List<Streams> clients = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
              Streams client = await(openConnection("127.0.0.1", server.port()));
              client.writer().write(ascii("x"));
              assertThat(await(client.reader().readExactly(1))).hasSize(1);
              clients.add(client);
            }
            server.close();
            if (abort) {
              server.abortClients();
            } else {
              server.closeClients();
            }
            await(server.waitClosed());
            for (Streams client : clients) {
              assertThat(await(client.reader().read())).isEmpty();
              client.close();
            }
          }
        }
      });
    }
  }

  @Test
  void waitClosedWaitsForConnectionsOnTheirWay() {
    try (LoopGroup group = LoopGroup.start(1)) {
      run(() -> {
        try (var server = await(startServer(ECHO, "127.0.0.1", 0, dealing(group)));
            var client = await(openConnection("127.0.0.1", server.port()))) {
          Listening.turns(10); // it is accepted, wherever it is now
          server.close();
          var waiting = jasyncio.Asyncio.createTask(server.waitClosed());
          await(sleep(millis(5)));
          assertThat(waiting.done()).isFalse();
          client.close();
          await(waiting);
        }
      });
    }
  }

  @Test
  void shutdownNamesWhatHeldItUpOnOtherLoops() {
    try (LoopGroup group = LoopGroup.start(2)) {
      List<String> late =
          run(() -> {
            ClientHandler sleeper =
                (_, writer) -> {
                  writer.write(ascii("x"));
                  try {
                    await(sleep(seconds(3600)));
                  } finally {
                    served.add(getRunningLoop());
                  }
                };
            try (var server = await(startServer(sleeper, "127.0.0.1", 0, dealing(group)));
                var client = await(openConnection("127.0.0.1", server.port()))) {
              await(client.reader().readExactly(1));
              return await(server.shutdown(millis(1)));
            }
          });
      assertThat(late).hasSize(1);
      assertThat(late.getFirst())
          .contains("waits at ")
          .contains("shutdownNamesWhatHeldItUpOnOtherLoops");
      group.cancelAll();
    }
  }

  @Test
  void aLoopThatIsClosedGetsNoMore() {
    try (LoopGroup group = LoopGroup.start(2)) {
      run(() -> {
        try (var server = await(startServer(whereAmI, "127.0.0.1", 0, dealing(group)))) {
          group.loops().getFirst().close();
          for (int i = 0; i < 4; i++) {
            assertThat(await(ask(server.port()))).isNotEmpty();
          }
          assertThat(served).containsExactly(group.loops().get(1).loop());
        }
      });
    }
  }

  @Test
  void aClosedGroupIsTurnedAway() {
    LoopGroup group = LoopGroup.start(1);
    group.close();
    run(() -> {
      assertThatThrownBy(() -> await(startServer(whereAmI, "127.0.0.1", 0, dealing(group))))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageStartingWith("this background loop has been closed");
    });
  }
}
