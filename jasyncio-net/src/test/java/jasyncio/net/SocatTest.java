package jasyncio.net;

import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.gather;
import static jasyncio.Asyncio.getRunningLoop;
import static jasyncio.Asyncio.run;
import static jasyncio.net.EchoTest.ECHO;
import static jasyncio.net.EchoTest.ascii;
import static jasyncio.net.Net.createDatagramEndpoint;
import static jasyncio.net.Net.openConnection;
import static jasyncio.net.Net.openUnixConnection;
import static jasyncio.net.Net.startServer;
import static jasyncio.net.Net.startUnixServer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jasyncio.Asyncio;
import jasyncio.Coroutine;
import jasyncio.parity.Parity;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// socat at the other end: TCP over both address families, Unix sockets, datagrams, half-closed and
/// reset connections.
@Tag("socat") // left out where that is not installed, see the pom
class SocatTest {
  private static final String LISTENING = "listening on .*:(\\d+)$";

  private static byte[] random(int size) {
    byte[] data = new byte[size];
    new Random(4).nextBytes(data);
    return data;
  }

  private static String text(byte[] data) {
    return new String(data, StandardCharsets.ISO_8859_1);
  }

  /// As socat writes it.
  private static String tcp(String host, String suffix) {
    return host.contains(":") ? "TCP6" + suffix + "[" + host + "]" : "TCP4" + suffix + host;
  }

  private static Peer listen(String host, String options, String what) {
    boolean inet6 = host.contains(":");
    String address = inet6 ? "TCP6-LISTEN:0,bind=[" + host + "]" : "TCP4-LISTEN:0,bind=" + host;
    return Peer.start("socat", "-d", "-d", "-t", "60", address + options, what);
  }

  // ---- our server ----

  /// socat ends its output when its input has ended, and goes on reading.
  @Test
  @Parity({"STR-02", "SRV-01"})
  void aClientOfEitherFamilyThatEndsItsOutputGetsAll() {
    byte[] data = random(1_000_000);
    run(() -> {
      for (String host : Peer.loopbacks()) {
        try (var server = await(startServer(ECHO, host, 0))) {
          String got =
              Peer.answer(data, "socat", "-t", "60", "-", tcp(host, ":") + ":" + server.port());
          assertThat(got.equals(text(data))).as("%s sent back", host).isTrue();
        }
      }
    });
  }

  @Test
  @Parity("STR-03")
  void aClientOfAUnixSocketGetsAll(@TempDir Path folder) {
    byte[] data = random(1_000_000);
    Path path = folder.resolve("socket");
    run(() -> {
      try (var server = await(startUnixServer(ECHO, path))) {
        assertThat(server.isServing()).isTrue();
        String got = Peer.answer(data, "socat", "-t", "60", "-", "UNIX-CONNECT:" + path);
        assertThat(got.equals(text(data))).isTrue();
      }
    });
  }

  @Test
  void manyClientsAreServedAtTheSameTime() {
    run(() -> {
      try (var server = await(startServer(ECHO, "127.0.0.1", 0))) {
        List<Coroutine<String>> clients =
            IntStream.range(0, 8)
                .mapToObj(i ->
                    Asyncio.<String>async(() ->
                        Peer.answer(
                            ascii("client " + i),
                            "socat",
                            "-t",
                            "60",
                            "-",
                            "TCP4:127.0.0.1:" + server.port())))
                .toList();
        assertThat(await(gather(clients))).hasSize(8).startsWith("client 0").endsWith("client 7");
      }
    });
  }

  /// Killed, with a socket that does not linger, a program resets its connection.
  @Test
  void aResetOfAClientIsToldFromItsEnd() {
    run(() -> {
      var begun = getRunningLoop().<Object>createFuture();
      var end = getRunningLoop().<Object>createFuture();
      ClientHandler handler =
          (reader, writer) -> {
            try (writer) {
              begun.setResult(await(reader.readExactly(1)));
              end.setResult(await(reader.read()));
            } catch (Throwable t) {
              end.setResult(t);
            }
          };
      try (var server = await(startServer(handler, "127.0.0.1", 0));
          Peer peer = Peer.start("socat", "-", "TCP4:127.0.0.1:" + server.port() + ",linger=0")) {
        peer.in().write(ascii("x"));
        await(begun);
        peer.kill();
        assertThat(await(end)).isInstanceOf(ConnectionResetError.class);
      }
    });
  }

