package jasyncio.http.server;

import static jasyncio.Asyncio.millis;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a response is on the wire.
@Timeout(60)
class OutputTest extends ServerFixture {
  @Test
  void fieldsOfTheProgramGoBeforeOurs() {
    client(client -> {
      client.send(get("/fields"));
      assertThat(client.response())
          .isEqualTo(
              "HTTP/1.1 299 Very \u00e9\r\n"
                  + "X: \u00ff\t1\r\n"
                  + "x: 2\r\n"
                  + "Server: mine\r\n"
                  + "date: never\r\n"
                  + "Content-Type: application/octet-stream\r\n"
                  + "Content-Length: 0\r\n"
                  + "\r\n");
    });
  }

  @Test
  void aStatusThatMeansAnEmptyFormHasNoBody() {
    client(client -> {
      client.send(get("/reset") + get("/"));
      assertThat(client.response())
          .startsWith("HTTP/1.1 205 Reset Content\r\n")
          .contains("\r\nContent-Length: 0\r\n")
          .endsWith("\r\n\r\n");
      assertThat(client.response()).endsWith("root");
    });
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 9, 10, 100, 8191, 8192, 8193, 16_384, 70_000, 300_000})
  void bodiesOfAnyLengthArrive(int n) {
    client(client -> {
      client.send(get("/") + get("/letters/" + n) + get("/"));
      assertThat(client.response()).endsWith("root");
      assertThat(client.response())
          .contains("\r\nContent-Length: " + n + "\r\n")
          .endsWith("\r\n\r\n" + "a".repeat(n));
      assertThat(client.response()).endsWith("root");
    });
  }

  @ParameterizedTest
  @ValueSource(ints = {7, 5_000, 20_000})
  void manyResponsesToAClientThatReadsLateArriveInOrder(int n) {
    int requests = n < 1000 ? 3_000 : 600;
    client(client -> {
      StringBuilder all = new StringBuilder();
      for (int i = 0; i < requests; i++) {
        all.append(get("/letters/" + (n + i % 10)));
      }
      client.send(all + get("/"));
      for (int i = 0; i < requests; i++) {
        assertThat(client.response()).endsWith("\r\n\r\n" + "a".repeat(n + i % 10));
      }
      assertThat(client.response()).endsWith("root");
    });
  }

  @Test
  void aClientThatGoesAwayBeforeItsAnswersLosesNothingOfOurs() {
    serving((site, runner) -> {
      for (int i = 0; i < 20; i++) {
        with(site, client -> client.send((get("/letters/9") + get("/letters/9000")).repeat(20)));
      }
      with(
          site,
          client -> {
            client.send(get("/"));
            assertThat(client.response()).endsWith("root");
          });
    });
    assertThat(reports).isEmpty();
  }

  @Test
  void aHandlerMayTakeLongerThanAConnectionMayBeIdle() {
    RunnerOptions options = RunnerOptions.defaults().withKeepaliveTimeout(millis(20));
    serving(
        options,
        (site, _) ->
            with(
                site,
                client -> {
                  client.send(get("/pause") + get("/pause"));
                  assertThat(client.response()).endsWith("paused");
                  assertThat(client.response()).endsWith("paused");
                  assertThat(client.rest()).isEmpty();
                }));
  }
}
