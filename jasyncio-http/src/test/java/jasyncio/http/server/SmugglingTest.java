package jasyncio.http.server;

import static jasyncio.Asyncio.millis;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Requests that two servers in a row could take for different ones.
@Timeout(60)
class SmugglingTest extends ServerFixture {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\nx",
        "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx",
        "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 1, 1\r\n\r\nx",
        "POST /echo HTTP/1.0\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx",
        "POST /echo HTTP/1.0\r\nContent-Length: 2, 1\r\n\r\nxx",
        "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: +1\r\n\r\nx",
        "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n\r\nx",
        "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 0x1\r\n\r\nx",
        "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 1 1\r\n\r\nx",
        "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length:\r\n\r\nx",
        "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: \u00b2\r\n\r\nx",
        "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999999999999999\r\n\r\nx",
        "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n"
            + "\r\n0\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n"
            + "\r\n0\r\n\r\n",
        "POST /echo HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: identity\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding\u000b: chunked\r\n\r\n0\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: h\r\nX: a\0b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: h\r\nX: a\rb\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: h\r\nX\u00e9: b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: h\r\nX y: b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: h\r\n: b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: h\r\nno colon\r\n\r\n",
        "GET / HTTP/1.1\nHost: h\n\n",
        "GET / HTTP/1.1\r\nHost: h\nX: y\r\n\r\n",
        "GET / HTTP/2.0\r\nHost: h\r\n\r\n",
        "GET / HTTP/0.9\r\nHost: h\r\n\r\n",
        "GET / HTTP/1.1x\r\nHost: h\r\n\r\n",
        "GET / http/1.1\r\nHost: h\r\n\r\n",
        "GET /\r\nHost: h\r\n\r\n",
        "G(T / HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET x HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET ftp://x/ HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET /a#b HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET /\u00e9 HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET /a\tb HTTP/1.1\r\nHost: h\r\n\r\n",
        "CONNECT h:80 HTTP/1.1\r\nHost: h\r\n\r\n",
        "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\r\n\r\n",
        "not http at all\r\n\r\n",
      })
  void ambiguousRequestsAreRefusedAndTheConnectionCloses(String request) {
    client(client -> {
      client.send(request + get("/hello/smuggled"));
      client.endOutput();
      assertThat(client.rest())
          .startsWith("HTTP/1.1 400 Bad Request\r\n")
          .contains("Connection: close\r\n")
          .doesNotContain("smuggled")
          .containsOnlyOnce("HTTP/1.1 400");
    });
    assertThat(seen).isEmpty();
    assertThat(reports).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2;a\nb\r\nok\r\n0\r\n\r\n",
        "2\nok\r\n0\r\n\r\n",
        "2\r\nokX\r\n0\r\n\r\n",
        "+2\r\nok\r\n0\r\n\r\n",
        "0x2\r\nok\r\n0\r\n\r\n",
        "\u00b2\r\nok\r\n0\r\n\r\n",
        "fffffffffffffffff\r\nok\r\n0\r\n\r\n",
        "2\r\nok\r\n0\r\nno colon\r\n\r\n",
        "\r\nok\r\n0\r\n\r\n",
      })
  void malformedChunksAreRefusedAndTheConnectionCloses(String chunks) {
    client(client -> {
      client.send(
          "POST /echo HTTP/1.1\r\n"
              + HOST
              + "Transfer-Encoding: chunked\r\n\r\n"
              + chunks
              + get("/hello/smuggled"));
      client.endOutput();
      assertThat(client.rest())
          .startsWith("HTTP/1.1 400 Bad Request\r\n")
          .doesNotContain("smuggled");
    });
    assertThat(seen).isEmpty();
    assertThat(reports).isEmpty();
  }

  @Test
  void aTrailerDoesNotBecomeAHeaderOrARequest() {
    client(client -> {
      client.send(
          "POST /echo HTTP/1.1\r\n"
              + HOST
              + "Transfer-Encoding: chunked\r\n\r\n"
              + "2\r\nok\r\n0\r\nContent-Length: 500\r\nX: y\r\n\r\n"
              + get("/hello/next"));
      assertThat(client.response()).endsWith("ok");
      assertThat(client.response()).endsWith("hello next");
    });
  }

  @ParameterizedTest
  @CsvSource({"8200, 0, 0, 414", "10, 8200, 0, 431", "10, 100, 130, 431", "10, 8000, 20, 431"})
  void headersBeyondTheLimitsAreRefused(int target, int value, int fields, int status) {
    client(client -> {
      client.send(
          "GET /"
              + "a".repeat(target)
              + " HTTP/1.1\r\n"
              + HOST
              + ("X: " + "y".repeat(value) + "\r\n").repeat(Math.max(1, fields))
              + "\r\n");
      assertThat(client.rest()).startsWith("HTTP/1.1 " + status + " ");
    });
  }

  @Test
  void anEndlessHeaderIsCutOff() {
    serving(
        RunnerOptions.defaults().withLingeringTime(millis(100)).withShutdownTimeout(Duration.ZERO),
        (site, _) ->
            with(
                site,
                client -> {
                  client.send("GET / HTTP/1.1\r\n");
                  assertThatThrownBy(
                          () -> {
                            while (true) {
                              client.send("X: " + "y".repeat(1000) + "\r\n");
                            }
                          })
                      .isInstanceOf(IOException.class);
                }));
  }

  @Test
  void absoluteTargetsNameTheHost() {
    client(client -> {
      client.send("GET http://other:80/hello/ann?x HTTP/1.1\r\n" + HOST + "\r\n");
      assertThat(client.response()).endsWith("hello ann");
      client.send("GET http://other HTTP/1.1\r\n" + HOST + "\r\n");
      assertThat(client.response()).endsWith("root");
      client.send("OPTIONS * HTTP/1.1\r\n" + HOST + "\r\n");
      assertThat(client.response()).startsWith("HTTP/1.1 404 ");
    });
  }
}
