package jasyncio.net;

import static jasyncio.Asyncio.async;
import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.createTask;
import static jasyncio.Asyncio.millis;
import static jasyncio.Asyncio.run;
import static jasyncio.Asyncio.seconds;
import static jasyncio.Asyncio.sleep;
import static jasyncio.Asyncio.toThread;
import static jasyncio.net.EchoTest.ECHO;
import static jasyncio.net.EchoTest.ascii;
import static jasyncio.net.Net.openConnection;
import static jasyncio.net.Net.startServer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jasyncio.CancelledError;
import jasyncio.Coroutine;
import jasyncio.Task;
import jasyncio.net.CertificateError.Check;
import jasyncio.net.ConnectionError.Phase;
import jasyncio.parity.Parity;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Parity("CON-04")
class TlsTest {
  private static final Tls SERVER =
      Tls.server(TestCertificates.LOCALHOST.certificate(), TestCertificates.LOCALHOST.key());
  private static final Tls CLIENT =
      Tls.client().withTrusted(TestCertificates.LOCALHOST.certificate());

  private static Coroutine<Server> start(ClientHandler handler, Tls tls) {
    return startServer(handler, "127.0.0.1", 0, ServerOptions.defaults().withTls(tls));
  }

  private static Coroutine<Streams> connect(String host, int port, Tls tls) {
    return openConnection(host, port, StreamOptions.defaults().withTls(tls));
  }

  @Test
  void whatIsWrittenComesBackEncrypted() {
    run(() -> {
      try (var server = await(start(ECHO, SERVER));
          var streams = await(connect("localhost", server.port(), CLIENT))) {
        streams.writer().write(ascii("hello"));
        assertThat(await(streams.reader().readExactly(5))).isEqualTo(ascii("hello"));
        assertThat(streams.writer().getExtraInfo("cipher")).asString().startsWith("TLS_");
        assertThat(streams.writer().getExtraInfo("ssl_object"))
            .isInstanceOfSatisfying(
                SSLSession.class,
                session -> assertThat(session.getProtocol()).isEqualTo("TLSv1.3"));
        assertThat(streams.writer().getExtraInfo("peercert"))
            .isInstanceOfSatisfying(
                X509Certificate.class,
                certificate ->
                    assertThat(certificate.getSubjectX500Principal().getName())
                        .isEqualTo("CN=localhost"));
      }
    });
  }

  @Test
  void largeDataGoesThroughUnchangedInBothDirectionsAtOnce() {
    byte[] data = new byte[4 * 1024 * 1024 + 7];
    new Random(1).nextBytes(data);
    run(() -> {
      try (var server = await(start(ECHO, SERVER));
          var streams = await(connect("127.0.0.1", server.port(), CLIENT))) {
        Task<@Nullable Void> sending =
            createTask(() -> {
              for (int at = 0; at < data.length; at += 100_000) {
                streams.writer().write(data, at, Math.min(100_000, data.length - at));
                await(streams.writer().drain());
              }
            });
        byte[] received = await(streams.reader().readExactly(data.length));
        assertThat(Arrays.equals(received, data)).isTrue();
        await(sending);
      }
    });
  }

  @Test
  void closingEndsTheStreamOfThePeer() {
    run(() -> {
      ClientHandler farewell =
          (_, writer) -> {
            writer.write(new byte[1_000_000]);
            writer.close();
            await(writer.waitClosed());
          };
      try (var server = await(start(farewell, SERVER));
          var streams = await(connect("localhost", server.port(), CLIENT))) {
        assertThat(await(streams.reader().read())).hasSize(1_000_000);
        assertThat(streams.reader().exception()).isNull();
        await(streams.writer().waitClosed());
      }
    });
  }

  @Test
  @Parity("TLS-02")
  void oneDirectionCannotBeEndedAlone() {
    run(() -> {
      try (var server = await(start(ECHO, SERVER));
          var streams = await(connect("localhost", server.port(), CLIENT))) {
        assertThat(streams.writer().canWriteEof()).isFalse();
        assertThatThrownBy(() -> streams.writer().writeEof())
            .isInstanceOf(UnsupportedOperationException.class);
      }
    });
  }

  // ---- checks ----

