package jasyncio.net;

import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.run;
import static jasyncio.net.EchoTest.ECHO;
import static jasyncio.net.Net.createConnection;
import static jasyncio.net.Net.openConnection;
import static jasyncio.net.Net.startServer;
import static jasyncio.net.TestCertificates.LOCALHOST;
import static org.assertj.core.api.Assertions.assertThat;

import jasyncio.net.WriteTransport.WriteBufferLimits;
import jasyncio.parity.Parity;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// The numbers that nobody sets are CPython's.
class DefaultsTest {
  @Test
  @Parity("CST-02")
  void writingPausesAbove64KibAndResumesAt16() {
    run(() -> {
      try (Server server = await(startServer(ECHO, "127.0.0.1", 0))) {
        var endpoint = await(createConnection(Recorder::new, "127.0.0.1", server.port()));
        assertThat(endpoint.transport().getWriteBufferLimits())
            .isEqualTo(new WriteBufferLimits(16 * 1024, 64 * 1024));
        endpoint.transport().abort();
      }
    });
  }

  @Test
  @Parity("CST-03")
  void theMarksOfAnEncryptedConnectionAreTheSame() {
    Tls server = Tls.server(LOCALHOST.certificate(), LOCALHOST.key());
    Tls client = Tls.client().withTrusted(LOCALHOST.certificate());
    run(() -> {
      try (Server listening =
              await(startServer(ECHO, "127.0.0.1", 0, ServerOptions.defaults().withTls(server)));
          Streams streams =
              await(
                  openConnection(
                      "127.0.0.1", listening.port(), StreamOptions.defaults().withTls(client)))) {
        assertThat(streams.writer().transport().getWriteBufferLimits())
            .isEqualTo(new WriteBufferLimits(16 * 1024, 64 * 1024));
      }
    });
  }

  @Test
  @Parity("CST-11")
  void aFileThatTheSystemCannotSendIsCopiedIn256KibPieces() {
    assertThat(Sendfile.PIECE).isEqualTo(256 * 1024);
  }

  @Test
  @Parity("CST-05")
  void handshakeMayTakeAMinuteAndTheEndHalfOfOne() {
    assertThat(Tls.client().handshakeTimeout()).isEqualTo(Duration.ofSeconds(60));
    assertThat(Tls.client().shutdownTimeout()).isEqualTo(Duration.ofSeconds(30));
  }

  @Test
  @Parity("CST-14")
  void hundredConnectionsMayWaitToBeAccepted() {
    assertThat(ServerOptions.defaults().backlog()).isEqualTo(100);
  }

  @Test
  @Parity("SRV-08")
  void serverOfATryStatementListensNoMoreAfterwards() {
    run(() -> {
      Server server = await(startServer(ECHO, "127.0.0.1", 0));
      try (server) {
        assertThat(server.isServing()).isTrue();
      }
      assertThat(server.isServing()).isFalse();
      assertThat(server.addresses()).isEmpty();
    });
  }
}
