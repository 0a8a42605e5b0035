package jasyncio.net;

import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.millis;
import static jasyncio.Asyncio.run;
import static jasyncio.net.EchoTest.ECHO;
import static jasyncio.net.EchoTest.ascii;
import static jasyncio.net.Net.createConnection;
import static jasyncio.net.Net.openConnection;
import static jasyncio.net.Net.startServer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jasyncio.ExceptionGroup;
import jasyncio.parity.Parity;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/// What is on top of a connection that has won its race.
@ExtendWith(NothingLeaks.class)
@Timeout(60)
@Parity("CON-03")
class HappyEyeballsTest {
  private static final StreamOptions RACING =
      StreamOptions.defaults().withHappyEyeballsDelay(millis(250));

  @Test
  void streamsWorkAndTheServerSpeaksFirst() {
    run(() -> {
      ClientHandler greeting =
          (reader, writer) -> {
            writer.write(ascii("hello "));
            ECHO.handle(reader, writer);
          };
      try (var server = await(startServer(greeting, "localhost", 0));
          var streams = await(openConnection("localhost", server.port(), RACING))) {
        streams.writer().write(ascii("you"));
        streams.writer().writeEof();
        assertThat(await(streams.reader().read())).asString().isEqualTo("hello you");
      }
    });
  }

  @Test
  void tlsWorks() {
    Tls serverTls =
        Tls.server(TestCertificates.LOCALHOST.certificate(), TestCertificates.LOCALHOST.key());
    Tls clientTls = Tls.client().withTrusted(TestCertificates.LOCALHOST.certificate());
    run(() -> {
      try (var server =
              await(
                  startServer(ECHO, "localhost", 0, ServerOptions.defaults().withTls(serverTls)));
          var streams =
              await(openConnection("localhost", server.port(), RACING.withTls(clientTls)))) {
        streams.writer().write(ascii("secret"));
        assertThat(await(streams.reader().readExactly(6))).asString().isEqualTo("secret");
        assertThat(streams.writer().getExtraInfo("ssl_object")).isNotNull();
      }
    });
  }

  @Test
  void protocolsWorkAndAreToldOnce() {
    run(() -> {
      try (var server = await(startServer(ECHO, "localhost", 0));
          var endpoint =
              await(createConnection(Recorder::new, "localhost", server.port(), RACING))) {
        endpoint.transport().write(ascii("data"));
        endpoint.protocol().untilReceived(4);
        assertThat(endpoint.protocol().received).hasToString("data");
        assertThat(endpoint.protocol().calls).containsOnlyOnce("made");
      }
    });
  }

  @Test
  @Parity("CON-02")
  void failuresAreThoseOfAsyncio() throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    assertThatThrownBy(() -> run(() -> await(openConnection("127.0.0.1", port, RACING))))
        .isInstanceOf(ConnectionRefusedError.class)
        .hasMessageStartingWith("Connect call failed ('127.0.0.1', " + port + ")");
    assertThatThrownBy(
            () -> run(() -> await(openConnection("127.0.0.1", port, RACING.withAllErrors(true)))))
        .isInstanceOf(ExceptionGroup.class);
  }
}
