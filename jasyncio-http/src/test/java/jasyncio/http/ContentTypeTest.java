package jasyncio.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ContentTypeTest {
  @Test
  void typeAndParametersAreRead() {
    ContentType type = ContentType.parse("Text/HTML; Charset=ISO-8859-1; boundary=\"a;\\\"b\" ;x");

    assertThat(type.mimeType()).isEqualTo("text/html");
    assertThat(type.charset()).isEqualTo(StandardCharsets.ISO_8859_1);
    assertThat(type.parameters()).isEqualTo(Map.of("charset", "ISO-8859-1", "boundary", "a;\"b"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "text/html;charset=utf-8|UTF-8",
        "text/html; charset=\"utf-8\"|UTF-8",
        "text/html; charset = latin1|ISO-8859-1",
        "text/html;charset=utf-8;charset=ascii|UTF-8",
        "text/html;;;charset=utf-8|UTF-8",
      })
  void charsetsAreFound(String value, String charset) {
    assertThat(ContentType.parse(value).charset()).hasToString(charset);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "text/html",
        "text/html; charset=",
        "text/html; charset=no-such-thing",
        "text/html; charset=../../etc",
        "text/html; charset",
        "text/html; charset=\"utf",
        ";=;=;\"",
        "\"",
      })
  void nonsenseHasNoCharset(String value) {
    assertThat(ContentType.parse(value).charset()).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "text", "/", "text/", "/html", "a b/c", ";charset=utf-8"})
  void whatIsNoTypeIsBytes(String value) {
    assertThat(ContentType.parse(value).mimeType()).isEqualTo("application/octet-stream");
  }

  @Test
  void aMissingFieldIsBytes() {
    assertThat(ContentType.parse(null)).isEqualTo(ContentType.OCTET_STREAM);
  }

  @Test
  void itIsWrittenAsItIsRead() {
    ContentType type = ContentType.parse("text/plain; a=\"x y\\\"\"");

    assertThat(type).hasToString("text/plain; a=\"x y\\\"\"");
    assertThat(ContentType.parse(type.toString())).isEqualTo(type);
  }
}
