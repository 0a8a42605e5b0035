package jasyncio.net;

import static jasyncio.Asyncio.asyncFor;
import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.createTask;
import static jasyncio.Asyncio.run;
import static jasyncio.Asyncio.yieldNow;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jasyncio.AsyncAction;
import jasyncio.Asyncio;
import jasyncio.LoopConfig;
import jasyncio.Task;
import jasyncio.parity.Parity;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Lines as text, from a reader that is fed by hand.
class StreamTextTest {
  private static void onLoop(AsyncAction body) {
    run(Asyncio.async(body), LoopConfig.defaults().withVirtualTime());
  }

  private static StreamReader ended(byte[] data) {
    StreamReader reader = StreamReader.create(100);
    reader.feedData(ByteBuffer.wrap(data));
    reader.feedEof();
    return reader;
  }

  private static StreamReader ended(String data) {
    return ended(data.getBytes(UTF_8));
  }

  @Test
  @Parity("STR-06")
  void aLineIsTextWithoutItsEnd() {
    onLoop(() -> {
      StreamReader reader = ended("one\ntwö\r\n\nlast");
      assertThat(await(reader.readLine())).isEqualTo("one");
      assertThat(await(reader.readLine())).isEqualTo("twö");
      assertThat(await(reader.readLine())).isEmpty();
      assertThat(await(reader.readLine())).isEqualTo("last");
      assertThat(await(reader.readLine())).isNull();
      assertThat(await(reader.readLine())).isNull();
    });
  }

  @Test
  void theUsualLoopEndsWithTheStream() {
    onLoop(() -> {
      StreamReader reader = ended("1\n2\n3");
      int sum = 0;
      String line;
      while ((line = await(reader.readLine())) != null) {
        sum += Integer.parseInt(line);
      }
      assertThat(sum).isEqualTo(6);
    });
  }

  @Test
  void aCarriageReturnElsewhereEndsNoLine() {
    onLoop(() -> {
      StreamReader reader = ended("a\rb\r\r\n\r");
      assertThat(await(reader.readLine())).isEqualTo("a\rb\r");
      assertThat(await(reader.readLine())).isEqualTo("\r");
    });
  }

  @Test
  void linesAreIterated() {
    onLoop(() -> {
      List<String> lines = new ArrayList<>();
      for (String line : asyncFor(ended("a\nb\n").lines())) {
        lines.add(line);
      }
      for (String line : asyncFor(ended("c\n"))) {
        lines.add(line);
      }
      for (String line : asyncFor(ended(new byte[] {(byte) 0xE9, '\n'}).lines(ISO_8859_1))) {
        lines.add(line);
      }
      for (byte[] line : asyncFor(ended("d\n").byteLines())) {
        lines.add(new String(line, UTF_8));
      }
      assertThat(lines).containsExactly("a", "b", "c", "é", "d\n");
    });
  }

  @Test
  void whatIsNotUtf8IsRefusedAndTheNextLineFollows() {
    onLoop(() -> {
      StreamReader reader = ended(new byte[] {'c', 'a', 'f', (byte) 0xE9, '\n', 'o', 'k', '\n'});
      assertThatThrownBy(() -> await(reader.readLine()))
          .isInstanceOfSatisfying(
              UnicodeDecodeError.class,
              e -> {
                assertThat(e.start()).isEqualTo(3);
                assertThat(e.object()).asString(ISO_8859_1).isEqualTo("café\n");
              })
          .hasMessage(
              "'UTF-8' cannot decode byte 0xE9 at index 3 of 5 bytes. Name the right charset, or"
                  + " read bytes");
      assertThat(await(reader.readLine())).isEqualTo("ok");
    });
  }

  /// U+FFFD may have been sent; it is not what Java puts for a mistake then.
  @Test
  void aReplacementCharacterThatWasSentIsRead() {
    onLoop(() -> assertThat(await(ended("\uFFFD\n").readLine())).isEqualTo("\uFFFD"));
  }

  @ParameterizedTest
  @ValueSource(ints = {0xC3, 0xE2, 0xF0})
  void aLineThatEndsInsideACharacterIsRefused(int lead) {
    onLoop(() ->
        assertThatThrownBy(() -> await(ended(new byte[] {'a', (byte) lead}).readLine()))
            .isInstanceOf(UnicodeDecodeError.class)
            .hasMessageContaining("at index 1 of 2 bytes"));
  }

  @Test
  void everythingIsTextToo() {
    onLoop(() -> {
      assertThat(await(ended("a\nä").readText())).isEqualTo("a\nä");
      assertThat(await(ended("").readText())).isEmpty();
      assertThat(await(ended(new byte[] {(byte) 0xE4}).readText(ISO_8859_1))).isEqualTo("ä");
      assertThatThrownBy(() -> await(ended(new byte[] {(byte) 0xE4}).readText()))
          .isInstanceOf(UnicodeDecodeError.class);
    });
  }

  @Test
  void aCancelledReadLineTakesNothing() {
    onLoop(() -> {
      StreamReader reader = StreamReader.create(100);
      reader.feedData(ByteBuffer.wrap("hal".getBytes(UTF_8)));
      Task<?> reading = createTask(reader.readLine());
      await(yieldNow());
      reading.cancel();
      await(yieldNow());
      reader.feedData(ByteBuffer.wrap("f\n".getBytes(UTF_8)));
      assertThat(reading.cancelled()).isTrue();
      assertThat(await(reader.readLine())).isEqualTo("half");
    });
  }
}
