package jasyncio.net;

import static jasyncio.Asyncio.asyncFor;
import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.createTask;
import static jasyncio.Asyncio.gather;
import static jasyncio.Asyncio.run;
import static jasyncio.net.Net.openConnection;
import static jasyncio.net.Net.startServer;
import static org.assertj.core.api.Assertions.assertThat;

import jasyncio.Coroutine;
import jasyncio.Task;
import jasyncio.parity.Parity;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

@Parity({"STR-01", "STR-02", "STR-10"})
class EchoTest {
  static final ClientHandler ECHO =
      (reader, writer) -> {
        try (writer) {
          byte[] data;
          while ((data = await(reader.read(64 * 1024))).length > 0) {
            writer.write(data);
            await(writer.drain());
          }
        }
      };

  static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  @Test
  void aLineComesBack() {
    String line =
        run(() -> {
          try (var server = await(startServer(ECHO, "127.0.0.1", 0));
              var streams = await(openConnection("127.0.0.1", server.port()))) {
            streams.writer().write("hello\n", StandardCharsets.UTF_8);
            return await(streams.reader().readLine());
          }
        });
    assertThat(line).isEqualTo("hello");
  }

  @Test
  void manyClientsAreServedAtTheSameTime() {
    List<String> answers =
        run(() -> {
          try (var server = await(startServer(ECHO, "127.0.0.1", 0))) {
            List<Coroutine<String>> clients = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
              clients.add(ask(server.port(), "client " + i));
            }
            return await(gather(clients));
          }
        });
    assertThat(answers).hasSize(50).startsWith("client 0", "client 1").endsWith("client 49");
  }

  private static Coroutine<String> ask(int port, String question) {
    return jasyncio.Asyncio.async(() -> {
      try (var streams = await(openConnection("localhost", port))) {
        streams.writer().write(ascii(question));
        streams.writer().writeEof();
        return new String(await(streams.reader().read()), StandardCharsets.US_ASCII);
      }
    });
  }

  @Test
  void largeDataGoesThroughUnchangedInBothDirectionsAtOnce() {
    byte[] data = new byte[8 * 1024 * 1024 + 7];
    new Random(1).nextBytes(data);
    run(() -> {
      try (var server = await(startServer(ECHO, "127.0.0.1", 0));
          var streams = await(openConnection("127.0.0.1", server.port()))) {
        Task<@Nullable Void> sending =
            createTask(() -> {
              for (int at = 0; at < data.length; at += 100_000) {
                streams.writer().write(data, at, Math.min(100_000, data.length - at));
                await(streams.writer().drain());
              }
              streams.writer().writeEof();
            });
        byte[] received = await(streams.reader().readExactly(data.length));
        assertThat(Arrays.equals(received, data)).isTrue();
        assertThat(await(streams.reader().read())).isEmpty();
        await(sending);
      }
    });
  }

  @Test
  void dataWrittenWithoutDrainAllArrives() {
    byte[] data = new byte[8 * 1024 * 1024];
    new Random(2).nextBytes(data);
    run(() -> {
      ClientHandler flood =
          (_, writer) -> {
            writer.write(data);
            writer.close();
          };
      try (var server = await(startServer(flood, "127.0.0.1", 0));
          var streams = await(openConnection("127.0.0.1", server.port()))) {
        assertThat(Arrays.equals(await(streams.reader().read()), data)).isTrue();
      }
    });
  }

  @Test
  void theArrayMayBeReusedAsSoonAsItIsWritten() {
    byte[] received =
        run(() -> {
          try (var server = await(startServer(ECHO, "127.0.0.1", 0));
              var streams = await(openConnection("127.0.0.1", server.port()))) {
            byte[] data = new byte[200_000];
            streams.writer().write(data);
            Arrays.fill(data, (byte) 1);
            return await(streams.reader().readExactly(200_000));
          }
        });
    assertThat(received).containsOnly(0);
  }

  @Test
  void smallWritesKeepTheirOrder() {
    String received =
        run(() -> {
          try (var server = await(startServer(ECHO, "127.0.0.1", 0));
              var streams = await(openConnection("127.0.0.1", server.port()))) {
            StreamWriter writer = streams.writer();
            writer.writelines(List.of(ascii("a"), ascii("b"), ascii("")));
            writer.write(ByteBuffer.wrap(ascii("-c-"), 1, 1));
            ByteBuffer direct = ByteBuffer.allocateDirect(1).put((byte) 'd').flip();
            writer.write(direct);
            assertThat(direct.hasRemaining()).isFalse();
            writer.write(ascii("_e_"), 1, 1);
            writer.write(ascii("x".repeat(70_000)));
            writer.write(ascii("f"));
            return new String(
                await(streams.reader().readExactly(70_006)), StandardCharsets.US_ASCII);
          }
        });
    assertThat(received).startsWith("abcdexx").endsWith("xxf");
  }

  @Test
  @Parity("STR-09")
  void aReaderIteratesOverLines() {
    List<String> lines =
        run(() -> {
          ClientHandler poem =
              (_, writer) -> {
                writer.write(ascii("one\ntwo\n\nthree"));
                writer.close();
              };
          List<String> seen = new ArrayList<>();
          try (var server = await(startServer(poem, "127.0.0.1", 0));
              var streams = await(openConnection("127.0.0.1", server.port()))) {
            for (byte[] line : asyncFor(streams.reader().byteLines())) {
              seen.add(new String(line, StandardCharsets.US_ASCII));
            }
          }
          return seen;
        });
    assertThat(lines).containsExactly("one\n", "two\n", "\n", "three");
  }
}
