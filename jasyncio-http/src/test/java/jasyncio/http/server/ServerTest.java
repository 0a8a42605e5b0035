package jasyncio.http.server;

import static jasyncio.Asyncio.millis;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ServerTest extends ServerFixture {
  @Test
  void aRequestIsAnswered() {
    client(client -> {
      client.send(get("/hello/ann?x=1"));
      assertThat(client.response())
          .startsWith("HTTP/1.1 200 OK\r\n")
          .contains("\r\nContent-Type: text/plain; charset=utf-8\r\n")
          .contains("\r\nContent-Length: 9\r\n")
          .containsPattern("\r\nDate: \\w{3}, \\d\\d \\w{3} \\d{4} \\d\\d:\\d\\d:\\d\\d GMT\r\n")
          .contains("\r\nServer: jasyncio/")
          .doesNotContain("Connection:")
          .endsWith("\r\n\r\nhello ann");
    });
    assertThat(seen).containsExactly("<Request GET /hello/ann>");
  }

  @Test
  void aConnectionTakesManyRequests() {
    client(client -> {
      for (int i = 0; i < 20; i++) {
        client.send(get("/hello/" + i));
        assertThat(client.response()).endsWith("\r\n\r\nhello " + i);
      }
    });
  }

  @Test
  void pipelinedRequestsAreAnsweredInOrder() {
    client(client -> {
      StringBuilder all = new StringBuilder();
      for (int i = 0; i < 300; i++) {
        all.append(
            i % 3 == 0
                ? "POST /echo HTTP/1.1\r\n" + HOST + "Content-Length: 3\r\n\r\n" + (100 + i)
                : get("/hello/" + i));
      }
      client.send(all.toString());
      for (int i = 0; i < 300; i++) {
        assertThat(client.response())
            .endsWith("\r\n\r\n" + (i % 3 == 0 ? "" + (100 + i) : "hello " + i));
      }
    });
  }

  @Test
  void aRequestByteByByteIsUnderstood() {
    client(client -> {
      for (char c :
          ("POST /echo HTTP/1.1\r\n"
                  + HOST
                  + "Transfer-Encoding: chunked\r\n\r\n"
                  + "3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nT: t\r\n\r\n")
              .toCharArray()) {
        client.send(String.valueOf(c));
      }
      assertThat(client.response()).endsWith("\r\n\r\nabcde");
      client.send(get("/"));
      assertThat(client.response()).endsWith("root");
    });
  }

  @Test
  void headGetsTheHeaderOfGetWithoutABody() {
    client(client -> {
      client.send("HEAD /hello/ann HTTP/1.1\r\n" + HOST + "\r\n" + get("/"));
      assertThat(client.head()).startsWith("HTTP/1.1 200 OK\r\n").contains("Content-Length: 9\r\n");
      assertThat(client.response()).startsWith("HTTP/1.1 200 OK\r\n").endsWith("root");
    });
  }

  @Test
  void statusesWithoutABodyHaveNone() {
    client(client -> {
      client.send(get("/empty") + get("/"));
      assertThat(client.head())
          .startsWith("HTTP/1.1 204 No Content\r\n")
          .doesNotContain("Content-Length", "Content-Type");
      assertThat(client.response()).endsWith("root");
    });
  }

  @Test
  void unknownPathsAndMethodsAreToldSo() {
    client(client -> {
      client.send(get("/nowhere") + "DELETE / HTTP/1.1\r\n" + HOST + "\r\n" + get("/"));
      assertThat(client.response()).startsWith("HTTP/1.1 404 Not Found\r\n");
      assertThat(client.response())
          .startsWith("HTTP/1.1 405 Method Not Allowed\r\n")
          .contains("\r\nAllow: GET, HEAD\r\n");
      assertThat(client.response()).endsWith("root");
    });
  }

  @Test
  void aResponseCanBeThrown() {
    client(client -> {
      client.send(get("/raises"));
      assertThat(client.response()).startsWith("HTTP/1.1 418 ").contains("X: y").endsWith("teapot");
    });
    assertThat(reports).isEmpty();
  }

  @Test
  void aBugIsReportedAndToldAsSuchWithoutDetails() {
    client(client -> {
      client.send(get("/broken"));
      assertThat(client.rest())
          .startsWith("HTTP/1.1 500 Internal Server Error\r\n")
          .contains("Connection: close")
          .doesNotContain("a bug");
    });
    assertThat(reports).hasSize(1);
    assertThat(reports.getFirst().message()).isEqualTo("Error handling request GET /broken");
    assertThat(reports.getFirst().exception()).isInstanceOf(ArithmeticException.class);
  }

  @Test
  void aForgottenResponseIsABug() {
    client(client -> {
      client.send(get("/null"));
      assertThat(client.rest()).startsWith("HTTP/1.1 500 ");
    });
    assertThat(reports.getFirst().exception())
        .hasMessage("Missing return statement on request handler");
  }

  @Test
  void compressionIsForThoseWhoTakeIt() {
    client(client -> {
      client.send(get("/gzip"));
      assertThat(client.response())
          .doesNotContain("Content-Encoding")
          .contains("Vary: Accept-Encoding")
          .contains("Content-Length: 8000\r\n");
      client.send("GET /gzip HTTP/1.1\r\n" + HOST + "Accept-Encoding: gzip\r\n\r\n");
      String response = client.response();
      assertThat(response).contains("Content-Encoding: gzip");
      byte[] body =
          response
              .substring(response.indexOf("\r\n\r\n") + 4)
              .getBytes(StandardCharsets.ISO_8859_1);
      try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(body))) {
        assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8))
            .isEqualTo("gzip me ".repeat(1000));
      }
    });
  }

  @Test
  void textIsSentInItsCharacterSet() {
    client(client -> {
      client.send(get("/latin1"));
      assertThat(client.response())
          .contains("Content-Type: text/plain; charset=iso-8859-1\r\n")
          .endsWith("\r\n\r\n\u00e9");
    });
  }

  // ---- connections ----

  @Test
  void theClientDecidesWhetherTheConnectionStays() {
    client(client -> {
      client.send("GET / HTTP/1.1\r\n" + HOST + "Connection: close\r\n\r\n" + get("/"));
      assertThat(client.rest()).contains("Connection: close\r\n").endsWith("root");
    });
    client(client -> {
      client.send("GET / HTTP/1.0\r\n\r\n");
      assertThat(client.rest()).contains("Connection: close\r\n").endsWith("root");
    });
    client(client -> {
      client.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
      assertThat(client.response()).contains("Connection: keep-alive\r\n").endsWith("root");
      client.send("GET / HTTP/1.0\r\n\r\n");
      assertThat(client.rest()).endsWith("root");
    });
  }

  @Test
  void aConnectionWithoutRequestsIsClosedAfterAWhile() {
    RunnerOptions options = RunnerOptions.defaults().withKeepaliveTimeout(millis(30));
    serving(
        options,
        (site, _) -> {
          with(site, client -> assertThat(client.rest()).isEmpty());
          with(
              site,
              client -> {
                client.send(get("/"));
                assertThat(client.rest()).endsWith("root");
              });
          with(
              site,
              client -> {
                client.send("GET / HTTP/1.1\r\nHo"); // and no more: slow on purpose
                assertThat(client.rest()).isEmpty();
              });
        });
  }

  @Test
  void expectationsAreMet() {
    client(client -> {
      client.send(
          "POST /echo HTTP/1.1\r\n" + HOST + "Expect: 100-continue\r\nContent-Length: 2\r\n\r\n");
      assertThat(client.head()).startsWith("HTTP/1.1 100 Continue\r\n");
      client.send("ok");
      assertThat(client.response()).startsWith("HTTP/1.1 200 OK\r\n").endsWith("ok");
      client.send("POST /echo HTTP/1.1\r\n" + HOST + "Expect: miracles\r\n\r\n");
      assertThat(client.rest()).startsWith("HTTP/1.1 417 ");
    });
  }

  @Test
  void anUnreadBodyDoesNotBecomeTheNextRequest() {
    client(client -> {
      String body = get("/hello/smuggled");
      client.send(
          "POST /ignore HTTP/1.1\r\n"
              + HOST
              + "Content-Length: "
              + body.length()
              + "\r\n\r\n"
              + body
              + get("/hello/next"));
      assertThat(client.response()).endsWith("ignored");
      assertThat(client.response()).endsWith("hello next");
    });
    assertThat(seen).containsExactly("<Request GET /hello/next>");
  }

  @Test
  void anUnreadBodyThatDoesNotEndClosesTheConnection() {
    RunnerOptions options = RunnerOptions.defaults().withLingeringTime(millis(30));
    serving(
        options,
        (site, _) ->
            with(
                site,
                client -> {
                  client.send(
                      "POST /ignore HTTP/1.1\r\n" + HOST + "Content-Length: 100\r\n\r\nabc");
                  assertThat(client.response()).endsWith("ignored");
                  assertThat(client.rest()).isEmpty();
                }));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aBodyBeyondTheLimitIsRefusedAndTheAnswerArrives(boolean chunked) {
    RunnerOptions options = RunnerOptions.defaults().withClientMaxSize(1000);
    serving(
        options,
        (site, _) ->
            with(
                site,
                client -> {
                  byte[] body = new byte[3_000_000];
                  client.send(
                      "POST /echo HTTP/1.1\r\n"
                          + HOST
                          + (chunked
                              ? "Transfer-Encoding: chunked\r\n\r\n2dc6c0\r\n"
                              : "Content-Length: 3000000\r\n\r\n"));
                  client.send(body);
                  client.endOutput();
                  assertThat(client.rest())
                      .startsWith("HTTP/1.1 413 ")
                      .endsWith("413: Maximum request body size 1000 exceeded.");
                }));
  }

  @Test
  void aBodyAtTheLimitIsTaken() {
    RunnerOptions options = RunnerOptions.defaults().withClientMaxSize(1000);
    serving(
        options,
        (site, _) ->
            with(
                site,
                client -> {
                  client.send(
                      "POST /echo HTTP/1.1\r\n"
                          + HOST
                          + "Content-Length: 1000\r\n\r\n"
                          + "x".repeat(1000));
                  assertThat(client.response()).endsWith("x".repeat(1000));
                }));
  }

  @Test
  void aClientThatGoesAwayInItsBodyIsNoBug() {
    client(
        client -> client.send("POST /echo HTTP/1.1\r\n" + HOST + "Content-Length: 100\r\n\r\nabc"));
    assertThat(reports).isEmpty();
  }

  @Test
  void aClientThatStopsSendingIsGivenUp() {
    RunnerOptions options =
        RunnerOptions.defaults().withReadTimeout(millis(30)).withLingeringTime(millis(30));
    serving(
        options,
        (site, _) ->
            with(
                site,
                client -> {
                  client.send("POST /echo HTTP/1.1\r\n" + HOST + "Content-Length: 100\r\n\r\nabc");
                  assertThat(client.rest()).startsWith("HTTP/1.1 400 ");
                }));
    assertThat(reports).isEmpty();
  }
}
