package jasyncio.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpRequest;
import jasyncio.http.Headers;
import jasyncio.http.wire.WireHeaders;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestDecoderTest {
  /// The fields of a request with this line in its header; null if that is refused.
  private static Headers decoded(String line) {
    EmbeddedChannel channel = new EmbeddedChannel(new RequestDecoder());
    try {
      channel.writeInbound(
          Unpooled.copiedBuffer(
              "GET / HTTP/1.1\r\n" + line + "\r\n\r\n", StandardCharsets.ISO_8859_1));
      HttpRequest request = channel.readInbound();
      return request == null || request.decoderResult().isFailure()
          ? null
          : WireHeaders.of(request.headers());
    } finally {
      channel.finishAndReleaseAll();
    }
  }

  /// What Netty lets through is made into our form when somebody asks for it, so it must fit.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "%s: v",
        "%sn: v",
        "n%s: v",
        "n%sm: v",
        "n: %s",
        "n: %sv",
        "n: v%s",
        "n: v%sw",
        "n: v\r\n %s",
        "n: v\r\n\tw%sx",
        "n:%sv",
        "n:  v %s w"
      })
  void whateverIsDecodedMayBeInAHeader(String form) {
    int taken = 0;
    for (char c = 0; c <= 0xff; c++) {
      Headers fields = decoded(form.formatted(c)); // would throw
      if (fields != null) {
        taken++;
      }
      boolean isTrimmed = form.contains("\r\n"); // of a continued line Netty drops them
      if (c < ' ' && c != '\t' && c != '\r' && c != '\n' && !isTrimmed) {
        assertThat(fields).as("with character %d", (int) c).isNull();
      }
    }
    assertThat(taken).isBetween(1, 0xff);
  }

  @Test
  void namesAndValuesStayAsTheyAre() {
    assertThat(decoded("A-b:  c d \t\r\na-B: \u00ff"))
        .isEqualTo(Headers.of("A-b", "c d", "a-B", "\u00ff"));
    assertThat(decoded("Empty:")).isEqualTo(Headers.of("Empty", ""));
  }
}
