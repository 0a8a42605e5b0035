package jasyncio.net;

import static jasyncio.Asyncio.async;
import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.createTask;
import static jasyncio.Asyncio.millis;
import static jasyncio.Asyncio.run;
import static jasyncio.Asyncio.seconds;
import static jasyncio.Asyncio.sleep;
import static jasyncio.net.EchoTest.ascii;
import static jasyncio.net.Listening.turns;
import static jasyncio.net.Net.openConnection;
import static jasyncio.net.Net.startServer;
import static jasyncio.net.Net.startTls;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jasyncio.CancelledError;
import jasyncio.Task;
import jasyncio.net.ConnectionError.Phase;
import jasyncio.parity.Parity;
import java.util.Random;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

@Parity({"TLS-01", "STR-14"})
class StartTlsTest {
  private static final Tls SERVER =
      Tls.server(TestCertificates.LOCALHOST.certificate(), TestCertificates.LOCALHOST.key());
  private static final Tls CLIENT =
      Tls.client().withTrusted(TestCertificates.LOCALHOST.certificate());

  /// Says go, encrypts, and echoes.
  private static ClientHandler starting(Tls tls) {
    return (reader, writer) -> {
      try (writer) {
        assertThat(await(reader.readLineBytes())).isEqualTo(ascii("STARTTLS\n"));
        writer.write(ascii("go\n"));
        await(writer.startTls(tls));
        byte[] data;
        while ((data = await(reader.read(64 * 1024))).length > 0) {
          writer.write(data);
          await(writer.drain());
        }
      }
    };
  }

  private static void ask(Streams streams) {
    streams.writer().write(ascii("STARTTLS\n"));
    assertThat(await(streams.reader().readLineBytes())).isEqualTo(ascii("go\n"));
  }

  @Test
  void streamsAreEncryptedHalfWay() {
    byte[] data = new byte[500_000];
    new Random(5).nextBytes(data);
    run(() -> {
      try (var server = await(startServer(starting(SERVER), "127.0.0.1", 0));
          var streams = await(openConnection("localhost", server.port()))) {
        ask(streams);
        assertThat(streams.writer().getExtraInfo("ssl_object")).isNull();
        assertThat(streams.writer().canWriteEof()).isTrue();
        await(streams.writer().startTls(CLIENT));
        assertThat(streams.writer().getExtraInfo("ssl_object")).isInstanceOf(SSLSession.class);
        assertThat(streams.writer().canWriteEof()).isFalse();
        Task<byte[]> answer = createTask(streams.reader().readExactly(data.length));
        streams.writer().write(data);
        await(streams.writer().drain());
        assertThat(await(answer)).isEqualTo(data);
      }
    });
  }

  @Test
  void theServerMayBeSlowerThanTheFirstBytesOfTheHandshake() {
    run(() -> {
      ClientHandler slow =
          (reader, writer) -> {
            try (writer) {
              await(reader.readLineBytes());
              writer.write(ascii("go\n"));
              while (reader.buffered() < 100) { // the client's hello is here already
                await(sleep(seconds(0)));
              }
              await(writer.startTls(SERVER));
              writer.write(await(reader.readExactly(5)));
            }
          };
      try (var server = await(startServer(slow, "127.0.0.1", 0));
          var streams = await(openConnection("localhost", server.port()))) {
        ask(streams);
        await(streams.writer().startTls(CLIENT));
        streams.writer().write(ascii("hello"));
        assertThat(await(streams.reader().read())).isEqualTo(ascii("hello"));
      }
    });
  }

  @Test
  void plainTextSlippedInBeforeTheHandshakeDoesNotPassForEncrypted() {
    run(() -> {
      Throwable[] seen = new Throwable[1];
      ClientHandler careful =
          (reader, writer) -> {
            try (writer) {
              await(reader.readLineBytes());
              while (reader.buffered() == 0) {
                await(sleep(seconds(0)));
              }
              await(writer.startTls(SERVER), ConnectionError.class);
            } catch (ConnectionError e) {
              seen[0] = e;
            }
          };
      try (var server = await(startServer(careful, "127.0.0.1", 0));
          var streams = await(openConnection("localhost", server.port()))) {
        streams.writer().write(ascii("STARTTLS\nDELETE EVERYTHING\n"));
        assertThatThrownBy(() -> await(streams.writer().startTls(CLIENT)))
            .isInstanceOf(ConnectionError.class);
        server.close();
        await(server.waitClosed());
      }
      assertThat(seen[0]).hasMessageStartingWith("SSL handshake failed: ");
    });
  }

