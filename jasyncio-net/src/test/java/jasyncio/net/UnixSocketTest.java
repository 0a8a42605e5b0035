package jasyncio.net;

import static jasyncio.Asyncio.async;
import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.createTask;
import static jasyncio.Asyncio.run;
import static jasyncio.Asyncio.toThread;
import static jasyncio.net.EchoTest.ECHO;
import static jasyncio.net.EchoTest.ascii;
import static jasyncio.net.Listening.turns;
import static jasyncio.net.Net.createUnixConnection;
import static jasyncio.net.Net.createUnixServer;
import static jasyncio.net.Net.openUnixConnection;
import static jasyncio.net.Net.startUnixServer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jasyncio.CancelledError;
import jasyncio.Task;
import jasyncio.parity.Parity;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Parity({"CON-07", "SRV-02", "STR-03"})
class UnixSocketTest {
  private final Path path;

  UnixSocketTest(@TempDir Path folder) {
    path = folder.resolve("socket");
  }

  @Test
  void streamsWorkAsOverTcp() {
    byte[] data = new byte[2_000_000];
    new Random(6).nextBytes(data);
    run(() -> {
      try (var server = await(startUnixServer(ECHO, path));
          var streams = await(openUnixConnection(path))) {
        assertThat(server.addresses()).containsExactly(UnixDomainSocketAddress.of(path));
        assertThatThrownBy(server::port)
            .isInstanceOf(IllegalStateException.class)
            .hasMessageContaining("has no port");
        assertThat(streams.writer().getExtraInfo("peername"))
            .isEqualTo(UnixDomainSocketAddress.of(path));
        assertThat(streams.writer().toString()).contains("<SocketTransport " + path);
        Task<byte[]> answer = createTask(streams.reader().readExactly(data.length));
        streams.writer().write(data);
        streams.writer().writeEof();
        assertThat(await(answer)).isEqualTo(data);
        assertThat(await(streams.reader().read())).isEmpty();
      }
    });
  }

  /// It used to be lost: the socket listened before there was anybody to take connections.
  @Test
  void aClientThatIsThereBeforeTheServersFirstTurnIsServed() {
    run(() -> {
      try (var server = await(startUnixServer(ECHO, path));
          var client = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
        client.write(ByteBuffer.wrap(ascii("hello")));
        client.shutdownOutput();
        ByteBuffer answer = ByteBuffer.allocate(10);
        assertThat(await(toThread(() -> client.read(answer)))).isEqualTo(5);
        server.close();
        await(server.waitClosed());
      }
    });
  }

  @Test
  void protocolsWorkAsOverTcp() {
    run(() -> {
      try (var server =
          await(createUnixServer(Listening.Echo::new, path, ServerOptions.defaults()))) {
        var connection = await(createUnixConnection(Recorder::new, path, StreamOptions.defaults()));
        connection.transport().write(ascii("hello"));
        connection.protocol().untilReceived(5);
        connection.transport().writeEof();
        assertThat(connection.protocol().untilLost()).isNull();
        assertThat(connection.protocol().calls).containsExactly("made", "data", "eof", "lost");
        server.close();
        await(server.waitClosed());
      }
    });
  }

  @Test
  void tlsNeedsAName() {
    Tls server =
        Tls.server(TestCertificates.LOCALHOST.certificate(), TestCertificates.LOCALHOST.key());
    Tls client = Tls.client().withTrusted(TestCertificates.LOCALHOST.certificate());
    run(() -> {
      try (var listening =
          await(startUnixServer(ECHO, path, ServerOptions.defaults().withTls(server)))) {
        assertThat(listening.isServing()).isTrue();
        StreamOptions nameless = StreamOptions.defaults().withTls(client);
        assertThatThrownBy(() -> await(openUnixConnection(path, nameless)))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageStartingWith("you have to pass server_hostname when using ssl");
        StreamOptions named =
            StreamOptions.defaults().withTls(client.withServerHostname("localhost"));
        try (var streams = await(openUnixConnection(path, named))) {
          streams.writer().write(ascii("secret"));
          assertThat(await(streams.reader().readExactly(6))).isEqualTo(ascii("secret"));
        }
      }
    });
  }

  // ---- the file ----

  @Test
  void theFileGoesWithTheServer() {
    run(() -> {
      Server server = await(startUnixServer(ECHO, path));
      assertThat(path).exists();
      server.close();
      assertThat(path).doesNotExist();
      turns(5);
      ServerOptions leaving = ServerOptions.defaults().withCleanupSocket(false);
      Server other = await(startUnixServer(ECHO, path, leaving));
      other.close();
      turns(5);
      assertThat(path).exists();
    });
    assertThat(path).exists();
  }

