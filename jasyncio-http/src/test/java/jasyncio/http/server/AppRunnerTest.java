package jasyncio.http.server;

import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.createTask;
import static jasyncio.Asyncio.getRunningLoop;
import static jasyncio.Asyncio.millis;
import static jasyncio.Asyncio.run;
import static jasyncio.Asyncio.seconds;
import static jasyncio.Asyncio.sleep;
import static jasyncio.Asyncio.toThread;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jasyncio.CancelledError;
import jasyncio.ContextVar;
import jasyncio.Future;
import jasyncio.Task;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class AppRunnerTest extends ServerFixture {
  @Test
  void aRequestUnderWayMayEndWhenTheServerStops() {
    run(() -> {
      Future<Void> release = getRunningLoop().createFuture();
      Future<Void> started = getRunningLoop().createFuture();
      Application app = new Application();
      app.addGet(
          "/",
          _ -> {
            started.setResult(null);
            await(release);
            return Response.text("done");
          });
      AppRunner runner = new AppRunner(app);
      await(runner.setup());
      TcpSite site = new TcpSite(runner, "127.0.0.1", 0);
      await(site.start());
      int port = site.port();
      Task<String> answer =
          createTask(
              toThread(() -> {
                try (RawClient client = new RawClient(port)) {
                  client.send(get("/") + get("/"));
                  return client.rest();
                }
              }));
      await(started);
      Task<Void> cleanup = createTask(runner.cleanup());
      await(sleep(millis(5)));
      assertThat(cleanup.done()).isFalse();
      assertThatThrownBy(() -> await(toThread(() -> new RawClient(port).close())))
          .isInstanceOf(IOException.class);
      release.setResult(null);
      await(cleanup);
      assertThat(await(answer)).contains("Connection: close").endsWith("done");
      assertThat(runner.connectionCount()).isZero();
      await(runner.cleanup());
    });
  }

  @Test
  void aRequestThatDoesNotEndInTimeIsCancelled() {
    List<String> log = new ArrayList<>();
    run(() -> {
      Application app = new Application();
      Future<Void> started = getRunningLoop().createFuture();
      app.addGet(
          "/",
          _ -> {
            try {
              started.setResult(null);
              await(sleep(seconds(1000)));
            } catch (CancelledError e) {
              log.add("cancelled");
              throw e;
            }
            return Response.text("never");
          });
      try (var runner =
          new AppRunner(app, RunnerOptions.defaults().withShutdownTimeout(millis(10)))) {
        await(runner.setup());
        TcpSite site = new TcpSite(runner, "127.0.0.1", 0);
        await(site.start());
        int port = site.port();
        createTask(
            toThread(() -> {
              try (RawClient client = new RawClient(port)) {
                client.send(get("/"));
                client.rest();
              }
            }));
        await(started);
      }
    });
    assertThat(log).containsExactly("cancelled");
  }

  @Test
  void idleConnectionsAreClosedWhenTheServerStops() {
    serving((site, runner) -> {
      int port = site.port();
      Future<Void> answered = getRunningLoop().createFuture();
      var loop = getRunningLoop();
      Task<String> rest =
          createTask(
              toThread(() -> {
                try (RawClient client = new RawClient(port)) {
                  client.send(get("/"));
                  client.response();
                  loop.callSoonThreadsafe(() -> answered.setResult(null));
                  return client.rest();
                }
              }));
      await(answered);
      assertThat(runner.connectionCount()).isEqualTo(1);
      runner.close();
      assertThat(await(rest)).isEmpty();
    });
  }

  @Test
  void handlersSeeTheContextOfTheSetupAndKeepTheirChangesForThemselves() {
    ContextVar<String> variable = ContextVar.withDefault("variable", "unset");
    run(() -> {
      variable.set("setup");
      Application app = new Application();
      app.addGet(
          "/",
          _ -> {
            String before = variable.get();
            variable.set("changed");
            return Response.text(before);
          });
      try (var runner = new AppRunner(app)) {
        await(runner.setup());
        TcpSite site = new TcpSite(runner, "127.0.0.1", 0);
        await(site.start());
        for (int i = 0; i < 2; i++) {
          with(
              site,
              client -> {
                client.send(get("/"));
                assertThat(client.response()).endsWith("setup");
              });
        }
      }
      assertThat(variable.get()).isEqualTo("setup");
    });
  }

  @Test
  void wrongUseIsToldSo() {
    run(() -> {
      Application app = new Application();
      AppRunner runner = new AppRunner(app);
      assertThatThrownBy(() -> new TcpSite(runner, "127.0.0.1", 0))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("Call runner.setup() before making a site");
      await(runner.setup());
      assertThatThrownBy(() -> app.addGet("/", _ -> Response.text("")))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageStartingWith("Cannot register a resource into frozen router");
      TcpSite site = new TcpSite(runner, "127.0.0.1", 0);
      assertThatThrownBy(site::port).isInstanceOf(IllegalStateException.class);
      await(site.start());
      assertThatThrownBy(() -> await(site.start())).isInstanceOf(IllegalStateException.class);
      TcpSite taken = new TcpSite(runner, "127.0.0.1", site.port());
      assertThatThrownBy(() -> await(taken.start()))
          .isInstanceOf(IOException.class)
          .hasMessageContaining(String.valueOf(site.port()));
      await(site.stop());
      runner.close();
      assertThatThrownBy(() -> new TcpSite(runner, "127.0.0.1", 0))
          .isInstanceOf(IllegalStateException.class);
    });
  }
}