  private static void assertRefused(Tls server, String host, Tls client, Check check, String why) {
    run(() -> {
      try (var listening = await(start(ECHO, server))) {
        assertThatThrownBy(() -> await(connect(host, listening.port(), client)))
            .isInstanceOfSatisfying(
                CertificateError.class,
                e -> {
                  assertThat(e.check()).isEqualTo(check);
                  assertThat(e.chain()).hasSize(1);
                  assertThat(e.phase()).isEqualTo(Phase.TLS);
                  assertThat(e.host()).isEqualTo(host);
                  assertThat(e.port()).isEqualTo(listening.port());
                  assertThat(e.getMessage())
                      .startsWith("SSL handshake failed on verifying the certificate: ")
                      .contains(why)
                      .contains("(failed check: " + check.text() + "); the peer showed CN=")
                      .contains(" issued by ")
                      .endsWith("[" + host + ":" + listening.port() + ", the TLS handshake]");
                });
      }
    });
  }

  @Test
  void aCertificateOfAnotherHostIsRefused() {
    Tls elsewhere =
        Tls.server(TestCertificates.ELSEWHERE.certificate(), TestCertificates.ELSEWHERE.key());
    Tls trusting = Tls.client().withTrusted(TestCertificates.ELSEWHERE.certificate());
    assertRefused(elsewhere, "localhost", trusting, Check.HOST_NAME, "localhost");
    assertRefused(elsewhere, "127.0.0.1", trusting, Check.HOST_NAME, "127.0.0.1");
  }

  @Test
  void aCertificateNobodyVouchesForIsRefused() {
    assertRefused(
        SERVER, "localhost", Tls.client(), Check.TRUST, "unable to find valid certification path");
  }

  @Test
  void aCertificateThatHasExpiredIsRefused() {
    TestCertificates.Pair expired = TestCertificates.EXPIRED[1];
    Tls old = Tls.server(expired.certificate(), expired.key());
    Tls trusting = Tls.client().withTrusted(TestCertificates.EXPIRED[0].certificate());
    assertRefused(old, "localhost", trusting, Check.VALIDITY, "validity check failed");
  }

  @Test
  void theHostMayBeNamedDifferently() {
    Tls elsewhere =
        Tls.server(TestCertificates.ELSEWHERE.certificate(), TestCertificates.ELSEWHERE.key());
    Tls trusting = Tls.client().withTrusted(TestCertificates.ELSEWHERE.certificate());
    run(() -> {
      try (var server = await(start(ECHO, elsewhere))) {
        for (Tls tls :
            new Tls[] {
              trusting.withServerHostname("elsewhere.example"),
              trusting.withoutHostnameCheck(),
              Tls.client().withoutVerification()
            }) {
          try (var streams = await(connect("localhost", server.port(), tls))) {
            streams.writer().write(ascii("x"));
            assertThat(await(streams.reader().readExactly(1))).isEqualTo(ascii("x"));
          }
        }
      }
    });
  }

  @Test
  void aServerThatTrustsSomebodyAsksForACertificate() {
    Tls strict = SERVER.withTrusted(TestCertificates.ELSEWHERE.certificate());
    run(() -> {
      ClientHandler tell =
          (_, writer) -> {
            var certificate = (X509Certificate) writer.getExtraInfo("peercert");
            writer.write(ascii(certificate.getSubjectX500Principal().getName()));
            writer.close();
          };
      try (var server = await(start(tell, strict))) {
        Tls known =
            CLIENT.withCertificate(
                TestCertificates.ELSEWHERE.certificate(), TestCertificates.ELSEWHERE.key());
        try (var streams = await(connect("localhost", server.port(), known))) {
          assertThat(await(streams.reader().read())).isEqualTo(ascii("CN=elsewhere"));
        }
        // With TLS 1.3 the client is done before the server has checked it: the alert comes later.
        try (var streams = await(connect("localhost", server.port(), CLIENT))) {
          assertThatThrownBy(() -> await(streams.reader().read()))
              .isInstanceOf(ConnectionError.class)
              .hasMessageMatching("(?is).*certificate_required.*") // in capitals by BoringSSL
              .hasMessageStartingWith("TLS error: ") // no error of our handshake
              .hasMessageEndingWith(", transferring data]");
        }
      }
    });
  }

  @Test
  void bothSidesAgreeOnAProtocol() {
    run(() -> {
      ClientHandler tell =
          (_, writer) -> {
            writer.write(ascii("" + writer.getExtraInfo("alpn")));
            writer.close();
          };
      try (var server = await(start(tell, SERVER.withProtocols("h2", "http/1.1")));
          var streams =
              await(connect("localhost", server.port(), CLIENT.withProtocols("http/1.1")))) {
        assertThat(streams.writer().getExtraInfo("alpn")).isEqualTo("http/1.1");
        assertThat(await(streams.reader().read())).isEqualTo(ascii("http/1.1"));
      }
    });
  }

