package jasyncio.http.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jasyncio.http.Headers;
import jasyncio.http.Query;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestFieldsTest {
  private static OutgoingRequest build(String method, RequestOptions options) {
    return new RequestFields(SessionOptions.defaults())
        .build(method, RequestUrl.parse("http://host:8080/p"), options);
  }

  @Test
  void fieldsThatTheProgramLeavesOutAreAdded() {
    Headers headers = build("get", RequestOptions.defaults()).headers();

    assertThat(headers.get("Host")).isEqualTo("host:8080");
    assertThat(headers.get("Accept")).isEqualTo("*/*");
    assertThat(headers.get("Accept-Encoding")).isEqualTo("gzip, deflate");
    assertThat(headers.get("User-Agent")).startsWith("jasyncio/");
    assertThat(headers.contains("Content-Length")).isFalse();
    assertThat(headers.contains("Content-Type")).isFalse();
  }

  @Test
  void aRequestHasNothingOfTheOneBefore() {
    RequestFields fields = new RequestFields(SessionOptions.defaults());
    RequestUrl url = RequestUrl.parse("http://host/p");
    RequestOptions none = RequestOptions.defaults();
    Headers plain = fields.build("GET", url, none).headers();

    fields.build("GET", url, none.withHeader("X", "y"));
    fields.build("GET", url, none.withData("body"));
    fields.build("POST", url, none);
    fields.build("GET", RequestUrl.parse("http://me:secret@host/p"), none);
    assertThat(fields.build("GET", url, none).headers()).isEqualTo(plain);
    assertThat(fields.build("DELETE", url, none).headers()).isEqualTo(plain);
    assertThat(fields.build("POST", url, none).headers().get("Content-Length")).isEqualTo("0");
    assertThat(fields.build("GET", url, none.withHeader("X", "y")).headers().get("X"))
        .isEqualTo("y");
    assertThat(fields.build("GET", RequestUrl.parse("http://me@host/"), none).headers().names())
        .contains("authorization");
    assertThat(fields.build("GET", RequestUrl.parse("http://other/"), none).headers().get("Host"))
        .isEqualTo("other");
    assertThat(fields.build("GET", RequestUrl.parse("https://host/"), none).headers())
        .isEqualTo(plain);
  }

  @Test
  void theProgramsFieldsGoFirstAndTheRequestsBeforeTheSessions() {
    SessionOptions session =
        SessionOptions.defaults().withHeaders(Headers.of("User-Agent", "s", "X", "s", "Y", "s"));
    RequestOptions options = RequestOptions.defaults().withHeader("x", "r").withHeader("Host", "h");
    Headers headers =
        new RequestFields(session).build("GET", RequestUrl.parse("http://a/"), options).headers();

    assertThat(headers.getAll("X")).containsExactly("r");
    assertThat(headers.getAll("Y")).containsExactly("s");
    assertThat(headers.getAll("User-Agent")).containsExactly("s");
    assertThat(headers.getAll("Host")).containsExactly("h");
  }

  @Test
  void bodiesBringTheirTypeAndLength() {
    OutgoingRequest text = build("POST", RequestOptions.defaults().withData("caf\u00e9"));
    OutgoingRequest bytes = build("PUT", RequestOptions.defaults().withData(new byte[7]));
    OutgoingRequest form = build("POST", RequestOptions.defaults().withForm(Query.of("a", "b c")));
    OutgoingRequest typed =
        build(
            "POST",
            RequestOptions.defaults()
                .withData("{}")
                .withHeader("content-type", "application/json"));

    assertThat(text.headers().get("Content-Type")).isEqualTo("text/plain; charset=utf-8");
    assertThat(text.headers().get("Content-Length")).isEqualTo("5");
    assertThat(bytes.headers().get("Content-Type")).isEqualTo("application/octet-stream");
    assertThat(bytes.headers().get("Content-Length")).isEqualTo("7");
    assertThat(form.headers().get("Content-Type")).isEqualTo("application/x-www-form-urlencoded");
    assertThat(form.body()).asString().isEqualTo("a=b+c");
    assertThat(typed.headers().getAll("Content-Type")).containsExactly("application/json");
    assertThat(build("POST", RequestOptions.defaults()).headers().get("Content-Length"))
        .isEqualTo("0");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "GET /", "G\r\nX: y", "G\u00e9", "GET HTTP/1.1", "CONNECT", "(x)"})
  void methodsThatCouldBreakOutOfTheRequestLineAreRefused(String method) {
    assertThatThrownBy(() -> build(method, RequestOptions.defaults()))
        .isInstanceOf(IllegalArgumentException.class)
        .message()
        .doesNotContain("\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Content-Length", "transfer-encoding"})
  void fieldsThatSayHowLongTheBodyIsAreRefused(String name) {
    assertThatThrownBy(() -> build("POST", RequestOptions.defaults().withHeader(name, "1")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("follow from the body");
  }

  @Test
  void theGivenBytesAreCopied() {
    byte[] bytes = {1};
    RequestOptions options = RequestOptions.defaults().withData(bytes);
    bytes[0] = 2;

    assertThat(build("POST", options).body()).containsExactly(1);
  }

  @Test
  void optionsThatMakeNoSenseAreRefused() {
    assertThatThrownBy(() -> RequestOptions.defaults().withMaxRedirects(-1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> SessionOptions.defaults().withLimit(-1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> SessionOptions.defaults().withBaseUrl("http://a/b"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("base_url path must end with '/'");
    assertThatThrownBy(() -> SessionOptions.defaults().withBaseUrl("b/"))
        .isInstanceOf(InvalidURL.class);
    assertThatThrownBy(() -> ClientTimeout.ofTotal(Duration.ofSeconds(-1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(ClientTimeout.ofTotal(Duration.ZERO).total()).isNull();
    assertThat(ClientTimeout.defaults().total()).isEqualTo(Duration.ofMinutes(5));
    assertThat(ClientTimeout.defaults().sockConnect()).isEqualTo(Duration.ofSeconds(30));
  }
}
