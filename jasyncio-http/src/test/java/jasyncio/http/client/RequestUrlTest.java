package jasyncio.http.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestUrlTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "http://example.com http://example.com/",
        "HTTP://EXAMPLE.com:80/ http://example.com/",
        "https://example.com:443 https://example.com/",
        "https://example.com:80/a https://example.com:80/a",
        "http://example.com: http://example.com/",
        "http://example.com?q http://example.com/?q",
        "http://example.com/? http://example.com/?",
        "http://user:pw@example.com/x http://example.com/x",
        "http://a@b@example.com/ http://example.com/",
        "http://my_service:8080/ http://my_service:8080/",
        "http://[::1]:8080/x http://[::1]:8080/x",
        "http://127.0.0.1/ http://127.0.0.1/",
        "http://b\u00fccher.example/ http://xn--bcher-kva.example/",
        "http://example.com/caf\u00e9 http://example.com/caf%C3%A9",
        "http://example.com/a%2Fb%20c%zz http://example.com/a%2Fb%20c%25zz",
        "http://example.com/{x}|\"<> http://example.com/%7Bx%7D%7C%22%3C%3E",
        "http://example.com/?a[]=1&b=%20+ http://example.com/?a%5B%5D=1&b=%20+",
        "http://example.com/a/./b/../c http://example.com/a/c",
        "http://example.com/../../etc http://example.com/etc",
        "http://example.com/a/.. http://example.com/",
        "http://example.com/a/b/. http://example.com/a/b/",
        "http://example.com/..a/.b http://example.com/..a/.b",
        "http://example.com//double http://example.com//double",
        "http://example.com./ http://example.com./",
        "http://a-b.c9-/ http://a-b.c9-/",
        "http://h/a:b?c:d/e?f http://h/a:b?c:d/e?f",
        "http://h?a/b http://h/?a/b",
        "http://h#/?x http://h/",
        "http://h/a?b#c?d#e http://h/a?b",
      })
  void urlsAreMadeFitToBeSent(String given, String sent) {
    assertThat(RequestUrl.parse(given).uri()).hasToString(sent);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "example.com",
        "/path",
        "http://",
        "http:///path",
        "http:example.com",
        "http://:80/",
        "http://host:0/",
        "http://host:65536/",
        "http://host:99999999999999999999/",
        "http://host:-1/",
        "http://host:8x/",
        "http://host:\u0661\u0662/",
        "http://a b/",
        "http://[::1/",
        "http://[zz]/",
        "http://[::1]x/",
        "http://a%0d%0ab/",
        "http://a%2fb/",
        "http://host/\r\nX: y",
        "http://host/\0",
        "ht tp://host/",
        "http://a..b/",
        "http://.a/",
        "http://%s/",
        ":http://host/",
        "a/b:c",
        "//host/",
        "?http://host/",
        "#http://host/",
        "http://host/?\n",
      })
  void whatIsNoUrlIsRefused(String form) {
    String given = form.replace("%s", "a".repeat(64)); // longer than a label may be
    assertThatThrownBy(() -> RequestUrl.parse(given))
        .isInstanceOf(InvalidUrlClientError.class)
        .message()
        .doesNotContain("\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ftp://host/", "file:///etc/passwd", "javascript:alert(1)", "ws://host/"})
  void otherSchemesAreRefused(String given) {
    assertThatThrownBy(() -> RequestUrl.parse(given))
        .isInstanceOf(NonHttpUrlClientError.class)
        .isInstanceOf(InvalidURL.class);
  }

  @Test
  void spacesAroundAndWithin() {
    assertThat(RequestUrl.parse("  http://example.com/a b ").uri())
        .hasToString("http://example.com/a%20b");
  }

  // RFC 3986, 5.4
  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "g http://a/b/c/g",
        "./g http://a/b/c/g",
        "g/ http://a/b/c/g/",
        "/g http://a/g",
        "//g http://g/",
        "?y http://a/b/c/d;p?y",
        "g?y http://a/b/c/g?y",
        "#s http://a/b/c/d;p?q#s",
        "g#s http://a/b/c/g#s",
        "g?y#s http://a/b/c/g?y#s",
        ";x http://a/b/c/;x",
        "g;x http://a/b/c/g;x",
        "'' http://a/b/c/d;p?q",
        ". http://a/b/c/",
        "./ http://a/b/c/",
        ".. http://a/b/",
        "../ http://a/b/",
        "../g http://a/b/g",
        "../.. http://a/",
        "../../g http://a/g",
        "../../../g http://a/g",
        "/./g http://a/g",
        "/../g http://a/g",
        "g. http://a/b/c/g.",
        "..g http://a/b/c/..g",
        "./../g http://a/b/g",
        "g/./h http://a/b/c/g/h",
        "g/../h http://a/b/c/h",
        "http://x/y http://x/y",
        "https://x https://x/",
      })
  void referencesAreResolved(String reference, String target) {
    RequestUrl base = RequestUrl.parse("http://a/b/c/d;p?q");

    assertThat(base.resolve(reference).realUri()).hasToString(target);
  }

  @Test
  void anIpv6HostHasBracketsOnlyInWriting() {
    RequestUrl url = RequestUrl.parse("http://[2001:DB8::1]/");

    assertThat(url.key().host()).isEqualTo("2001:db8::1");
    assertThat(url.hostField()).isEqualTo("[2001:db8::1]");
    assertThat(url.key()).hasToString("http://[2001:db8::1]:80");
  }

  @Test
  void theFragmentIsKeptButNotSent() {
    RequestUrl url = RequestUrl.parse("http://a/b?c#d e");

    assertThat(url.requestTarget()).isEqualTo("/b?c");
    assertThat(url.uri()).hasToString("http://a/b?c");
    assertThat(url.realUri()).hasToString("http://a/b?c#d%20e");
  }

  @Test
  void moreQueryGoesBehind() {
    assertThat(RequestUrl.parse("http://a/?x=1#f").withMoreQuery("y=2").realUri())
        .hasToString("http://a/?x=1&y=2#f");
    assertThat(RequestUrl.parse("http://a/?").withMoreQuery("y=2").uri())
        .hasToString("http://a/?y=2");
    assertThat(RequestUrl.parse("http://a/").withMoreQuery("").uri()).hasToString("http://a/");
  }

  @Test
  void originsAreSchemeHostAndPort() {
    RequestUrl url = RequestUrl.parse("http://a/x");

    assertThat(url.isSameOrigin(RequestUrl.parse("http://A:80/y"))).isTrue();
    assertThat(url.isSameOrigin(RequestUrl.parse("https://a/x"))).isFalse();
    assertThat(url.isSameOrigin(RequestUrl.parse("http://a:81/x"))).isFalse();
    assertThat(url.isSameOrigin(RequestUrl.parse("http://b/x"))).isFalse();
  }
}
