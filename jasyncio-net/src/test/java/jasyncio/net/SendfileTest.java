package jasyncio.net;

import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.createTask;
import static jasyncio.Asyncio.run;
import static jasyncio.net.EchoTest.ascii;
import static jasyncio.net.Listening.turns;
import static jasyncio.net.Net.openConnection;
import static jasyncio.net.Net.sendfile;
import static jasyncio.net.Net.startServer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jasyncio.CancelledError;
import jasyncio.Task;
import jasyncio.parity.Parity;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Parity("TLS-03")
class SendfileTest {
  private static final int SIZE = 3_000_000;
  private final byte[] data = new byte[SIZE];
  private final Path path;

  SendfileTest(@TempDir Path folder) throws IOException {
    new Random(9).nextBytes(data);
    path = Files.write(folder.resolve("file"), data);
  }

  /// Sends `head`, the file, and `tail`.
  private ClientHandler sender(long offset, Long count, long expected) {
    return (_, writer) -> {
      try (writer;
          FileChannel file = FileChannel.open(path)) {
        writer.write(ascii("head"));
        assertThat(await(sendfile(writer.transport(), file, offset, count, true)))
            .isEqualTo(expected);
        assertThat(file.position()).isEqualTo(offset + expected);
        assertThat(file.isOpen()).isTrue();
        writer.write(ascii("tail"));
      }
    };
  }

  private byte[] between(int from, int to) {
    byte[] all = new byte[8 + to - from];
    System.arraycopy(ascii("head"), 0, all, 0, 4);
    System.arraycopy(data, from, all, 4, to - from);
    System.arraycopy(ascii("tail"), 0, all, all.length - 4, 4);
    return all;
  }

  @Test
  void aFileArrivesBetweenWhatIsWrittenBeforeAndAfter() {
    run(() -> {
      try (var server = await(startServer(sender(0, null, SIZE), "127.0.0.1", 0));
          var streams = await(openConnection("127.0.0.1", server.port()))) {
        assertThat(Arrays.equals(await(streams.reader().read()), between(0, SIZE))).isTrue();
      }
    });
  }

  @Test
  void aPartOfAFileCanBeSent() {
    run(() -> {
      try (var server = await(startServer(sender(1_000, 500_000L, 500_000), "127.0.0.1", 0));
          var streams = await(openConnection("127.0.0.1", server.port()))) {
        assertThat(await(streams.reader().read())).isEqualTo(between(1_000, 501_000));
      }
      long rest = SIZE - 2_999_000;
      try (var server = await(startServer(sender(2_999_000, 99_999L, rest), "127.0.0.1", 0));
          var streams = await(openConnection("127.0.0.1", server.port()))) {
        assertThat(await(streams.reader().read())).isEqualTo(between(2_999_000, SIZE));
      }
    });
  }

  @Test
  @Parity({"TLS-05", "EXC-03"})
  void itIsCopiedThroughAnEncryptedConnection() {
    Tls tls =
        Tls.server(TestCertificates.LOCALHOST.certificate(), TestCertificates.LOCALHOST.key());
    Tls client = Tls.client().withTrusted(TestCertificates.LOCALHOST.certificate());
    run(() -> {
      try (var server =
              await(
                  startServer(
                      sender(10, null, SIZE - 10),
                      "127.0.0.1",
                      0,
                      ServerOptions.defaults().withTls(tls)));
          var streams =
              await(
                  openConnection(
                      "localhost", server.port(), StreamOptions.defaults().withTls(client)))) {
        assertThatThrownBy(
                () -> {
                  try (FileChannel file = FileChannel.open(path)) {
                    await(sendfile(streams.writer().transport(), file, 0, null, false));
                  }
                })
            .isInstanceOf(SendfileNotAvailableError.class)
            .hasMessageStartingWith("fallback is disabled and native sendfile is not supported");
        assertThat(Arrays.equals(await(streams.reader().read()), between(10, SIZE))).isTrue();
      }
    });
  }

  @Test
  void whatCannotBeSentIsTurnedAway() {
    run(() -> {
      try (var listening = new Listening<>(Recorder::new);
          FileChannel file = FileChannel.open(path)) {
        Recorder client = listening.connect();
        assertThatThrownBy(() -> await(sendfile(client.transport(), file, -1, null, true)))
            .isInstanceOf(IllegalArgumentException.class);
        client.transport().close();
        assertThatThrownBy(() -> await(sendfile(client.transport(), file, 0, null, true)))
            .isInstanceOf(IllegalStateException.class)
            .hasMessageStartingWith("Transport is closing");
        client.untilLost();
        listening.client(0).untilLost();
      }
    });
  }

  @Test
  void aFileThatIsCancelledOnItsWayEndsTheConnection() {
    run(() -> {
      try (var listening = new Listening<>(Recorder::new);
          FileChannel file = FileChannel.open(path)) {
        Recorder client = listening.connect();
        Recorder server = listening.client(0);
        server.transport().pauseReading();
        client.transport().write(new byte[16 * 1024 * 1024]); // more than the system takes
        Task<Long> sending = createTask(sendfile(client.transport(), file, 0, null, true));
        turns(5);
        sending.cancel();
        assertThatThrownBy(() -> await(sending)).isInstanceOf(CancelledError.class);
        assertThat(client.transport().isClosing()).isTrue();
        assertThat(client.untilLost()).isNull();
        assertThat(file.isOpen()).isTrue();
        server.transport().resumeReading();
        server.untilLost();
      }
    });
  }

  @Test
  void aPeerThatGoesAwayEndsIt() {
    run(() -> {
      try (var listening = new Listening<>(Recorder::new);
          FileChannel file = FileChannel.open(path)) {
        Recorder client = listening.connect();
        Recorder server = listening.client(0);
        server.transport().pauseReading();
        client.transport().write(new byte[16 * 1024 * 1024]);
        Task<Long> sending = createTask(sendfile(client.transport(), file, 0, null, true));
        turns(5);
        server.transport().abort();
        assertThatThrownBy(() -> await(sending)).isInstanceOf(IOException.class);
        client.untilLost();
        server.untilLost();
      }
    });
  }
}
