package jasyncio.net;

import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.getRunningLoop;
import static jasyncio.Asyncio.run;
import static jasyncio.net.EchoTest.ascii;
import static jasyncio.net.Net.openConnection;
import static jasyncio.net.Net.startServer;
import static jasyncio.net.TestCertificates.ELSEWHERE;
import static jasyncio.net.TestCertificates.LOCALHOST;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jasyncio.Future;
import jasyncio.parity.Parity;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import javax.net.ssl.ExtendedSSLSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// OpenSSL at the other end, as client and as server.
@Tag("openssl") // left out where that is not installed, see the pom
class OpensslTest {
  private static final Tls SERVER = Tls.server(LOCALHOST.certificate(), LOCALHOST.key());
  private static final Tls CLIENT = Tls.client().withTrusted(LOCALHOST.certificate());

  private static final String HOST = "127.0.0.1";

  // What `-state` writes of the alerts.
  private static final String CLOSE_NOTIFY_READ = "alert read:warning:(close notify)";
  private static final String CLOSE_NOTIFY_SENT = "alert write:warning:(close notify)";

  /// In the middle of a line, perhaps: between what `s_client` tells of the session.
  private static final String TOLD = "hello(\\[.*\\])";

  private static ServerOptions with(Tls tls) {
    return ServerOptions.defaults().withTls(tls);
  }