  @Test
  void noFileIsLeftOfAServerThatIsCancelledWhileItOpens() {
    run(() -> {
      Task<Server> opening = createTask(startUnixServer(ECHO, path));
      turns(1);
      assertThat(path).exists();
      opening.cancel();
      assertThatThrownBy(() -> await(opening)).isInstanceOf(CancelledError.class);
      assertThat(path).doesNotExist();
    });
  }

  @Test
  void aFileThatHasTakenItsPlaceStays() {
    run(() -> {
      Server server = await(startUnixServer(ECHO, path));
      Files.delete(path);
      Files.writeString(path, "somebody else's");
      server.close();
      turns(5);
    });
    assertThat(path).hasContent("somebody else's");
  }

  @Test
  void aSocketThatAnotherServerHasLeftBehindIsRemoved() throws IOException {
    try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      dead.bind(UnixDomainSocketAddress.of(path));
    }
    assertThat(path).exists();
    run(() -> {
      try (var server = await(startUnixServer(ECHO, path));
          var streams = await(openUnixConnection(path))) {
        streams.writer().write(ascii("x"));
        assertThat(await(streams.reader().readExactly(1))).isEqualTo(ascii("x"));
        assertThat(server.isServing()).isTrue();
      }
    });
  }

  @Test
  void anotherFileInItsPlaceIsAnError() throws IOException {
    Files.writeString(path, "precious");
    run(() -> {
      assertThatThrownBy(() -> await(startUnixServer(ECHO, path)))
          .isInstanceOf(IOException.class)
          .hasMessage("Address '" + path + "' is already in use");
    });
    assertThat(path).hasContent("precious");
  }

  @Test
  void aSocketNobodyServesIsNamed() throws IOException {
    assertThatThrownBy(() -> run(() -> await(openUnixConnection(path))))
        .isInstanceOf(ConnectionError.class)
        .hasMessageStartingWith("Connect call failed ('" + path + "'): ")
        .hasMessageContaining("No such file or directory")
        .hasMessageEndingWith("[" + path + ", connecting]");
    try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      dead.bind(UnixDomainSocketAddress.of(path));
    }
    assertThatThrownBy(() -> run(() -> await(openUnixConnection(path))))
        .isInstanceOf(ConnectionRefusedError.class);
  }

  @Test
  void aPathThatIsTooLongIsAnError() {
    Path tooLong = path.resolveSibling("x".repeat(200));
    assertThatThrownBy(() -> run(() -> await(startUnixServer(ECHO, tooLong))))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(tooLong.toString());
    assertThatThrownBy(() -> run(() -> await(openUnixConnection(tooLong))))
        .isInstanceOf(ConnectionError.class)
        .hasMessageContaining(tooLong.toString());
  }

  @Test
  void aServerNeedNotServeFromTheBeginning() {
    run(() -> {
      ServerOptions later = ServerOptions.defaults().withStartServing(false);
      try (var server = await(startUnixServer(ECHO, path, later));
          var streams = await(openUnixConnection(path))) {
        streams.writer().write(ascii("x"));
        Task<byte[]> answer = createTask(streams.reader().readExactly(1));
        turns(50);
        assertThat(answer.done()).isFalse();
        await(server.startServing());
        assertThat(await(answer)).isEqualTo(ascii("x"));
      }
    });
  }

  @Test
  void aClientCanBeCancelledInAnyTurn() {
    for (int turns = 0; turns < 10; turns++) {
      int cancelAfter = turns;
      run(() -> {
        ClientHandler patient =
            (reader, writer) -> {
              try (writer) {
                writer.write(await(reader.read(10), ConnectionError.class));
                await(writer.drain(), ConnectionError.class);
              } catch (ConnectionError e) {
                // the client is gone
              }
            };
        try (var server = await(startUnixServer(patient, path))) {
          Task<@Nullable Void> client =
              createTask(
                  async(() -> {
                    try (var streams = await(openUnixConnection(path))) {
                      streams.writer().write(ascii("x"));
                      await(streams.reader().readExactly(1));
                    }
                  }));
          turns(cancelAfter);
          client.cancel();
          try {
            await(client);
          } catch (CancelledError e) {
            // unless it was done already
          }
          server.close();
          await(server.waitClosed());
        }
      });
    }
  }
}
