package jasyncio.http.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpResponse;
import jasyncio.http.Headers;
import jasyncio.http.wire.WireHeaders;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResponseDecoderTest {
  /// The fields of a response with this line in its header; null if that is refused.
  private static Headers decoded(String line) {
    EmbeddedChannel channel = new EmbeddedChannel(new ResponseDecoder());
    try {
      channel.writeInbound(
          Unpooled.copiedBuffer(
              "HTTP/1.1 200 OK\r\n" + line + "\r\n\r\n", StandardCharsets.ISO_8859_1));
      HttpResponse response = channel.readInbound();
      return response == null || response.decoderResult().isFailure()
          ? null
          : WireHeaders.of(response.headers());
    } finally {
      channel.finishAndReleaseAll();
    }
  }

  /// What Netty lets through is made into our form when somebody asks for it, so it must fit.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "%s: v",
        "n%sm: v",
        "n%s : v",
        "n: %s",
        "n: %sv",
        "n: v%sw",
        "n: v%s",
        "n: v\n %s",
        "n: v\n\tw%sx"
      })
  void whateverIsDecodedMayBeInAHeader(String form) {
    int taken = 0;
    for (char c = 0; c <= 0xff; c++) {
      if (decoded(form.formatted(c)) != null) { // would throw
        taken++;
      }
    }
    assertThat(taken).isBetween(1, 0xff);
  }
}
