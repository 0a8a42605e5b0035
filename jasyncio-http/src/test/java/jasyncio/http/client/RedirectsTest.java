package jasyncio.http.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jasyncio.http.Headers;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedirectsTest {
  private static OutgoingRequest request(String method, String url, String... fields) {
    RequestOptions options = RequestOptions.defaults().withHeaders(Headers.of(fields));
    if (method.equals("POST") || method.equals("PUT")) {
      options = options.withData("body");
    }
    return new RequestFields(SessionOptions.defaults())
        .build(method, RequestUrl.parse(url), options);
  }

  private static OutgoingRequest next(OutgoingRequest request, int status, String location) {
    return Redirects.next(request, status, Headers.of("Location", location));
  }

  @ParameterizedTest
  @CsvSource({
    "301,GET,GET", "302,GET,GET", "303,GET,GET", "307,GET,GET", "308,GET,GET",
    "301,POST,GET", "302,POST,GET", "303,POST,GET", "307,POST,POST", "308,POST,POST",
    "301,PUT,PUT", "302,PUT,PUT", "303,PUT,GET", "307,PUT,PUT", "308,PUT,PUT",
    "301,HEAD,HEAD", "303,HEAD,HEAD", "303,DELETE,GET", "301,DELETE,DELETE",
  })
  void methodsFollowTheRules(int status, String before, String after) {
    OutgoingRequest next = next(request(before, "http://a/x"), status, "/y");

    assertThat(next.method()).isEqualTo(after);
    boolean hasBody = after.equals("POST") || after.equals("PUT");
    assertThat(next.body()).asString().isEqualTo(hasBody ? "body" : "");
    assertThat(next.headers().contains("Content-Length")).isEqualTo(hasBody);
    assertThat(next.headers().contains("Content-Type")).isEqualTo(hasBody);
    assertThat(next.url().uri()).hasToString("http://a/y");
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 201, 204, 300, 304, 305, 306, 309, 399, 400, 404, 500})
  void otherStatusesAreNoRedirects(int status) {
    assertThat(next(request("GET", "http://a/"), status, "/y")).isNull();
  }

  @Test
  void aRedirectToNowhereIsTheAnswer() {
    assertThat(Redirects.next(request("GET", "http://a/"), 302, Headers.of())).isNull();
    assertThat(
            Redirects.next(request("GET", "http://a/"), 302, Headers.of("URI", "/z")).url().path())
        .isEqualTo("/z");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://b/",
        "https://a/",
        "http://a:8080/",
        "//b/",
        "http://sub.a/",
        "http://a.b/"
      })
  void secretsStayWithTheirOrigin(String location) {
    OutgoingRequest request =
        request(
            "GET",
            "http://a/",
            "Authorization",
            "x",
            "Cookie",
            "y",
            "Proxy-Authorization",
            "z",
            "X-Other",
            "o");
    OutgoingRequest next = next(request, 302, location);

    assertThat(next.headers().names())
        .doesNotContain("authorization", "cookie", "proxy-authorization")
        .contains("x-other");
    assertThat(next.headers().getAll("Host")).containsExactly(next.url().hostField());
  }

  @Test
  void withinTheOriginSecretsAreSentAgain() {
    OutgoingRequest request = request("GET", "http://a/", "Authorization", "x", "Cookie", "y");

    assertThat(next(request, 302, "http://a:80/other").headers().names())
        .contains("authorization", "cookie");
  }

  @Test
  void credentialsOfTheFirstUrlAreNotSentElsewhere() {
    OutgoingRequest request = request("GET", "http://user:secret@a/");

    assertThat(request.headers().get("Authorization")).isEqualTo("Basic dXNlcjpzZWNyZXQ=");
    assertThat(next(request, 302, "http://b/").headers().contains("Authorization")).isFalse();
    assertThat(next(request, 302, "http://n:p@b/").headers().get("Authorization"))
        .isEqualTo("Basic bjpw");
  }

  @Test
  void aLocationInUtf8IsUnderstood() {
    String raw =
        new String("/caf\u00e9".getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);

    assertThat(next(request("GET", "http://a/"), 302, raw).url().path()).isEqualTo("/caf%C3%A9");
    assertThat(next(request("GET", "http://a/"), 302, "/caf\u00e9").url().path())
        .isEqualTo("/caf%C3%A9");
  }

  @Test
  void theFragmentIsInheritedUnlessThereIsANewOne() {
    OutgoingRequest request = request("GET", "http://a/x#old");

    assertThat(next(request, 302, "/y").url().realUri()).hasToString("http://a/y#old");
    assertThat(next(request, 302, "/y#new").url().realUri()).hasToString("http://a/y#new");
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://", "http://[", "http://host:99999/"})
  void aTargetThatIsNoUrlIsAnError(String location) {
    assertThatThrownBy(() -> next(request("GET", "http://a/"), 302, location))
        .isInstanceOf(InvalidUrlRedirectClientError.class)
        .isInstanceOf(RedirectClientError.class)
        .hasMessageStartingWith(location + " - ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ftp://b/", "file:///etc/passwd", "javascript:x", "data:text/plain,x"})
  void aTargetThatIsNotHttpIsAnError(String location) {
    assertThatThrownBy(() -> next(request("GET", "http://a/"), 302, location))
        .isInstanceOf(NonHttpUrlRedirectClientError.class)
        .isInstanceOf(RedirectClientError.class);
  }
}
