package jasyncio.net;

import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.run;
import static jasyncio.net.EchoTest.ECHO;
import static jasyncio.net.EchoTest.ascii;
import static jasyncio.net.Net.openConnection;
import static jasyncio.net.Net.openUnixConnection;
import static jasyncio.net.Net.startServer;
import static jasyncio.net.Net.startUnixServer;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// nc at the other end: over both address families, of a name, and over Unix sockets.
@Tag("netcat") // left out where that is not installed, see the pom
class NetcatTest {
  private static final String TEXT = "a line\nand another\n".repeat(5_000);

  /// A server that says first who it is, as the old protocols do.
  private static final ClientHandler GREETER =
      (reader, writer) -> {
        try (writer) {
          writer.write("220 ready\r\n", StandardCharsets.US_ASCII);
          String line = await(reader.readLine());
          writer.write("250 " + line + "\n");
        }
      };

  /// nc cannot be asked for any free port.
  private static Peer listen(String host, int[] port) throws IOException {
    while (true) {
      try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getByName(host))) {
        port[0] = free.getLocalPort();
      }
      Peer peer = Peer.start("nc", "-v", "-N", "-n", "-l", host, "" + port[0]);
      String line = await(peer.err().readLine());
      if (line.startsWith("Listening")) {
        return peer;
      }
      assertThat(line).contains("Address already in use"); // somebody was faster
      peer.close();
    }
  }

  @Test
  void aClientOfEitherFamilyThatEndsItsOutputGetsAll() {
    run(() -> {
      for (String host : Peer.loopbacks()) {
        try (var server = await(startServer(ECHO, host, 0))) {
          String got = Peer.answer(ascii(TEXT), "nc", "-N", "-n", host, "" + server.port());
          assertThat(got.equals(TEXT)).as("%s sent back", host).isTrue();
        }
      }
    });
  }

  @Test
  void aServerOfAllInterfacesIsFoundByBothFamilies() {
    run(() -> {
      try (var server = await(startServer(ECHO, null, 0))) {
        List<String> answers = new ArrayList<>();
        for (String host : Peer.loopbacks()) {
          String family = host.contains(":") ? "-6" : "-4";
          String port = "" + server.port();
          answers.add(Peer.answer(ascii(family), "nc", "-N", "-n", family, host, port));
        }
        assertThat(answers).containsAnyOf("-4").doesNotContain("");
        assertThat(answers).hasSameSizeAs(Peer.loopbacks());
      }
    });
  }

  @Test
  void aServerThatSpeaksFirstAndHangsUpIsUnderstood() {
    run(() -> {
      try (var server = await(startServer(GREETER, "127.0.0.1", 0));
          Peer peer = Peer.start("nc", "-N", "127.0.0.1", "" + server.port())) {
        assertThat(await(peer.out().readLineBytes())).isEqualTo(ascii("220 ready\r\n"));
        peer.in().write(ascii("hello\n"));
        assertThat(await(peer.out().readLineBytes())).isEqualTo(ascii("250 hello\n"));
        peer.in().close(); // nc waits for the ends of both
        assertThat(await(peer.out().readLineBytes())).isEmpty();
        assertThat(peer.waitExit()).isZero();
      }
    });
  }

  @Test
  void aUnixSocketCanBeServedAndUsed(@TempDir Path folder) {
    run(() -> {
      Path ours = folder.resolve("ours");
      try (var server = await(startUnixServer(ECHO, ours))) {
        assertThat(server.isServing()).isTrue();
        assertThat(Peer.answer(ascii(TEXT), "nc", "-N", "-U", ours.toString()).equals(TEXT))
            .isTrue();
      }
      Path theirs = folder.resolve("theirs");
      try (Peer peer = Peer.start("nc", "-v", "-N", "-l", "-U", theirs.toString())) {
        Peer.find(peer.err(), "(Listening) on ");
        try (var streams = await(openUnixConnection(theirs))) {
          converse(peer, streams);
        }
      }
    });
  }

  @Test
  void aServerOfEitherFamilyCanBeTalkedTo() {
    run(() -> {
      for (String host : Peer.loopbacks()) {
        int[] port = new int[1];
        try (Peer peer = listen(host, port);
            var streams = await(openConnection(host, port[0]))) {
          converse(peer, streams);
        }
      }
    });
  }

  /// A line there, a line back, and then each direction ends by itself.
  private static void converse(Peer peer, Streams streams) {
    streams.writer().write(ascii("question\n"));
    assertThat(await(peer.out().readLineBytes())).isEqualTo(ascii("question\n"));
    peer.in().write(ascii("answer\n"));
    assertThat(await(streams.reader().readLineBytes())).isEqualTo(ascii("answer\n"));
    peer.in().close();
    assertThat(await(streams.reader().read())).as("nc has ended its output").isEmpty();
    streams.writer().write(ascii("still here"));
    streams.writer().writeEof();
    assertThat(await(peer.out().read())).isEqualTo(ascii("still here"));
    assertThat(peer.waitExit()).isZero();
  }
}
