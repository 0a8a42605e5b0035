package jasyncio.http.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ResponseTest {
  @Test
  void textHasATypeAndACharacterSet() {
    assertThat(Response.text("x").headers().get("Content-Type"))
        .isEqualTo("text/plain; charset=utf-8");
    assertThat(Response.html("x").headers().get("Content-Type"))
        .isEqualTo("text/html; charset=utf-8");
    assertThat(Response.bytes(new byte[3]).headers().get("Content-Type"))
        .isEqualTo("application/octet-stream");
    Response latin1 = Response.text("\u00e9\u20ac").withCharset(StandardCharsets.ISO_8859_1);
    assertThat(latin1.headers().get("Content-Type")).isEqualTo("text/plain; charset=iso-8859-1");
    assertThat(latin1.encoded()).containsExactly((byte) 0xe9, (byte) '?');
  }

  @Test
  void aContentTypeOfItsOwnDecidesTheCharacterSet() {
    Response response = Response.text("\u00e9").withHeader("content-type", "a/b; charset=latin1");

    assertThat(response.headers().getAll("Content-Type")).containsExactly("a/b; charset=latin1");
    assertThat(response.encoded()).containsExactly((byte) 0xe9);
    assertThatThrownBy(() -> Response.text("").withContentType("a/b; charset=x"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"OK\r\nX: y", "a\nb", "\0", "\u20ac"})
  void aReasonCannotSplitTheResponse(String reason) {
    assertThatThrownBy(() -> Response.text("").withStatus(200, reason))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void headersCannotSplitTheResponse() {
    assertThatThrownBy(() -> Response.redirect("/x\r\nSet-Cookie: y"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Response.text("").withHeader("X", "y\n"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Response.text("").plusHeader("X", "y\n"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Response.text("").withContentType("a/b\r\nX: y"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Response.text("").withContentType("a/\u20ac"))
        .isInstanceOf(IllegalArgumentException.class);
    for (String ours : new String[] {"content-length", "Transfer-Encoding", "Connection"}) {
      assertThatThrownBy(() -> Response.text("").withHeader(ours, "1"))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 99, 100, 199, 1000})
  void onlyFinalStatusesCanBeSent(int status) {
    assertThatThrownBy(() -> Response.ofStatus(status))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Response.text("").withStatus(status))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void statusesBringTheirReason() {
    assertThat(Response.ofStatus(404)).hasToString("<Response 404 Not Found>");
    assertThat(Response.ofStatus(404).encoded()).asString().isEqualTo("404: Not Found");
    assertThat(Response.ofStatus(204).encoded()).isEmpty();
    assertThat(Response.ofStatus(204).headers()).isEmpty();
    assertThat(new HttpException(418)).hasMessageStartingWith("418: ");
    assertThat(Response.redirect("/x").status()).isEqualTo(302);
  }

  @Test
  void fieldsCanBeRepeated() {
    Response response =
        Response.text("").plusHeader("Set-Cookie", "a=1").plusHeader("set-cookie", "b=2");

    assertThat(response.headers().getAll("Set-Cookie")).containsExactly("a=1", "b=2");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "gzip|true",
        "GZIP|true",
        "deflate, gzip;q=0.5|true",
        "x-gzip|true",
        "*|true",
        "br;q=1, *;q=0.1|true",
        "gzip;q=0|false",
        "gzip;q=0.000|false",
        "deflate|false",
        "*;q=0|false",
        "gzip;q=0, *|false",
        "''|false",
        "gzipped|false",
      })
  void compressionIsUsedWhereItIsTaken(String accepted, boolean takes) {
    assertThat(ResponseWriter.acceptsGzip(List.of(accepted))).isEqualTo(takes);
    assertThat(ResponseWriter.acceptsGzip(List.of())).isFalse();
  }
}
