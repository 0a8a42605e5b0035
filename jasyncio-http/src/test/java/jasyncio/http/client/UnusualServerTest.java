package jasyncio.http.client;

import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.millis;
import static jasyncio.Asyncio.run;
import static jasyncio.Asyncio.seconds;
import static jasyncio.Asyncio.sleep;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jasyncio.TimeoutError;
import jasyncio.http.RawServer;
import jasyncio.http.RawServer.Script;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What the client makes of connections that are used again, and of unusual but lawful responses.
@Timeout(60)
class UnusualServerTest extends RawServerScenarios {
  // ---- reuse ----

  @Test
  void connectionsAreUsedAgain() {
    against(
        (session, server) -> {
          for (int i = 0; i < 5; i++) {
            assertThat(getText(session, server.url("/" + i))).isEqualTo("ok");
          }
          assertThat(server.connections()).isEqualTo(1);
          assertThat(session.poolStatistics()).isEqualTo(new PoolStatistics(0, 1, 0));
        },
        RawServer.always(OK));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok",
        "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok",
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200",
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
            + "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison",
      })
  void connectionsThatAreNotCleanAreNotUsedAgain(String response) {
    against(
        (session, server) -> {
          assertThat(getText(session, server.url("/"))).isEqualTo("ok");
          assertThat(session.poolStatistics().idle()).isZero();
          assertThat(getText(session, server.url("/"))).isEqualTo("fine");
        },
        answerAndStay(response),
        peer -> {
          peer.request();
          peer.sendOk("fine");
        });
  }

  @Test
  void whatArrivesOnAnIdleConnectionIsNobodysResponse() {
    CountDownLatch idle = new CountDownLatch(1);
    against(
        (session, server) -> {
          assertThat(getText(session, server.url("/"))).isEqualTo("ok");
          idle.countDown();
          while (session.poolStatistics().idle() > 0) {
            await(sleep(millis(1)));
          }
          assertThat(getText(session, server.url("/"))).isEqualTo("fine");
        },
        peer -> {
          peer.request();
          peer.send(OK);
          idle.await();
          peer.sendOk("poison");
          peer.awaitClose();
        },
        peer -> {
          peer.request();
          peer.sendOk("fine");
        });
  }

  @Test
  void anIdleConnectionThatTheServerClosesIsForgotten() {
    CountDownLatch idle = new CountDownLatch(1);
    against(
        (session, server) -> {
          assertThat(getText(session, server.url("/"))).isEqualTo("ok");
          idle.countDown();
          while (session.poolStatistics().idle() > 0) {
            await(sleep(millis(1)));
          }
        },
        peer -> {
          peer.request();
          peer.send(OK);
          idle.await();
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "HEAD", "PUT", "DELETE", "OPTIONS"})
  void anIdempotentRequestIsRepeatedIfItsUsedConnectionWasDead(String method) {
    against(
        (session, server) -> {
          assertThat(getText(session, server.url("/"))).isEqualTo("ok");
          try (var response = await(session.request(method, server.url("/")))) {
            assertThat(response.headers().get("X")).isEqualTo("second");
          }
          assertThat(server.connections()).isEqualTo(2);
        },
        peer -> {
          peer.request();
          peer.send(OK);
          peer.request(); // and closes without an answer
        },
        peer -> {
          peer.request();
          peer.send("HTTP/1.1 200 OK\r\nX: second\r\nContent-Length: 0\r\n\r\n");
        });
  }

  @Test
  void itIsRepeatedOnlyOnce() {
    Script closes =
        peer -> {
          peer.request();
          peer.send(OK);
          peer.request();
        };
    against(
        (session, server) -> {
          assertThat(getText(session, server.url("/"))).isEqualTo("ok");
          assertThat(failureOf(session, server.url("/")))
              .isInstanceOf(ServerDisconnectedError.class);
          assertThat(server.connections()).isEqualTo(2);
        },
        closes,
        peer -> peer.request());
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "PATCH"})
  void aRequestThatMayHaveActedIsNotRepeated(String method) {
    against(
        (session, server) -> {
          assertThat(getText(session, server.url("/"))).isEqualTo("ok");
          assertThatThrownBy(() -> await(session.request(method, server.url("/"))))
              .isInstanceOf(ServerDisconnectedError.class);
          assertThat(server.connections()).isEqualTo(1);
        },
        peer -> {
          peer.request();
          peer.send(OK);
          peer.request();
        });
  }

  @Test
  void aRequestIsNotRepeatedOnceTheResponseHasBegun() {
    against(
        (session, server) -> {
          assertThat(getText(session, server.url("/"))).isEqualTo("ok");
          assertThat(failureOf(session, server.url("/")))
              .isInstanceOf(ServerDisconnectedError.class);
          assertThat(server.connections()).isEqualTo(1);
        },
        peer -> {
          peer.request();
          peer.send(OK);
          peer.request();
          peer.send("H");
        });
  }

  // ---- shapes of responses ----

  @Test
  void interimResponsesArePassedOver() {
    against(
        (session, server) -> assertThat(getText(session, server.url("/"))).isEqualTo("ok"),
        answer("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + OK));
  }

  @Test
  void endlessInterimResponsesAreCutOff() {
    against(
        (session, server) ->
            assertThat(failureOf(session, server.url("/")))
                .isInstanceOf(ClientResponseError.class)
                .hasMessageContaining("interim"),
        peer -> {
          peer.request();
          while (true) {
            peer.send("HTTP/1.1 100 Continue\r\n\r\n");
          }
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"204 No Content", "304 Not Modified"})
  void responsesWithoutABodyEndWithTheirHeader(String status) {
    against(
        (session, server) -> {
          assertThat(getText(session, server.url("/"))).isEmpty();
          assertThat(getText(session, server.url("/"))).isEmpty();
          assertThat(server.connections()).isEqualTo(1);
        },
        RawServer.always("HTTP/1.1 " + status + "\r\nContent-Length: 5\r\n\r\n"));
  }

  @Test
  void theResponseToHeadHasALengthAndNoBody() {
    against(
        (session, server) -> {
          for (int i = 0; i < 2; i++) {
            try (var response = await(session.head(server.url("/")))) {
              assertThat(response.headers().get("Content-Length")).isEqualTo("500");
              assertThat(await(response.read())).isEmpty();
            }
          }
          assertThat(server.connections()).isEqualTo(1);
        },
        RawServer.always("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n"));
  }

  @Test
  void aBodyWithoutLengthEndsWithTheConnection() {
    against(
        (session, server) ->
            assertThat(getText(session, server.url("/"))).isEqualTo("until the end"),
        answer("HTTP/1.0 200 OK\r\n\r\nuntil the end"));
  }

  @Test
  void lenientFormsAreUnderstood() {
    against(
        (session, server) -> {
          try (var response = await(session.get(server.url("/")))) {
            assertThat(response.reason()).isEmpty();
            assertThat(response.headers().get("x")).isEqualTo("folded over lines");
            assertThat(await(response.text())).isEqualTo("ok");
          }
        },
        answer(
            "HTTP/1.1 200 \nX: folded\n over lines\nContent-Length: 2\nContent-Length: 2\n\nok"));
  }

  @Test
  void anAnswerBeforeTheRequestHasBeenSentIsTaken() {
    against(
        (session, server) -> {
          RequestOptions options = RequestOptions.defaults().withData(new byte[50_000_000]);
          try (var response = await(session.post(server.url("/"), options))) {
            assertThat(response.status()).isEqualTo(413);
            assertThat(await(response.text())).isEqualTo("no");
          }
          assertThat(session.poolStatistics().idle()).isZero();
        },
        peer -> {
          peer.send("HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\nno");
          peer.awaitClose();
        });
  }

  @Test
  void aCharacterSetIsTakenFromTheHeader() {
    byte[] latin1 = "na\u00efve".getBytes(StandardCharsets.ISO_8859_1);
    Script script =
        peer -> {
          peer.request();
          peer.send("HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=ISO-8859-1\r\n\r\n");
          peer.send(latin1);
        };
    against(
        (session, server) -> {
          try (var response = await(session.get(server.url("/")))) {
            assertThat(response.charset()).isEqualTo(StandardCharsets.ISO_8859_1);
            assertThat(await(response.text())).isEqualTo("na\u00efve");
            assertThat(await(response.text(StandardCharsets.UTF_8))).isEqualTo("na\ufffdve");
            assertThat(await(response.read())).isEqualTo(latin1);
          }
        },
        script);
  }

  // ---- redirects ----

  @Test
  void aRedirectLoopEnds() {
    against(
        (session, server) ->
            assertThat(failureOf(session, server.url("/loop")))
                .isInstanceOfSatisfying(
                    TooManyRedirects.class,
                    e -> {
                      assertThat(e.status()).isEqualTo(302);
                      assertThat(e.history()).hasSize(11);
                    }),
        RawServer.always("HTTP/1.1 302 Found\r\nLocation: /loop\r\nContent-Length: 0\r\n\r\n"));
  }

  @Test
  void aRedirectToAnEndlessBodyDropsIt() {
    against(
        (session, server) -> {
          assertThat(getText(session, server.url("/"))).isEqualTo("ok");
          assertThat(server.connections()).isEqualTo(2);
        },
        peer -> {
          peer.request();
          peer.send("HTTP/1.1 302 Found\r\nLocation: /x\r\n\r\n");
          while (true) {
            peer.send("x".repeat(10_000));
          }
        },
        answer(OK));
  }

  @Test
  void aRedirectElsewhereIsAnErrorThatNamesIt() {
    against(
        (session, server) ->
            assertThat(failureOf(session, server.url("/")))
                .isInstanceOf(NonHttpUrlRedirectClientError.class)
                .hasMessageStartingWith("ftp://host/"),
        answer("HTTP/1.1 302 Found\r\nLocation: ftp://host/\r\nContent-Length: 0\r\n\r\n"));
  }

  @Test
  void timeoutsCountOverAllRedirects() {
    against(
        SessionOptions.defaults().withTimeout(ClientTimeout.ofTotal(millis(50))),
        (session, server) -> {
          RequestOptions options = RequestOptions.defaults().withMaxRedirects(1_000_000);
          assertThatThrownBy(() -> await(session.get(server.url("/"), options)))
              .isInstanceOf(TimeoutError.class);
        },
        RawServer.always("HTTP/1.1 302 Found\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n"));
  }

  // ---- no server ----

  @Test
  void nobodyListens() {
    run(() -> {
      int port;
      try (var socket = new java.net.ServerSocket(0)) {
        port = socket.getLocalPort();
      }
      try (var session = new ClientSession()) {
        assertThat(failureOf(session, "http://127.0.0.1:" + port + "/"))
            .isInstanceOfSatisfying(
                ClientConnectorError.class,
                e -> {
                  assertThat(e.host()).isEqualTo("127.0.0.1");
                  assertThat(e.port()).isEqualTo(port);
                })
            .hasMessageStartingWith("Cannot connect to host 127.0.0.1:" + port + " ssl:default [")
            .hasMessageContaining("refused");
        assertThat(failureOf(session, "http://no-such-host.invalid/"))
            .isInstanceOf(ClientConnectorDNSError.class)
            .hasMessageContaining("no-such-host.invalid");
        assertThat(session.poolStatistics()).isEqualTo(new PoolStatistics(0, 0, 0));
      }
    });
  }

  @Test
  void aTlsHandshakeThatNeverComesRunsIntoTheTimeoutForConnecting() {
    run(() -> {
      try (var server = RawServer.start(peer -> peer.awaitClose());
          var session = new ClientSession()) {
        RequestOptions options =
            RequestOptions.defaults().withTimeout(ClientTimeout.none().withSockConnect(seconds(2)));
        assertThatThrownBy(
                () -> await(session.get("https://127.0.0.1:" + server.port() + "/", options)))
            .isInstanceOfSatisfying(
                ConnectionTimeoutError.class,
                e -> assertThat(e.phase()).isEqualTo(TimeoutPhase.CONNECT));
        assertThat(session.poolStatistics()).isEqualTo(new PoolStatistics(0, 0, 0));
      }
    });
  }
}
