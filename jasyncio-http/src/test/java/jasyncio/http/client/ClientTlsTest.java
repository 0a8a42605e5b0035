package jasyncio.http.client;

import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import jasyncio.http.RawServer;
import jasyncio.http.TestCertificate;
import jasyncio.net.Tls;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ClientTlsTest {
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecret";

  @TempDir static Path folder;

  private static TestCertificate certificate;

  @BeforeAll
  static void makeCertificate() throws Exception {
    certificate = TestCertificate.make(folder, "dns:localhost,dns:example.test");
  }

  private static Object get(Tls tls, String host, RawServer.Script script) {
    return run(() -> {
      try (var server = RawServer.startTls(certificate.serverContext(), script);
          var session = new ClientSession(SessionOptions.defaults().withTls(tls))) {
        Object[] result = new Object[1];
        Throwable failure =
            catchThrowable(() -> {
              for (int i = 0; i < 3; i++) {
                try (var response =
                    await(session.get("https://" + host + ":" + server.port() + "/"))) {
                  result[0] = await(response.text());
                }
              }
              assertThat(server.connections()).isEqualTo(1);
              assertThat(session.poolStatistics()).isEqualTo(new PoolStatistics(0, 1, 0));
            });
        if (failure != null) {
          assertThat(session.poolStatistics()).isEqualTo(new PoolStatistics(0, 0, 0));
        }
        return failure == null ? result[0] : failure;
      }
    });
  }

  @Test
  void aTrustedCertificateOfTheHostIsAccepted() {
    assertThat(get(Tls.client().withTrusted(certificate.pem()), "localhost", RawServer.always(OK)))
        .isEqualTo("secret");
  }

  @Test
  void aCertificateThatNobodyVouchesForIsRefused() {
    assertThat(get(Tls.client(), "localhost", RawServer.always(OK)))
        .isInstanceOfSatisfying(
            ClientConnectorCertificateError.class,
            e -> {
              assertThat(e.host()).isEqualTo("localhost");
              assertThat(e).isInstanceOf(ClientSSLError.class).hasMessageContaining("localhost");
            });
  }

  @Test
  void aCertificateOfAnotherHostIsRefused() {
    assertThat(get(Tls.client().withTrusted(certificate.pem()), "127.0.0.1", RawServer.always(OK)))
        .isInstanceOf(ClientConnectorCertificateError.class);
  }

  @Test
  void anotherNameCanBeExpected() {
    Tls tls = Tls.client().withTrusted(certificate.pem()).withServerHostname("example.test");
    assertThat(get(tls, "127.0.0.1", RawServer.always(OK))).isEqualTo("secret");
  }

  @Test
  void aServerThatDoesNotSpeakTlsIsAnSslError() {
    run(() -> {
      try (var server = RawServer.start(peer -> peer.send("220 this is not TLS at all\r\n"));
          var session = new ClientSession()) {
        assertThat(
                catchThrowable(
                    () -> await(session.get("https://localhost:" + server.port() + "/"))))
            .isInstanceOf(ClientConnectorSSLError.class);
        assertThat(session.poolStatistics()).isEqualTo(new PoolStatistics(0, 0, 0));
      }
    });
  }

  @Test
  void aServerThatClosesInTheHandshakeIsAnSslError() {
    run(() -> {
      try (var server = RawServer.start(_ -> {});
          var session = new ClientSession()) {
        assertThat(
                catchThrowable(
                    () -> await(session.get("https://localhost:" + server.port() + "/"))))
            .isInstanceOf(ClientConnectorSSLError.class);
      }
    });
  }

  @Test
  void aTruncatedBodyIsNoticedUnderTlsToo() {
    assertThat(
            get(
                Tls.client().withTrusted(certificate.pem()),
                "localhost",
                peer -> {
                  peer.request();
                  peer.send("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsec");
                }))
        .isInstanceOf(ClientPayloadError.class);
  }
}