  @Test
  @Parity("CON-06")
  void datagramsAreAnswered() {
    class Echo implements DatagramProtocol {
      private @Nullable DatagramTransport transport;

      @Override
      public void connectionMade(DatagramTransport made) {
        transport = made;
      }

      @Override
      public void datagramReceived(ByteBuffer data, SocketAddress sender) {
        byte[] bytes = new byte[data.remaining()];
        data.get(bytes);
        Objects.requireNonNull(transport).sendto(bytes, sender);
      }
    }
    run(() -> {
      for (String host : Peer.loopbacks()) {
        var endpoint = await(createDatagramEndpoint(Echo::new, DatagramOptions.local(host, 0)));
        var at =
            (InetSocketAddress)
                Objects.requireNonNull(endpoint.transport().getExtraInfo("sockname"));
        String address = host.contains(":") ? "UDP6:[" + host + "]" : "UDP4:" + host;
        // Nothing marks the end of datagrams: socat waits for `-t` seconds after its input's.
        String got =
            Peer.answer(ascii("hello"), "socat", "-t", "0.5", "-", address + ":" + at.getPort());
        assertThat(got).isEqualTo("hello");
        endpoint.transport().close();
      }
    });
  }

  // ---- our client ----

  @Test
  @Parity({"STR-01", "CON-01"})
  void aServerOfEitherFamilySendsAllBack() {
    byte[] data = random(1_000_000);
    run(() -> {
      for (String host : Peer.loopbacks()) {
        try (Peer peer = listen(host, "", "EXEC:cat")) {
          int port = Integer.parseInt(Peer.find(peer.err(), LISTENING));
          try (var streams = await(openConnection(host, port))) {
            assertThat(exchange(streams, data)).as("%s sent back", host).isTrue();
          }
          assertThat(peer.waitExit()).isZero();
        }
      }
    });
  }

  @Test
  void aServerOfAUnixSocketSendsAllBack(@TempDir Path folder) {
    byte[] data = random(1_000_000);
    Path path = folder.resolve("socket");
    run(() -> {
      try (Peer peer =
          Peer.start("socat", "-d", "-d", "-t", "60", "UNIX-LISTEN:" + path, "EXEC:cat")) {
        Peer.find(peer.err(), "(listening on)");
        assertThat(Files.exists(path)).isTrue();
        try (var streams = await(openUnixConnection(path))) {
          assertThat(exchange(streams, data)).isTrue();
        }
        assertThat(peer.waitExit()).isZero();
      }
    });
  }

  /// Writes all and the end, while it reads.
  private static boolean exchange(Streams streams, byte[] data) {
    var writing =
        Asyncio.createTask(() -> {
          for (int at = 0; at < data.length; at += 50_000) {
            streams.writer().write(data, at, 50_000);
            await(streams.writer().drain());
          }
          streams.writer().writeEof();
        });
    byte[] got = await(streams.reader().read());
    await(writing);
    return Arrays.equals(got, data);
  }

  /// `wc` knows its answer when its input has ended: that is what `writeEof` must bring about.
  @Test
  @Parity("TRA-05")
  void theEndOfOurOutputReachesTheServerAndItsAnswerUs() {
    run(() -> {
      try (Peer peer = listen("127.0.0.1", "", "EXEC:wc -c")) {
        int port = Integer.parseInt(Peer.find(peer.err(), LISTENING));
        try (var streams = await(openConnection("127.0.0.1", port))) {
          streams.writer().write(new byte[123_456]);
          streams.writer().writeEof();
          assertThat(text(await(streams.reader().read()))).isEqualTo("123456\n");
        }
      }
    });
  }

  @Test
  void aResetOfTheServerIsToldFromItsEnd() {
    run(() -> {
      try (Peer peer = listen("127.0.0.1", ",linger=0", "EXEC:cat")) {
        int port = Integer.parseInt(Peer.find(peer.err(), LISTENING));
        try (var streams = await(openConnection("127.0.0.1", port))) {
          streams.writer().write(ascii("x"));
          await(streams.reader().readExactly(1));
          peer.kill();
          assertThatThrownBy(() -> await(streams.reader().read()))
              .isInstanceOf(ConnectionResetError.class);
        }
      }
    });
  }
}