  private static Peer client(int port, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "s_client",
                "-connect",
                "127.0.0.1:" + port,
                "-CAfile",
                LOCALHOST.certificate().toString(),
                "-verify_return_error",
                "-verify_hostname",
                "localhost",
                "-state"));
    arguments.addAll(List.of(more));
    return Peer.start("openssl", arguments.toArray(new String[0]));
  }

  /// One that sends back every line, its letters in reverse.
  private static Peer server(String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "s_server",
                "-accept",
                "127.0.0.1:0",
                "-cert",
                LOCALHOST.certificate().toString(),
                "-key",
                LOCALHOST.key().toString(),
                "-rev",
                "-state",
                "-naccept",
                "1"));
    arguments.addAll(List.of(more));
    return Peer.start("openssl", arguments.toArray(new String[0]));
  }

  private static int port(Peer server) {
    return Integer.parseInt(Peer.find(server.out(), "^ACCEPT .*:(\\d+)$"));
  }

  // ---- our server ----

  /// Tells what it knows of the connection, after a line.
  private static ClientHandler telling(String... facts) {
    return (reader, writer) -> {
      try (writer) {
        String line = await(reader.readLine());
        List<Object> answers = new ArrayList<>();
        for (String fact : facts) {
          answers.add(
              switch (Objects.requireNonNull(writer.getExtraInfo(fact), fact)) {
                case ExtendedSSLSession session -> session.getRequestedServerNames();
                case X509Certificate certificate -> certificate.getSubjectX500Principal();
                case Object other -> other;
              });
        }
        writer.write(line + answers + "\n", StandardCharsets.US_ASCII);
      }
    };
  }

  @Test
  @Parity("CON-04")
  void aClientVerifiesUsAgreesOnAProtocolAndNamesTheHost() {
    ServerOptions options = with(SERVER.withProtocols("http/1.1"));
    run(() -> {
      for (String version : List.of("-tls1_2", "-tls1_3")) {
        try (var server = await(startServer(telling("alpn", "ssl_object"), HOST, 0, options));
            Peer peer =
                client(
                    server.port(),
                    version,
                    "-servername",
                    "localhost",
                    "-alpn",
                    "h2,http/1.1",
                    "-ign_eof")) {
          peer.in().write(ascii("hello\n"));
          Peer.find(peer.out(), "^(Verification: OK)$");
          assertThat(Peer.find(peer.out(), "^ALPN protocol: (.*)$")).isEqualTo("http/1.1");
          assertThat(Peer.find(peer.out(), TOLD))
              .isEqualTo("[http/1.1, [type=host_name (0), value=localhost]]");
          Peer.find(peer.err(), CLOSE_NOTIFY_READ);
          assertThat(peer.waitExit()).isZero();
        }
      }
    });
  }

  @Test
  void aClientShowsItsCertificate() {
    ServerOptions options = with(SERVER.withTrusted(ELSEWHERE.certificate()));
    run(() -> {
      try (var server = await(startServer(telling("peercert"), HOST, 0, options))) {
        try (Peer peer =
            client(
                server.port(),
                "-cert",
                ELSEWHERE.certificate().toString(),
                "-key",
                ELSEWHERE.key().toString(),
                "-ign_eof")) {
          peer.in().write(ascii("hello\n"));
          assertThat(Peer.find(peer.out(), TOLD)).isEqualTo("[CN=elsewhere]");
          assertThat(peer.waitExit()).isZero();
        }
        try (Peer without = client(server.port(), "-ign_eof")) {
          Peer.find(without.err(), "alert read:fatal:(certificate required|unknown)");
          assertThat(without.waitExit()).isNotZero();
        }
      }
    });
  }

  @Test
  @Parity("TLS-02")
  void theEndOfAClientIsAnEndAndItsDeathATruncation() {
    run(() -> {
      for (boolean dies : new boolean[] {false, true}) {
        Future<Object> end = getRunningLoop().createFuture();
        ClientHandler handler =
            (reader, writer) -> {
              try (writer) {
                writer.write(await(reader.readLineBytes()));
                end.setResult(await(reader.read()).length);
              } catch (Throwable t) {
                end.setResult(t);
              }
            };
        try (var server = await(startServer(handler, HOST, 0, with(SERVER)));
            Peer peer = client(server.port())) {
          peer.in().write(ascii("hello\n"));
          Peer.find(peer.out(), "(hello)");
          if (dies) {
            peer.kill();
            assertThat(await(end)).isInstanceOf(TruncationError.class);
          } else {
            peer.in().close();
            assertThat(await(end)).isEqualTo(0);
            Peer.find(peer.err(), CLOSE_NOTIFY_SENT);
            assertThat(peer.waitExit()).isZero();
          }
        }
      }
    });
  }

  @Test
  void aClientThatDoesNotTrustUsIsNotServed() {
    run(() -> {
      List<Object> served = new ArrayList<>();
      ClientHandler handler =
          (_, writer) -> {
            served.add(writer);
            writer.close();
          };
      try (var server = await(startServer(handler, HOST, 0, with(SERVER)));
          Peer peer =
              client(server.port(), "-tls1_2", "-CAfile", ELSEWHERE.certificate().toString())) {
        Peer.find(peer.err(), "alert write:fatal:(.*)");
        assertThat(peer.waitExit()).isNotZero();
      }
      assertThat(served).isEmpty();
    });
  }

  /// The beginning of a conversation with a mail server.
  @Test
  @Parity({"STR-14", "TLS-01"})
  void aClientThatStartsInPlainIsEncryptedHalfWay() {
    ClientHandler mail =
        (reader, writer) -> {
          try (writer) {
            writer.write(ascii("220 localhost ESMTP\r\n"));
            assertThat(await(reader.readLineBytes())).asString().startsWith("EHLO ");
            writer.write(ascii("250-localhost\r\n250 STARTTLS\r\n"));
            assertThat(await(reader.readLineBytes())).asString().startsWith("STARTTLS");
            writer.write(ascii("220 go on\r\n"));
            await(writer.startTls(SERVER));
            writer.write(await(reader.readLineBytes()));
          }
        };
    run(() -> {
      try (var server = await(startServer(mail, HOST, 0));
          Peer peer = client(server.port(), "-starttls", "smtp", "-ign_eof")) {
        peer.in().write(ascii("hello\n"));
        Peer.find(peer.out(), "^(Verification: OK)$");
        Peer.find(peer.out(), "(hello)");
        assertThat(peer.waitExit()).isZero();
      }
    });
  }

  // ---- our client ----

  private static Streams connect(int port, Tls tls) {
    return await(
        openConnection(
            HOST, port, StreamOptions.defaults().withTls(tls.withServerHostname("localhost"))));
  }

  @Test
  void aServerSeesOurCertificateAndAgreesOnAProtocol() {
    run(() -> {
      for (String version : List.of("-tls1_2", "-tls1_3")) {
        try (Peer peer =
            server(
                version,
                "-alpn",
                "http/1.1",
                "-Verify",
                "1",
                "-verify_return_error",
                "-CAfile",
                ELSEWHERE.certificate().toString())) {
          Tls tls =
              CLIENT
                  .withCertificate(ELSEWHERE.certificate(), ELSEWHERE.key())
                  .withProtocols("h2", "http/1.1");
          try (var streams = connect(port(peer), tls)) {
            streams.writer().write(ascii("hello\n"));
            assertThat(await(streams.reader().readLineBytes())).isEqualTo(ascii("olleh\n"));
            assertThat(streams.writer().getExtraInfo("alpn")).isEqualTo("http/1.1");
          }
          assertThat(Peer.find(peer.err(), "^Peer certificate: (.*)$")).contains("elsewhere");
          Peer.find(peer.err(), CLOSE_NOTIFY_READ);
          assertThat(peer.waitExit()).isZero();
        }
      }
    });
  }

  @Test
  void aServerIsToldTheNameOfTheHost() {
    run(() -> {
      try (Peer peer =
          server(
              "-servername",
              "localhost",
              "-servername_fatal",
              "-cert2",
              LOCALHOST.certificate().toString(),
              "-key2",
              LOCALHOST.key().toString())) {
        try (var streams = connect(port(peer), CLIENT)) {
          streams.writer().write(ascii("hello\n"));
          assertThat(await(streams.reader().readLineBytes())).isEqualTo(ascii("olleh\n"));
        }
        assertThat(Peer.find(peer.out(), "Hostname in TLS extension: (.*)$"))
            .isEqualTo("\"localhost\"");
      }
    });
  }

  @Test
  void aServerNobodyVouchesForIsRefused() {
    run(() -> {
      try (Peer peer = server()) {
        Tls others = Tls.client().withTrusted(ELSEWHERE.certificate());
        int port = port(peer);
        assertThatThrownBy(() -> connect(port, others)).isInstanceOf(CertificateError.class);
        Peer.find(peer.err(), "alert read:fatal:(.*)$");
      }
    });
  }

  @Test
  @Parity("TLS-02")
  void theEndOfAServerIsAnEndAndItsDeathATruncation() {
    run(() -> {
      for (boolean dies : new boolean[] {false, true}) {
        try (Peer peer = server();
            var streams = connect(port(peer), CLIENT)) {
          streams.writer().write(ascii("hello\n"));
          assertThat(await(streams.reader().readLineBytes())).isEqualTo(ascii("olleh\n"));
          if (dies) {
            peer.kill();
            assertThatThrownBy(() -> await(streams.reader().read()))
                .isInstanceOf(TruncationError.class);
          } else {
            streams.writer().write(ascii("CLOSE\n")); // to which it says goodbye
            assertThat(await(streams.reader().read())).isEmpty();
            Peer.find(peer.err(), CLOSE_NOTIFY_SENT);
          }
        }
      }
    });
  }

  @Test
  void muchDataComesThroughUnchanged() throws Exception {
    byte[] data = new byte[1_000_000];
    new Random(5).nextBytes(data);
    run(() -> {
      ClientHandler send =
          (_, writer) -> {
            try (writer) {
              for (int at = 0; at < data.length; at += 50_000) {
                writer.write(data, at, 50_000);
                await(writer.drain());
              }
            }
          };
      try (var server = await(startServer(send, HOST, 0, with(SERVER)));
          Peer peer = client(server.port(), "-quiet")) {
        assertThat(Arrays.equals(await(peer.out().read()), data)).isTrue();
        assertThat(peer.waitExit()).isZero();
      }
    });
  }
}
