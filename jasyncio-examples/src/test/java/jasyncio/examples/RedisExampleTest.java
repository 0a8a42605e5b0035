package jasyncio.examples;

import static jasyncio.Asyncio.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import jasyncio.BackgroundLoop;
import jasyncio.net.Net;
import jasyncio.net.Server;
import jasyncio.net.StreamReader;
import jasyncio.net.StreamWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// `examples/redis` with a server that knows just what the example needs; `examples/redis/run` uses
/// a real one.
@Timeout(60)
class RedisExampleTest {
  @TempDir static Path classes;

  private static final class SmallRedis {
    private final Map<String, String> data = new HashMap<>();

    void serve(StreamReader reader, StreamWriter writer) {
      try (writer) {
        while (true) {
          List<String> command = read(reader);
          if (command.isEmpty()) {
            return;
          }
          writer.write(answer(command), UTF_8);
          await(writer.drain());
        }
      }
    }

    private static List<String> read(StreamReader reader) {
      List<String> words = new ArrayList<>();
      String head = await(reader.readLine(UTF_8)).strip();
      if (!head.isEmpty()) {
        for (int i = Integer.parseInt(head.substring(1)); i > 0; i--) {
          int length = Integer.parseInt(await(reader.readLine(UTF_8)).strip().substring(1));
          words.add(new String(await(reader.readExactly(length + 2)), UTF_8).strip());
        }
      }
      return words;
    }

    private String answer(List<String> command) {
      return switch (command.getFirst().toUpperCase(Locale.ROOT)) {
        case "PING" -> "+PONG\r\n";
        case "SET" -> {
          data.put(command.get(1), command.get(2));
          yield "+OK\r\n";
        }
        case "GET" -> {
          String value = data.get(command.get(1));
          yield value == null ? "$-1\r\n" : "$" + value.length() + "\r\n" + value + "\r\n";
        }
        case "INCR" -> {
          int next = Integer.parseInt(data.getOrDefault(command.get(1), "0")) + 1;
          data.put(command.get(1), String.valueOf(next));
          yield ":" + next + "\r\n";
        }
        case "DEL" -> ":" + command.stream().skip(1).filter(data.keySet()::remove).count() + "\r\n";
        default -> "-ERR unknown command '" + command.getFirst() + "'\r\n";
      };
    }
  }

  @Test
  void aClientLibraryOnNettyLivesOnTheLoop() throws Exception {
    String source = Repository.read(Repository.file("examples/redis/RedisOnTheLoop.java"));
    CompactProgram program =
        CompactProgram.compile(Map.of("RedisOnTheLoop", source), classes).get("RedisOnTheLoop");
    SmallRedis redis = new SmallRedis();
    try (BackgroundLoop background = BackgroundLoop.start()) {
      Server server = background.submit(Net.startServer(redis::serve, "127.0.0.1", 0)).get();
      int port = background.submit(() -> server.port()).get();
      System.setProperty("redis.port", String.valueOf(port));
      try {
        assertThat(program.run(false))
            .isEqualTo(
                """
                callbacks run on the loop: true
                greeting: hello
                counted to 100
                shut down: true
                """);
      } finally {
        System.clearProperty("redis.port");
        background.submit(() -> server.close()).get();
      }
    }
    assertThat(redis.data).isEmpty();
  }
}