  @Test
  void aSecondConnectionResumesTheSessionOfTheFirst() {
    run(() -> {
      ClientHandler greet =
          (_, writer) -> {
            writer.write(ascii("hello")); // behind it comes the ticket
            writer.close();
          };
      try (var server = await(start(greet, SERVER))) {
        List<@Nullable Object> marks = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
          Tls client = i < 2 ? CLIENT : CLIENT.withProtocols(); // another instance
          try (var streams = await(connect("localhost", server.port(), client))) {
            var session = (SSLSession) streams.writer().getExtraInfo("ssl_object");
            marks.add(Objects.requireNonNull(session).getValue("mark"));
            session.putValue("mark", "connection " + i);
            await(streams.reader().read());
          }
        }
        assertThat(marks).containsExactly(null, "connection 0", null);
      }
    });
  }

  // ---- peers that do not play along ----

  @Test
  @Parity("TLS-02")
  void aConnectionThatIsCutOffIsToldFromOneThatHasEnded() {
    run(() -> {
      ClientHandler crash =
          (reader, writer) -> {
            writer.write(ascii("half of"));
            await(reader.readExactly(3));
            writer.abort(); // without a word
          };
      try (var server = await(start(crash, SERVER));
          var streams = await(connect("localhost", server.port(), CLIENT))) {
        StreamReader reader = streams.reader();
        assertThat(await(reader.readExactly(4))).isEqualTo(ascii("half"));
        streams.writer().write(ascii("now"));
        assertThatThrownBy(() -> await(reader.read()))
            .isInstanceOf(TruncationError.class)
            .hasMessageStartingWith("TLS connection cut off: ");
        assertThat(await(reader.read(100))).as("what has come is there").isEqualTo(ascii(" of"));
        assertThatThrownBy(() -> await(reader.read(100))).isInstanceOf(TruncationError.class);
        assertThatThrownBy(() -> await(reader.readLineBytes())).isInstanceOf(TruncationError.class);
        assertThatThrownBy(() -> await(streams.writer().waitClosed()))
            .isInstanceOf(TruncationError.class);
      }
    });
  }

  @Test
  void aPeerThatNeverAnswersIsGivenUp() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      assertThatThrownBy(() ->
              run(() -> {
                await(
                    connect(
                        "127.0.0.1",
                        silent.getLocalPort(),
                        CLIENT.withHandshakeTimeout(millis(20))));
              }))
          .isInstanceOfSatisfying(
              ConnectionError.class,
              e -> {
                assertThat(e)
                    .hasMessageStartingWith(
                        "SSL handshake is taking longer than 0.02 seconds:"
                            + " aborting the connection");
                assertThat(e.phase()).isEqualTo(Phase.TLS);
              });
    }
  }

  @Test
  void aHandshakeCancelledOnItsWayIsClosed() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      run(() -> {
        Task<Streams> connecting = createTask(connect("127.0.0.1", silent.getLocalPort(), CLIENT));
        try (var peer = await(toThread(() -> silent.accept()))) {
          await(toThread(() -> peer.getInputStream().readNBytes(10))); // the client's hello
          connecting.cancel();
          assertThatThrownBy(() -> await(connecting)).isInstanceOf(CancelledError.class);
          await(toThread(() -> peer.getInputStream().readAllBytes())); // up to the end
        }
      });
    }
  }

  @Test
  void aClientThatNeverSpeaksIsClosedByTheServer() {
    run(() -> {
      try (var server = await(start(ECHO, SERVER.withHandshakeTimeout(millis(20))));
          var streams = await(openConnection("127.0.0.1", server.port()))) {
        try {
          assertThat(await(streams.reader().read(), ConnectionError.class)).isEmpty();
        } catch (ConnectionResetError e) {
          // that too ends it
        }
        server.close();
        await(server.waitClosed());
      }
    });
  }

  @Test
  @Timeout(20) // less than the 30 seconds it would be without the setting
  void aPeerThatDoesNotReadIsNotWaitedForAtTheEnd() {
    run(() -> {
      ClientHandler flood =
          (_, writer) -> {
            writer.write(new byte[30_000_000]);
            writer.close();
          };
      try (var server = await(start(flood, SERVER.withShutdownTimeout(millis(20))));
          var streams = await(connect("localhost", server.port(), CLIENT))) {
        streams.writer().transport().pauseReading();
        server.close();
        await(server.waitClosed());
        streams.writer().transport().resumeReading();
        assertThatThrownBy(() -> await(streams.reader().read()))
            .as("no clean end")
            .isInstanceOf(ConnectionError.class);
      }
    });
  }

  @Test
  void aPlainPeerFailsTheHandshake() {
    run(() -> {
      ClientHandler plain =
          (_, writer) -> {
            writer.write(ascii("HTTP/1.1 400 Bad Request\r\n\r\n"));
            writer.close();
          };
      try (var server = await(startServer(plain, "127.0.0.1", 0))) {
        assertThatThrownBy(() -> await(connect("127.0.0.1", server.port(), CLIENT)))
            .isInstanceOfSatisfying(
                ConnectionError.class,
                e -> {
                  assertThat(e).hasMessageStartingWith("SSL handshake failed: ");
                  assertThat(e.phase()).isEqualTo(Phase.TLS);
                });
      }
      try (var server = await(start(ECHO, SERVER));
          var streams = await(openConnection("127.0.0.1", server.port()))) {
        streams.writer().write(ascii("GET / HTTP/1.1\r\n\r\n"));
        try {
          await(streams.reader().read(), ConnectionError.class);
        } catch (ConnectionResetError e) {
          // that too ends it
        }
        server.close();
        await(server.waitClosed());
      }
    });
  }

  @Test
  void theJdksOwnClientIsServed() throws Exception {
    run(() -> {
      ClientHandler once =
          (reader, writer) -> {
            writer.write(await(reader.readLineBytes()));
            writer.close();
          };
      try (var server = await(start(once, SERVER))) {
        String answer = await(toThread(() -> askWithJdk(server.port())));
        assertThat(answer).isEqualTo("from the JDK\n");
      }
    });
  }

  private static String askWithJdk(int port) throws Exception {
    try (SSLSocket socket = JdkTls.over(new Socket("127.0.0.1", port))) {
      socket.getOutputStream().write(ascii("from the JDK\n"));
      return new String(socket.getInputStream().readAllBytes());
    }
  }

  @Test
  void aClientThatRenegotiatesIsCutOff() {
    run(() -> {
      try (var server = await(start(ECHO, SERVER))) {
        await(
            toThread(() -> {
              try (SSLSocket socket = JdkTls.over(new Socket("127.0.0.1", server.port()))) {
                socket.setEnabledProtocols(new String[] {"TLSv1.2"});
                socket.startHandshake();
                socket.getOutputStream().write(1);
                assertThat(socket.getInputStream().read()).isEqualTo(1);
                socket.startHandshake(); // once more
                assertThatThrownBy(
                        () -> {
                          socket.getOutputStream().write(1);
                          socket.getInputStream().readNBytes(1);
                          socket.getInputStream().readNBytes(1); // the first may be an end
                        })
                    .isInstanceOf(IOException.class);
              } catch (IOException e) {
                // the second handshake says so itself
              }
            }));
        server.close();
        await(server.waitClosed());
      }
    });
    NothingLeaks.expectComplaints("Unhandled exception in client_connected_cb");
  }

  @Test
  void aResetInTheHandshakeIsAReset() throws IOException {
    try (ServerSocket hostile = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      run(() -> {
        Task<Streams> connecting = createTask(connect("127.0.0.1", hostile.getLocalPort(), CLIENT));
        await(
            toThread(() -> {
              Socket peer = hostile.accept();
              peer.setSoLinger(true, 0);
              peer.close();
            }));
        assertThatThrownBy(() -> await(connecting)).isInstanceOf(ConnectionResetError.class);
      });
    }
  }

  // ---- options ----

  @Test
  void timeoutsMustBePositive() {
    assertThatThrownBy(() -> CLIENT.withHandshakeTimeout(seconds(0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("ssl_handshake_timeout should be a positive number, got ");
    assertThatThrownBy(() -> CLIENT.withShutdownTimeout(seconds(-1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("ssl_shutdown_timeout should be a positive number, got ");
  }

  @Test
  void aServerNeedsACertificate() {
    run(() -> {
      assertThatThrownBy(() -> await(start(ECHO, Tls.client())))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("Tls.server(certificate, key)");
    });
  }

  @Test
  void aClientCanBeCancelledInAnyTurn() {
    for (int turns = 0; turns < 30; turns++) {
      int cancelAfter = turns * 3;
      run(() -> {
        ClientHandler patient =
            (reader, writer) -> {
              try (writer) {
                writer.write(await(reader.readExactly(100_000), ConnectionError.class));
              } catch (ConnectionError | IncompleteReadError e) {
                // the client is gone
              }
            };
        try (var server = await(start(patient, SERVER))) {
          Task<@Nullable Void> client =
              createTask(
                  async(() -> {
                    try (var streams = await(connect("localhost", server.port(), CLIENT))) {
                      streams.writer().write(new byte[100_000]);
                      await(streams.reader().readExactly(100_000));
                      streams.close();
                      await(streams.writer().waitClosed());
                    }
                  }));
          for (int i = 0; i < cancelAfter; i++) {
            await(sleep(millis(0)));
          }
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
