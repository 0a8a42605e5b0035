package jasyncio.http.client;

import static jasyncio.Asyncio.asyncFor;
import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.createTask;
import static jasyncio.Asyncio.gather;
import static jasyncio.Asyncio.millis;
import static jasyncio.Asyncio.run;
import static jasyncio.Asyncio.seconds;
import static jasyncio.Asyncio.sleep;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jasyncio.CancelledError;
import jasyncio.Coroutine;
import jasyncio.LoopConfig;
import jasyncio.Task;
import jasyncio.http.Headers;
import jasyncio.http.Query;
import jasyncio.http.server.AppRunner;
import jasyncio.http.server.Application;
import jasyncio.http.server.Response;
import jasyncio.http.server.RunnerOptions;
import jasyncio.http.server.TcpSite;
import jasyncio.testing.CancelSweep;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ClientSessionTest {
  @FunctionalInterface
  private interface Scenario {
    void run(ClientSession session, String url) throws Throwable;
  }

  private static Application echo() {
    Application app = new Application();
    for (String method : new String[] {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}) {
      app.addRoute(
          method,
          "/echo/{rest:.*}",
          request -> {
            String body = await(request.text());
            return Response.text(request.method() + " " + request.pathQs() + " " + body)
                .withHeader("X-Got", request.headers().toString().replaceAll("[^ -~]", "?"));
          });
    }
    app.addGet(
        "/slow",
        _ -> {
          await(sleep(millis(20)));
          return Response.text("slow");
        });
    app.addGet(
        "/never",
        _ -> {
          await(sleep(seconds(1000)));
          return Response.text("never");
        });
    app.addGet("/big", _ -> Response.text("0123456789\n".repeat(100_000)).withCompression());
    app.addGet("/to-echo", _ -> Response.redirect("/echo/redirected?x=1#there"));
    app.addPost("/to-echo", _ -> Response.redirect("echo/redirected"));
    return app;
  }

  private static void with(SessionOptions options, Scenario scenario) {
    run(() -> {
      var limits = RunnerOptions.defaults().withShutdownTimeout(java.time.Duration.ZERO);
      try (var runner = new AppRunner(echo(), limits)) {
        await(runner.setup());
        TcpSite site = new TcpSite(runner, "127.0.0.1", 0);
        await(site.start());
        try (var session = new ClientSession(options)) {
          scenario.run(session, site.name());
          assertThat(session.poolStatistics().inUse()).isZero();
        }
      }
    });
  }

  private static void with(Scenario scenario) {
    with(SessionOptions.defaults(), scenario);
  }

  private static String text(Coroutine<ClientResponse> request) {
    try (var response = await(request)) {
      return await(response.text());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 8191, 8192, 8193, 100_000, 900_000})
  void bodiesOfAnyLengthAreSent(int n) {
    with((session, url) -> {
      RequestOptions body = RequestOptions.defaults().withData("a".repeat(n));
      assertThat(text(session.post(url + "/echo/a", body)))
          .isEqualTo("POST /echo/a " + "a".repeat(n));
      assertThat(text(session.get(url + "/echo/b"))).isEqualTo("GET /echo/b ");
    });
  }

  @Test
  void everyMethodArrives() {
    with((session, url) -> {
      RequestOptions body = RequestOptions.defaults().withData("body \u20ac");
      assertThat(text(session.get(url + "/echo/a"))).isEqualTo("GET /echo/a ");
      assertThat(text(session.get(URI.create(url + "/echo/a")))).isEqualTo("GET /echo/a ");
      assertThat(text(session.post(url + "/echo/a", body))).isEqualTo("POST /echo/a body \u20ac");
      assertThat(text(session.put(url + "/echo/a", body))).isEqualTo("PUT /echo/a body \u20ac");
      assertThat(text(session.patch(url + "/echo/a", body))).isEqualTo("PATCH /echo/a body \u20ac");
      assertThat(text(session.delete(url + "/echo/a"))).isEqualTo("DELETE /echo/a ");
      assertThat(text(session.delete(url + "/echo/a", body)))
          .isEqualTo("DELETE /echo/a body \u20ac");
      assertThat(text(session.options(url + "/echo/a", body)))
          .isEqualTo("OPTIONS /echo/a body \u20ac");
      assertThat(text(session.head(url + "/echo/a"))).isEmpty();
      assertThat(text(session.request("get", url + "/echo/a"))).isEqualTo("GET /echo/a ");
      assertThat(session.poolStatistics()).isEqualTo(new PoolStatistics(0, 1, 0));
    });
  }

  @Test
  void aQueryIsAddedToTheUrls() {
    with((session, url) -> {
      RequestOptions params = RequestOptions.defaults().withParams("q", "a b&c", "q", "\u00e9");
      assertThat(text(session.get(url + "/echo/a?x=1", params)))
          .isEqualTo("GET /echo/a?x=1&q=a+b%26c&q=%C3%A9 ");
      assertThat(
              text(
                  session.post(
                      url + "/echo/f", RequestOptions.defaults().withForm(Query.of("k", "v w")))))
          .isEqualTo("POST /echo/f k=v+w");
    });
  }

  @Test
  void relativeUrlsAreResolvedAgainstTheBase() {
    run(() -> {
      try (var runner = new AppRunner(echo())) {
        await(runner.setup());
        TcpSite site = new TcpSite(runner, "127.0.0.1", 0);
        await(site.start());
        SessionOptions options =
            SessionOptions.defaults()
                .withBaseUrl(site.name() + "/echo/v1/")
                .withHeaders(Headers.of("X-App", "test"));
        try (var session = new ClientSession(options)) {
          assertThat(text(session.get("users"))).isEqualTo("GET /echo/v1/users ");
          assertThat(text(session.get("/echo/root"))).isEqualTo("GET /echo/root ");
          try (var response = await(session.get("x"))) {
            assertThat(response.headers().get("X-Got")).contains("X-App: test");
          }
        }
      }
    });
  }

  @Test
  void aRedirectIsFollowedAndRemembered() {
    with((session, url) -> {
      try (var response = await(session.get(url + "/to-echo"))) {
        assertThat(await(response.text())).isEqualTo("GET /echo/redirected?x=1 ");
        assertThat(response.url()).hasToString(url + "/echo/redirected?x=1");
        assertThat(response.realUrl()).hasToString(url + "/echo/redirected?x=1#there");
        assertThat(response.history()).extracting(ClientResponse::status).containsExactly(302);
        assertThat(response.history().getFirst().url()).hasToString(url + "/to-echo");
      }
      RequestOptions body = RequestOptions.defaults().withData("x");
      try (var response = await(session.post(url + "/to-echo", body))) {
        assertThat(response.method()).isEqualTo("GET");
        assertThat(await(response.text())).isEqualTo("GET /echo/redirected ");
      }
      try (var response =
          await(
              session.get(url + "/to-echo", RequestOptions.defaults().withAllowRedirects(false)))) {
        assertThat(response.status()).isEqualTo(302);
        assertThat(response.ok()).isTrue();
      }
      try (var response = await(session.head(url + "/to-echo"))) {
        assertThat(response.status()).isEqualTo(302);
      }
      assertThatThrownBy(() ->
              await(session.get(url + "/to-echo", RequestOptions.defaults().withMaxRedirects(0))))
          .isInstanceOf(TooManyRedirects.class);
    });
  }

  @Test
  void aFailedStatusIsThrownIfAskedFor() {
    with((session, url) -> {
      RequestOptions raise = RequestOptions.defaults().withRaiseForStatus(true);
      assertThatThrownBy(() -> await(session.get(url + "/nowhere", raise)))
          .isInstanceOfSatisfying(
              ClientResponseError.class,
              e -> {
                assertThat(e.status()).isEqualTo(404);
                assertThat(e.headers().contains("Content-Type")).isTrue();
                assertThat(e.requestInfo().method()).isEqualTo("GET");
              })
          .hasMessage("404, message='Not Found', url='" + url + "/nowhere'");
      try (var response = await(session.get(url + "/nowhere"))) {
        assertThat(response.ok()).isFalse();
        assertThat(await(response.text())).isEqualTo("404: Not Found");
        assertThatThrownBy(response::raiseForStatus).isInstanceOf(ClientResponseError.class);
      }
    });
    with(
        SessionOptions.defaults().withRaiseForStatus(true),
        (session, url) -> {
          assertThatThrownBy(() -> await(session.get(url + "/nowhere")))
              .isInstanceOf(ClientResponseError.class);
          RequestOptions quiet = RequestOptions.defaults().withRaiseForStatus(false);
          assertThat(text(session.get(url + "/nowhere", quiet))).isEqualTo("404: Not Found");
        });
  }

  @Test
  void aCompressedPageArrivesAsItWas() {
    with((session, url) -> {
      try (var response = await(session.get(url + "/big"))) {
        assertThat(response.headers().get("Content-Encoding")).isEqualTo("gzip");
        assertThat(Integer.parseInt(response.headers().get("Content-Length"))).isLessThan(100_000);
        assertThat(await(response.text())).isEqualTo("0123456789\n".repeat(100_000));
      }
      try (var response = await(session.get(url + "/big"))) {
        int lines = 0;
        for (byte[] line : asyncFor(response.content().byteLines())) {
          assertThat(line).hasSize(11);
          lines++;
        }
        assertThat(lines).isEqualTo(100_000);
      }
    });
  }

  @Test
  void aHundredPagesAtOnceShareTheLimit() {
    with(
        SessionOptions.defaults().withLimit(7),
        (session, url) -> {
          List<Coroutine<String>> pages = new ArrayList<>();
          for (int i = 0; i < 100; i++) {
            String path = i % 2 == 0 ? "/slow" : "/echo/" + i;
            pages.add(
                jasyncio.Asyncio.async(() -> {
                  assertThat(session.poolStatistics().inUse()).isLessThanOrEqualTo(7);
                  return text(session.get(url + path));
                }));
          }
          List<String> texts = await(gather(pages));
          assertThat(texts).hasSize(100);
          assertThat(texts.get(98)).isEqualTo("slow");
          assertThat(texts.get(99)).isEqualTo("GET /echo/99 ");
        });
  }

  @Test
  void aResponseThatIsNotReadGivesItsConnectionBackWhenItHasArrived() {
    with((session, url) -> {
      var response = await(session.get(url + "/echo/x"));
      while (session.poolStatistics().inUse() > 0) {
        await(sleep(millis(1)));
      }
      assertThat(session.poolStatistics().idle()).isEqualTo(1);
      assertThat(await(response.text())).isEqualTo("GET /echo/x ");
      response.close();
    });
  }

  @Test
  void releasingReadsAShortRest() {
    with((session, url) -> {
      for (int i = 0; i < 5; i++) {
        await(await(session.get(url + "/echo/x")).release());
      }
      assertThat(session.poolStatistics()).isEqualTo(new PoolStatistics(0, 1, 0));
    });
  }

  @Test
  void aClosedResponseCannotBeReadUnlessItHasBeen() {
    with((session, url) -> {
      var unread = await(session.get(url + "/big"));
      unread.close();
      unread.close();
      assertThatThrownBy(() -> await(unread.read()))
          .isInstanceOf(ClientConnectionError.class)
          .hasMessage("Connection closed");
      var read = await(session.get(url + "/echo/x"));
      await(read.read());
      read.close();
      assertThat(await(read.text())).isEqualTo("GET /echo/x ");
      assertThat(read).hasToString("<ClientResponse(" + url + "/echo/x) [200 OK]>");
    });
  }

  @Test
  void aReadBodyBelongsToWhoeverReadIt() {
    with((session, url) -> {
      try (var response = await(session.get(url + "/echo/x"))) {
        await(response.read())[0] = 'X';
        assertThat(await(response.text())).isEqualTo("GET /echo/x ");
      }
    });
  }

  @Test
  void aClosedSessionRefusesRequests() {
    with((session, url) -> {
      text(session.get(url + "/echo/x"));
      Task<ClientResponse> underWay = createTask(session.get(url + "/never"));
      await(sleep(millis(10)));
      session.close();
      session.close();
      assertThat(session.closed()).isTrue();
      assertThatThrownBy(() -> await(underWay)).isInstanceOf(ClientError.class);
      assertThatThrownBy(() -> await(session.get(url + "/echo/x")))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("Session is closed");
      assertThat(session.poolStatistics()).isEqualTo(new PoolStatistics(0, 0, 0));
    });
  }

  @Test
  void aCancelledRequestGivesEverythingBack() {
    with((session, url) -> {
      Task<ClientResponse> request = createTask(session.get(url + "/never"));
      while (session.poolStatistics().inUse() == 0) {
        await(sleep(millis(1)));
      }
      await(sleep(millis(5)));
      request.cancel();
      assertThatThrownBy(() -> await(request)).isInstanceOf(CancelledError.class);
      assertThat(session.poolStatistics()).isEqualTo(new PoolStatistics(0, 0, 0));
    });
  }

  @Test
  void badRequestsFailWhenAwaited() {
    with((session, url) -> {
      assertThatThrownBy(() -> await(session.get("no url")))
          .isInstanceOf(InvalidUrlClientError.class);
      assertThatThrownBy(() -> await(session.request("G T", url)))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> RequestOptions.defaults().withHeader("X", "a\r\nb"))
          .isInstanceOf(IllegalArgumentException.class);
      assertThat(session.poolStatistics()).isEqualTo(new PoolStatistics(0, 0, 0));
    });
  }

  @Test
  void aSessionNeedsARunningLoopWithANetwork() {
    assertThatThrownBy(ClientSession::new)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("no running event loop");
    run(
        jasyncio.Asyncio.async(() ->
            assertThatThrownBy(ClientSession::new)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("virtual time")),
        LoopConfig.defaults().withVirtualTime());
  }

  @Test
  void aRequestCanBeCancelledAnywhere() {
    CancelSweep.Report report =
        CancelSweep.of(
                "ClientSession.get",
                world -> {
                  var limits =
                      RunnerOptions.defaults().withShutdownTimeout(java.time.Duration.ZERO);
                  AppRunner runner = new AppRunner(echo(), limits);
                  await(runner.setup());
                  TcpSite site = new TcpSite(runner, "127.0.0.1", 0);
                  await(site.start());
                  ClientSession session = new ClientSession(SessionOptions.defaults().withLimit(1));
                  world.victim(() -> {
                    try (var response = await(session.get(site.name() + "/to-echo"))) {
                      await(response.text());
                    }
                  });
                  world.check(() -> {
                    assertThat(session.poolStatistics().inUse()).isZero();
                    assertThat(session.poolStatistics().waiting()).isZero();
                    assertThat(text(session.get(site.name() + "/echo/after")))
                        .isEqualTo("GET /echo/after ");
                    session.close();
                    runner.close();
                  });
                })
            .onRealTime()
            .run();
    assertThat(report.suspensions()).isGreaterThanOrEqualTo(3);
  }
}
