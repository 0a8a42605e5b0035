package jasyncio.http.client;

import static jasyncio.Asyncio.async;
import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import jasyncio.http.RawServer;
import jasyncio.http.RawServer.Script;

/// A raw server that does what a test says, and a session that asks it.
abstract class RawServerScenarios {
  static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

  @FunctionalInterface
  interface Scenario {
    void run(ClientSession session, RawServer server) throws Throwable;
  }

  static void against(Scenario scenario, Script... scripts) {
    against(SessionOptions.defaults(), scenario, scripts);
  }

  /// Runs a scenario; afterwards the pool must have everything back.
  static void against(SessionOptions options, Scenario scenario, Script... scripts) {
    run(
        async(() -> {
          try (var server = RawServer.start(scripts);
              var session = new ClientSession(options)) {
            scenario.run(session, server);
            assertThat(session.poolStatistics().inUse()).as("slots in use").isZero();
            assertThat(session.poolStatistics().waiting()).as("waiting").isZero();
          }
        }));
  }

  static String getText(ClientSession session, String url) {
    try (var response = await(session.get(url))) {
      return await(response.text());
    }
  }

  static Script answer(String response) {
    return peer -> {
      peer.request();
      peer.send(response);
    };
  }

  static Script answerAndStay(String response) {
    return peer -> {
      peer.request();
      peer.send(response);
      peer.awaitClose();
    };
  }

  static Throwable failureOf(ClientSession session, String url) {
    return catchThrowable(() -> getText(session, url));
  }
}