  @Test
  void theRolesNeedNotBeThoseOfTheConnection() {
    run(() -> {
      try (var listening = new Listening<>(Recorder::new)) {
        Recorder client = listening.connect();
        Recorder server = listening.client(0);
        Task<Transport> accepting = createTask(startTls(client.transport(), client, SERVER, true));
        Transport encrypted =
            await(startTls(server.transport(), server, CLIENT.withServerHostname("localhost")));
        assertThat(encrypted).isSameAs(server.transport());
        await(accepting);
        client.transport().write(ascii("from the client"));
        server.untilReceived(15);
        server.transport().write(ascii("from the server"));
        client.untilReceived(15);
        assertThat(client.text()).isEqualTo("from the server");
        client.transport().close();
        assertThat(server.untilLost()).isNull();
        assertThat(client.untilLost()).isNull();
        assertThat(server.calls).containsExactly("made", "data", "eof", "lost");
      }
    });
  }

  @Test
  void anotherProtocolCanTakeOver() {
    run(() -> {
      try (var listening = new Listening<>(Recorder::new)) {
        Recorder client = listening.connect();
        Recorder server = listening.client(0);
        Recorder afterwards = new Recorder();
        server.transport().pauseReading();
        Task<Transport> accepting =
            createTask(startTls(server.transport(), afterwards, SERVER, true));
        await(startTls(client.transport(), client, CLIENT.withServerHostname("localhost")));
        await(accepting);
        client.transport().write(ascii("secret"));
        afterwards.untilReceived(6);
        client.transport().close();
        assertThat(afterwards.untilLost()).isNull();
        client.untilLost();
        assertThat(server.calls).containsExactly("made");
        assertThat(afterwards.calls).containsExactly("data", "eof", "lost");
      }
    });
  }

  @Test
  void aFailedHandshakeEndsTheConnection() {
    Tls strange =
        Tls.server(TestCertificates.ELSEWHERE.certificate(), TestCertificates.ELSEWHERE.key());
    run(() -> {
      try (var listening = new Listening<>(Recorder::new)) {
        Recorder client = listening.connect();
        Recorder server = listening.client(0);
        Task<Transport> accepting = createTask(startTls(server.transport(), server, strange, true));
        assertThatThrownBy(() ->
                await(startTls(client.transport(), client, CLIENT.withServerHostname("localhost"))))
            .isInstanceOfSatisfying(
                CertificateError.class,
                e -> {
                  assertThat(e.check()).isEqualTo(CertificateError.Check.TRUST);
                  assertThat(e.phase()).isEqualTo(Phase.TLS);
                });
        assertThatThrownBy(() -> await(accepting)).isInstanceOf(ConnectionError.class);
        assertThat(client.untilLost()).isInstanceOf(CertificateError.class);
        server.untilLost();
        assertThat(client.calls).containsExactly("made", "lost");
      }
    });
  }

  @Test
  void aPeerThatNeverAnswersIsGivenUp() {
    run(() -> {
      try (var listening = new Listening<>(Recorder::new)) {
        Recorder client = listening.connect();
        assertThatThrownBy(() ->
                await(
                    startTls(client.transport(), client, CLIENT.withHandshakeTimeout(millis(20)))))
            .isInstanceOf(ConnectionError.class)
            .hasMessageStartingWith("SSL handshake is taking longer than 0.02 seconds");
        client.untilLost();
        listening.client(0).untilLost();
      }
    });
  }

  @Test
  void aConnectionThatIsClosingIsNotEncrypted() {
    run(() -> {
      try (var listening = new Listening<>(Recorder::new)) {
        Recorder client = listening.connect();
        client.transport().close();
        assertThatThrownBy(() -> await(startTls(client.transport(), client, CLIENT)))
            .isInstanceOf(IllegalStateException.class)
            .hasMessageStartingWith("start_tls() on <SocketTransport 127.0.0.1:");
        client.untilLost();
        listening.client(0).untilLost();
      }
    });
  }

  @Test
  void aServerNeedsACertificate() {
    run(() -> {
      try (var listening = new Listening<>(Recorder::new)) {
        Recorder client = listening.connect();
        assertThatThrownBy(() -> await(startTls(client.transport(), client, CLIENT, true)))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("Tls.server(certificate, key)");
        assertThat(client.transport().isClosing()).isFalse();
        client.transport().close();
        client.untilLost();
        listening.client(0).untilLost();
      }
    });
  }

  @Test
  void encryptingCanBeCancelledInAnyTurn() {
    for (int turns = 0; turns < 30; turns += 2) {
      int cancelAfter = turns;
      run(() -> {
        ClientHandler patient =
            (reader, writer) -> {
              try {
                starting(SERVER).handle(reader, writer);
              } catch (ConnectionError e) {
                // the client is gone
              }
            };
        try (var server = await(startServer(patient, "127.0.0.1", 0))) {
          Streams streams = await(openConnection("localhost", server.port()));
          ask(streams);
          Task<@Nullable Void> encrypting =
              createTask(async(() -> await(streams.writer().startTls(CLIENT))));
          turns(cancelAfter);
          encrypting.cancel();
          try {
            await(encrypting);
          } catch (CancelledError e) {
            // unless it was done already; before the handshake the connection is as it was
          }
          streams.close();
          await(streams.writer().waitClosed());
          server.close();
          await(server.waitClosed());
        }
      });
    }
  }
}
