package jasyncio.http.server;

import static jasyncio.Asyncio.async;
import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.getRunningLoop;
import static jasyncio.Asyncio.millis;
import static jasyncio.Asyncio.run;
import static jasyncio.Asyncio.seconds;
import static jasyncio.Asyncio.sleep;
import static jasyncio.Asyncio.toThread;

import jasyncio.ExceptionContext;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// An application to be served, and raw clients for it; keeps what its handlers saw and what was
/// reported.
abstract class ServerFixture {
  static final String HOST = "Host: h\r\n";

  final List<ExceptionContext> reports = new ArrayList<>();
  final List<String> seen = new ArrayList<>();

  @FunctionalInterface
  interface Client {
    void use(RawClient client) throws Exception;
  }

  @FunctionalInterface
  interface Scenario {
    void run(TcpSite site, AppRunner runner) throws Throwable;
  }

  private Application application() {
    Application app = new Application();
    app.addGet("/", _ -> Response.text("root"));
    app.addGet(
        "/hello/{name}",
        request -> {
          seen.add(request.toString());
          await(sleep(millis(0)));
          return Response.text("hello " + request.matchInfo("name"));
        });
    app.addPost("/echo", request -> Response.text(await(request.text())));
    app.addPost("/ignore", _ -> Response.text("ignored"));
    app.addGet(
        "/broken",
        _ -> {
          throw new ArithmeticException("a bug");
        });
    app.addGet("/null", _ -> null);
    app.addGet(
        "/raises",
        _ -> {
          throw new HttpException(Response.text("teapot").withStatus(418).withHeader("X", "y"));
        });
    app.addGet("/gzip", _ -> Response.text("gzip me ".repeat(1000)).withCompression());
    app.addGet("/latin1", _ -> Response.text("\u00e9").withCharset(StandardCharsets.ISO_8859_1));
    app.addGet("/reset", _ -> Response.text("not to be sent").withStatus(205));
    app.addGet(
        "/fields",
        _ ->
            Response.bytes(new byte[0])
                .withStatus(299, "Very \u00e9")
                .withHeader("X", "\u00ff\t1")
                .plusHeader("x", "2")
                .withHeader("Server", "mine")
                .withHeader("date", "never"));
    app.addGet(
        "/letters/{n}",
        request -> Response.text("a".repeat(Integer.parseInt(request.matchInfo("n")))));
    app.addGet(
        "/pause",
        _ -> {
          await(sleep(millis(50)));
          return Response.text("paused");
        });
    app.addGet("/empty", _ -> Response.ofStatus(204));
    app.addGet(
        "/never",
        _ -> {
          await(sleep(seconds(1000)));
          return Response.text("never");
        });
    return app;
  }

  final void serving(RunnerOptions options, Scenario scenario) {
    run(
        async(() -> {
          getRunningLoop().setExceptionHandler((_, context) -> reports.add(context));
          try (var runner = new AppRunner(application(), options)) {
            await(runner.setup());
            TcpSite site = new TcpSite(runner, "127.0.0.1", 0);
            await(site.start());
            scenario.run(site, runner);
          }
        }));
  }

  final void serving(Scenario scenario) {
    serving(RunnerOptions.defaults().withShutdownTimeout(Duration.ZERO), scenario);
  }

  final void client(Client client) {
    serving((site, _) -> with(site, client));
  }

  static void with(TcpSite site, Client client) {
    int port = site.port();
    await(
        toThread(() -> {
          try (RawClient raw = new RawClient(port)) {
            client.use(raw);
          }
        }));
  }

  static String get(String path) {
    return "GET " + path + " HTTP/1.1\r\n" + HOST + "\r\n";
  }
}
