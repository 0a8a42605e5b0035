package jasyncio.http.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class AsciiBufferTest {
  private static String text(AsciiBuffer buffer) {
    ByteBuf target = Unpooled.buffer();
    buffer.writeTo(target);
    assertThat(buffer.length()).isEqualTo(target.readableBytes());
    return target.toString(StandardCharsets.ISO_8859_1);
  }

  @Test
  void whatIsAddedIsThereInOrder() {
    AsciiBuffer buffer = new AsciiBuffer();
    for (int n : new int[] {0, 9, 10, 99, 100, 1234567890, Integer.MAX_VALUE}) {
      buffer.add(n);
      buffer.add(" ");
    }
    buffer.addField("A", "\u00ff");
    buffer.add(new byte[] {'x'});
    assertThat(text(buffer)).isEqualTo("0 9 10 99 100 1234567890 2147483647 A: \u00ff\r\nx");

    buffer.clear();
    assertThat(text(buffer)).isEmpty();
  }

  @Test
  void itGrowsAndStaysUsableAfterwards() {
    AsciiBuffer buffer = new AsciiBuffer();
    for (int n : new int[] {1023, 1024, 1025, 5000, 200_000, 3}) {
      buffer.clear();
      buffer.add("a".repeat(n));
      buffer.endLine();
      assertThat(text(buffer)).isEqualTo("a".repeat(n) + "\r\n");
    }
  }
}
