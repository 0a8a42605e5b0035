package jasyncio.net;

import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.createTask;
import static jasyncio.Asyncio.millis;
import static jasyncio.Asyncio.run;
import static jasyncio.Asyncio.seconds;
import static jasyncio.Asyncio.sleep;
import static jasyncio.net.EchoTest.ECHO;
import static jasyncio.net.EchoTest.ascii;
import static jasyncio.net.Listening.turns;
import static jasyncio.net.Net.createServer;
import static jasyncio.net.Net.openConnection;
import static jasyncio.net.Net.startServer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jasyncio.Task;
import jasyncio.parity.Parity;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Where servers listen, and how they end.
class ServerLifeTest {
  private static List<String> loopbacks() throws IOException {
    boolean hasInet6 =
        NetworkInterface.networkInterfaces()
            .flatMap(NetworkInterface::inetAddresses)
            .anyMatch(address -> address instanceof Inet6Address && address.isLoopbackAddress());
    return hasInet6 ? List.of("127.0.0.1", "::1") : List.of("127.0.0.1", "127.0.0.2");
  }

  // ---- addresses ----

  @Test
  @Parity({"SRV-01", "SRV-07"})
  void aServerListensAtSeveralHosts() throws IOException {
    List<String> hosts = loopbacks();
    ServerOptions both = ServerOptions.defaults().withMoreHosts(hosts.getLast());
    run(() -> {
      try (var server = await(startServer(ECHO, hosts.getFirst(), 0, both))) {
        assertThat(server.addresses()).hasSize(2);
        for (var address : server.addresses()) {
          InetSocketAddress at = (InetSocketAddress) address;
          try (var streams =
              await(openConnection(at.getAddress().getHostAddress(), at.getPort()))) {
            streams.writer().write(ascii("x"));
            assertThat(await(streams.reader().readExactly(1))).isEqualTo(ascii("x"));
          }
        }
      }
    });
  }

  @Test
  @Parity("SRV-01")
  void ifOneOfSeveralHostsFailsNoneIsLeft() {
    run(() -> {
      try (var taken = await(startServer(ECHO, "127.0.0.2", 0))) {
        int port = taken.port();
        ServerOptions both = ServerOptions.defaults().withMoreHosts("127.0.0.2");
        assertThatThrownBy(() -> await(createServer(Recorder::new, "127.0.0.1", port, both)))
            .isInstanceOf(IOException.class)
            .hasMessageContaining("('127.0.0.2', " + port + ")");
        try (var free = await(startServer(ECHO, "127.0.0.1", port))) {
          assertThat(free.isServing()).isTrue();
        }
      }
    });
  }

  @Test
  @Parity("SRV-01")
  void severalServersShareAPort() {
    run(() -> {
      ServerOptions sharing = ServerOptions.defaults().withReusePort(true).withKeepAlive(true);
      try (var first = await(startServer(ECHO, "127.0.0.1", 0, sharing));
          var second = await(startServer(ECHO, "127.0.0.1", first.port(), sharing))) {
        assertThat(second.port()).isEqualTo(first.port());
        for (int i = 0; i < 10; i++) {
          try (var streams = await(openConnection("127.0.0.1", first.port()))) {
            streams.writer().write(ascii("x"));
            assertThat(await(streams.reader().readExactly(1))).isEqualTo(ascii("x"));
          }
        }
        int port = first.port();
        assertThatThrownBy(() -> await(startServer(ECHO, "127.0.0.1", port)))
            .isInstanceOf(IOException.class);
      }
    });
  }

  // ---- the end ----

  @Test
  @Parity("SRV-06")
  void aShutdownThatAllConnectionsGetDoneInTimeSaysNothing() {
    run(() -> {
      Server server = await(startServer(ECHO, "127.0.0.1", 0));
      var streams = await(openConnection("127.0.0.1", server.port()));
      streams.writer().write(ascii("x"));
      await(streams.reader().readExactly(1));
      Task<List<String>> shutdown = createTask(server.shutdown(seconds(600)));
      turns(20);
      assertThat(shutdown.done()).isFalse();
      assertThat(server.isServing()).isFalse();
      streams.close();
      assertThat(await(shutdown)).isEmpty();
    });
  }

  @Test
  @Parity({"SRV-05", "SRV-06"})
  void aShutdownAbortsWhatTakesTooLongAndNamesIt() {
    run(() -> {
      ClientHandler stuck =
          (reader, writer) -> {
            writer.write(ascii("x"));
            Waits.here(reader);
          };
      Server server = await(startServer(stuck, "127.0.0.1", 0));
      var streams = await(openConnection("127.0.0.1", server.port()));
      await(streams.reader().readExactly(1));
      List<String> late = await(server.shutdown(millis(1)));
      assertThat(late).hasSize(1);
      assertThat(late.getFirst())
          .startsWith("<SocketTransport 127.0.0.1:")
          .contains(", whose handler Task-")
          .contains(" waits at ")
          .contains("Waits.here(ServerLifeTest.java:");
      assertThat(await(streams.reader().read())).isEmpty();
    });
  }

  /// What a handler calls.
  private static final class Waits {
    static void here(StreamReader reader) {
      await(reader.read());
    }
  }

  @Test
  void aShutdownNamesProtocolsAndConnectionsLeftOpen() {
    run(() -> {
      try (var listening = new Listening<>(Recorder::new)) {
        Recorder client = listening.connect();
        Recorder protocol = listening.client(0);
        List<String> late = await(listening.server.shutdown(millis(0)));
        assertThat(late).hasSize(1);
        assertThat(late.getFirst()).endsWith(", told to " + protocol);
        assertThat(protocol.untilLost()).isNull();
        client.untilLost();
      }
      List<StreamWriter> kept = new ArrayList<>();
      ClientHandler keeping =
          (_, writer) -> {
            writer.keepOpen();
            kept.add(writer);
          };
      Server server = await(startServer(keeping, "127.0.0.1", 0));
      var streams = await(openConnection("127.0.0.1", server.port()));
      while (kept.isEmpty()) {
        await(sleep(seconds(0)));
      }
      turns(3);
      List<String> late = await(server.shutdown(millis(0)));
      assertThat(late).hasSize(1);
      assertThat(late.getFirst()).endsWith(", which its handler has kept open");
      streams.close();
      assertThatThrownBy(() -> server.shutdown(millis(-1)))
          .isInstanceOf(IllegalArgumentException.class);
    });
  }
}
