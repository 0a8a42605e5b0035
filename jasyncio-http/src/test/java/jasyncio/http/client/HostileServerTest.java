package jasyncio.http.client;

import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.millis;
import static jasyncio.Asyncio.sleep;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jasyncio.TimeoutError;
import jasyncio.http.RawServer.Script;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class HostileServerTest extends RawServerScenarios {
  // ---- no response ----

  @Test
  void aServerThatClosesWithoutAnswering() {
    against(
        (session, server) ->
            assertThat(failureOf(session, server.url("/")))
                .isInstanceOf(ServerDisconnectedError.class)
                .hasMessage("Server disconnected"),
        peer -> peer.request());
  }

  @Test
  void aServerThatResets() {
    against(
        (session, server) ->
            assertThat(failureOf(session, server.url("/")))
                .isInstanceOfAny(ServerDisconnectedError.class, ClientOSError.class),
        peer -> {
          peer.request();
          peer.reset();
        });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"H", "HTTP/1.1 200 O", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nA: b\r"})
  void aResponseCutOffInItsHead(String head) {
    against(
        (session, server) ->
            assertThat(failureOf(session, server.url("/")))
                .isInstanceOf(ServerDisconnectedError.class),
        answer(head));
  }

  // ---- nonsense ----

  @ParameterizedTest
  @ValueSource(
      strings = {
        "NOT HTTP AT ALL\r\n\r\n",
        "HTTP/1.1\r\n\r\n",
        "HTTP/1.1 abc OK\r\n\r\n",
        "HTTP/1.1 -200 OK\r\n\r\n",
        "HTTP/1.1 99999999999 OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nX: a\0b\r\n\r\n",
        "HTTP/1.1 200 OK\r\n: b\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: +1\r\n\r\nx",
        "HTTP/1.1 200 OK\r\nContent-Length: 0x1\r\n\r\nx",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx",
        "HTTP/1.1 200 OK\r\nContent-Length: 1, 2\r\n\r\nxx",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
      })
  void aMalformedHeadIsAClearError(String head) {
    against(
        (session, server) ->
            assertThat(failureOf(session, server.url("/x")))
                .isInstanceOfSatisfying(
                    ClientResponseError.class,
                    e -> {
                      assertThat(e.status()).isZero();
                      assertThat(e.reason()).startsWith("the response is malformed");
                      assertThat(e).hasMessageContaining(server.url("/x"));
                    }),
        answerAndStay(head));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: 5\r\n\r\nabc",
        "Transfer-Encoding: chunked\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\n5\r\nabc",
        "Transfer-Encoding: chunked\r\n\r\n3\r\nabc",
        "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
        "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n",
        "Transfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\nxyz\r\nabc\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\n-3\r\nabc\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\nffffffffff\r\nabc\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\n3;a\nb\r\nabc\r\n0\r\n\r\n",
      })
  void aBrokenBodyIsAPayloadError(String rest) {
    against(
        (session, server) ->
            assertThat(failureOf(session, server.url("/")))
                .isInstanceOf(ClientPayloadError.class)
                .hasMessageStartingWith("Response payload is not completed"),
        answer("HTTP/1.1 200 OK\r\n" + rest));
  }

  @Test
  void whatCameBeforeTheBreakCanBeReadAsAStream() {
    against(
        (session, server) -> {
          try (var response = await(session.get(server.url("/")))) {
            assertThat(response.status()).isEqualTo(200);
            assertThat(await(response.content().read(3))).asString().isEqualTo("abc");
            assertThatThrownBy(() -> await(response.content().read()))
                .isInstanceOf(ClientPayloadError.class);
          }
        },
        peer -> {
          peer.request();
          peer.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc");
          peer.reset();
        });
  }

  // ---- too much ----

  @Test
  void headersBeyondTheLimitsAreRefused() {
    String many = "X-%d: y\r\n";
    StringBuilder fields = new StringBuilder();
    for (int i = 0; i < 129; i++) {
      fields.append(many.formatted(i));
    }
    String[] heads = {
      "HTTP/1.1 200 OK\r\nX: " + "y".repeat(8190) + "\r\n\r\n",
      "HTTP/1.1 200 OK\r\n" + "y".repeat(8190) + ": x\r\n\r\n",
      "HTTP/1.1 200 OK\r\n" + fields + "\r\n",
      "HTTP/1.1 200 " + "y".repeat(9000) + "\r\n\r\n",
      "HTTP/1.1 200 OK\r\n" + ("X: " + "y".repeat(8000) + "\r\n").repeat(20) + "\r\n",
    };
    for (String head : heads) {
      against(
          (session, server) ->
              assertThat(failureOf(session, server.url("/")))
                  .isInstanceOf(ClientResponseError.class),
          answerAndStay(head));
    }
  }

  @Test
  void headersWithinTheLimitsAreTaken() {
    String head =
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX: "
            + "y".repeat(8000)
            + "\r\n"
            + "Z: z\r\n".repeat(100);
    against(
        (session, server) -> {
          try (var response = await(session.get(server.url("/")))) {
            assertThat(response.headers().getAll("Z")).hasSize(100);
            assertThat(response.headers().get("X")).hasSize(8000);
          }
        },
        answer(head + "\r\nok"));
  }

  @Test
  void anEndlessHeaderIsCutOff() {
    against(
        (session, server) ->
            assertThat(failureOf(session, server.url("/"))).isInstanceOf(ClientResponseError.class),
        peer -> {
          peer.request();
          peer.send("HTTP/1.1 200 OK\r\n");
          while (true) {
            peer.send("X: " + "y".repeat(1000) + "\r\n"); // until the client closes
          }
        });
  }

  @Test
  void anEndlessBodyWaitsUntilItIsRead() {
    long size = 64L * 1024 * 1024;
    AtomicLong sent = new AtomicLong();
    against(
        (session, server) -> {
          try (var response = await(session.get(server.url("/")))) {
            assertThat(await(response.content().readAny())).isNotEmpty();
            long before = -1;
            while (sent.get() != before) { // it sends until the client takes no more
              before = sent.get();
              await(sleep(millis(100)));
            }
            assertThat(sent.get()).isLessThan(size);
            long read = 0;
            for (int i = 0; i < 1000; i++) {
              read += await(response.content().readAny()).length;
            }
            assertThat(read).isPositive();
          }
        },
        peer -> {
          peer.request();
          peer.send("HTTP/1.1 200 OK\r\n\r\n");
          byte[] piece = new byte[64 * 1024];
          while (sent.get() < size) {
            peer.send(piece);
            sent.addAndGet(piece.length);
          }
        });
  }

  @Test
  void aLargeBodyArrivesWholeThroughPauses() {
    byte[] piece = new byte[100_000];
    java.util.Arrays.fill(piece, (byte) 7);
    against(
        (session, server) -> {
          try (var response = await(session.get(server.url("/")))) {
            long read = 0;
            byte[] part = await(response.content().read(5000));
            while (part.length > 0) {
              assertThat(part[0]).isEqualTo((byte) 7);
              read += part.length;
              if (read % 7 == 0) {
                await(sleep(millis(0)));
              }
              part = await(response.content().read(5000));
            }
            assertThat(read).isEqualTo(100 * 100_000);
          }
        },
        peer -> {
          peer.request();
          peer.send("HTTP/1.1 200 OK\r\nContent-Length: 10000000\r\n\r\n");
          for (int i = 0; i < 100; i++) {
            peer.send(piece);
          }
        });
  }

  private static byte[] bomb(int size) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(new byte[size]);
    }
    return out.toByteArray();
  }

  private static Script sendGzip(byte[] body) {
    return peer -> {
      peer.request();
      peer.send(
          "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: "
              + body.length
              + "\r\n\r\n");
      peer.send(body);
      peer.awaitClose();
    };
  }

  @Test
  void aCompressionBombIsRefusedWhenReadWhole() throws Exception {
    byte[] bomb = bomb(20_000_000);
    against(
        SessionOptions.defaults().withMaxDecompressedSize(1_000_000),
        (session, server) ->
            assertThat(failureOf(session, server.url("/")))
                .isInstanceOf(ClientPayloadError.class)
                .hasMessageContaining("more than 1000000 bytes long decompressed"),
        sendGzip(bomb));
  }

  @Test
  void aCompressionBombCanBeStreamed() throws Exception {
    byte[] bomb = bomb(20_000_000);
    against(
        SessionOptions.defaults().withMaxDecompressedSize(1_000_000),
        (session, server) -> {
          try (var response = await(session.get(server.url("/")))) {
            long read = 0;
            byte[] part = await(response.content().readAny());
            while (part.length > 0) {
              assertThat(part.length).isLessThanOrEqualTo(16 * 1024);
              read += part.length;
              part = await(response.content().readAny());
            }
            assertThat(read).isEqualTo(20_000_000);
          }
        },
        sendGzip(bomb));
  }

  @Test
  void brokenCompressionIsAPayloadError() throws Exception {
    byte[] broken = bomb(1000);
    broken[broken.length - 5] ^= 1;
    against(
        (session, server) ->
            assertThat(failureOf(session, server.url("/")))
                .isInstanceOf(ClientPayloadError.class)
                .hasMessageStartingWith("Can not decode content-encoding: gzip"),
        sendGzip(broken));
  }

  @Test
  void compressionIsLeftAloneIfAskedFor() throws Exception {
    byte[] bomb = bomb(1000);
    against(
        SessionOptions.defaults().withAutoDecompress(false),
        (session, server) -> {
          try (var response = await(session.get(server.url("/")))) {
            assertThat(response.requestInfo().headers().get("Accept-Encoding"))
                .isEqualTo("identity");
            assertThat(await(response.read())).isEqualTo(bomb);
          }
        },
        sendGzip(bomb));
  }

  // ---- too slow ----

  @Test
  void aResponseByteByByteIsRead() {
    against(
        (session, server) -> assertThat(getText(session, server.url("/"))).isEqualTo("hello"),
        peer -> {
          peer.request();
          String response =
              "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                  + "2;x=y\r\nhe\r\n3\r\nllo\r\n0\r\nT: t\r\n\r\n";
          for (char c : response.toCharArray()) {
            peer.send(String.valueOf(c));
          }
        });
  }

  @Test
  void aServerThatNeverAnswersRunsIntoTheTimeoutForReading() {
    against(
        SessionOptions.defaults().withTimeout(ClientTimeout.none().withSockRead(millis(30))),
        (session, server) ->
            assertThat(failureOf(session, server.url("/")))
                .isInstanceOfSatisfying(
                    SocketTimeoutError.class,
                    e -> assertThat(e.phase()).isEqualTo(TimeoutPhase.HEADERS))
                .hasMessageStartingWith("Timeout on reading data from socket")
                .hasMessageContaining("0.03 s"),
        answerAndStay(""));
  }

  @Test
  void aBodyThatStopsRunsIntoTheTimeoutForReading() {
    against(
        SessionOptions.defaults().withTimeout(ClientTimeout.none().withSockRead(millis(30))),
        (session, server) ->
            assertThat(failureOf(session, server.url("/")))
                .isInstanceOfSatisfying(
                    SocketTimeoutError.class,
                    e -> assertThat(e.phase()).isEqualTo(TimeoutPhase.BODY)),
        answerAndStay("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc"));
  }

  @Test
  void theWholeRequestHasATimeoutBeforeTheResponseBegins() {
    against(
        SessionOptions.defaults().withTimeout(ClientTimeout.ofTotal(millis(30))),
        (session, server) ->
            assertThat(failureOf(session, server.url("/p")))
                .isInstanceOf(TimeoutError.class)
                .hasMessage(
                    "GET "
                        + server.url("/p")
                        + " was not done within 0.03 s (before the response began)"),
        answerAndStay(""));
  }

  @Test
  void theWholeRequestHasATimeoutThatIncludesTheBody() {
    against(
        SessionOptions.defaults().withTimeout(ClientTimeout.ofTotal(millis(100))),
        (session, server) ->
            assertThat(failureOf(session, server.url("/")))
                .isInstanceOf(TimeoutError.class)
                .hasMessageContaining("0.1 s"),
        peer -> {
          peer.request();
          peer.send("HTTP/1.1 200 OK\r\n\r\n");
          while (true) {
            peer.send("still here"); // until the client closes
            Thread.onSpinWait();
          }
        });
  }

  @Test
  void theTimeoutOfARequestGoesBeforeTheSessions() {
    CountDownLatch asked = new CountDownLatch(1);
    against(
        (session, server) -> {
          RequestOptions options =
              RequestOptions.defaults().withTimeout(ClientTimeout.ofTotal(millis(20)));
          assertThatThrownBy(() -> await(session.get(server.url("/"), options)))
              .isInstanceOf(TimeoutError.class);
          asked.countDown();
        },
        peer -> {
          peer.request();
          asked.await();
        });
  }

  @Test
  void waitingForAFreeConnectionHasItsOwnTimeout() {
    against(
        SessionOptions.defaults()
            .withLimit(1)
            .withTimeout(ClientTimeout.none().withConnect(millis(30))),
        (session, server) -> {
          try (var _ = await(session.get(server.url("/")))) {
            assertThatThrownBy(() -> await(session.get(server.url("/"))))
                .isInstanceOfSatisfying(
                    ConnectionTimeoutError.class,
                    e -> assertThat(e.phase()).isEqualTo(TimeoutPhase.POOL));
          }
        },
        answerAndStay("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc"));
  }
}
