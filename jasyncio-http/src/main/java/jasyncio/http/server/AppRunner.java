package jasyncio.http.server;

import static jasyncio.Asyncio.async;
import static jasyncio.Asyncio.await;

import io.netty.channel.Channel;
import jasyncio.Asyncio;
import jasyncio.CheckReturnValue;
import jasyncio.Context;
import jasyncio.Coroutine;
import jasyncio.EventLoop;
import jasyncio.Task;
import jasyncio.TaskOptions;
import jasyncio.net.netty.NettyBridge;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Serves an application on the running loop, at the addresses of its sites.
///
/// ```java
/// try (var runner = new AppRunner(app)) {
///   await(runner.setup());
///   await(new TcpSite(runner, "127.0.0.1", 8080).start());
///   ...
/// }
/// ```
///
/// Used on the loop. Counterpart: `web.AppRunner`.
public final class AppRunner implements AutoCloseable {
  /// How long tasks that were cancelled may take to end.
  private static final Duration CANCEL_PATIENCE = Duration.ofSeconds(5);

  private final Application application;
  private final RunnerOptions options;
  private final Set<TcpSite> sites = new LinkedHashSet<>();
  private final Map<ServerConnection, Task<?>> connections = new LinkedHashMap<>();
  private @Nullable NettyBridge bridge;
  private @Nullable ResponseWriter writer;
  private Context context = new Context();
  private long accepted;
  private boolean closing;
  private Runnable closedInTime = () -> {};

  /// A runner with the default limits.
  ///
  /// @param application what to serve
  public AppRunner(Application application) {
    this(application, RunnerOptions.defaults());
  }

  /// A runner with these limits.
  ///
  /// @param application what to serve
  /// @param options limits of size and time
  public AppRunner(Application application, RunnerOptions options) {
    this.application = application;
    this.options = options;
  }

  /// Makes the application ready, and freezes it.
  ///
  /// Does not suspend. Counterpart: `AppRunner.setup()`.
  ///
  /// Must be awaited before a site starts. Handlers run in copies of the context in which it is.
  ///
  /// @return a coroutine that does so when awaited
  @CheckReturnValue
  public Coroutine<@Nullable Void> setup() {
    return async(() -> {
      application.freeze();
      context = Context.copyOfCurrent();
      NettyBridge current = NettyBridge.current();
      writer = new ResponseWriter(current.loop());
      bridge = current;
      closedInTime.run();
      closedInTime =
          current
              .loop()
              .reportUnclosed(
                  this,
                  () ->
                      "unclosed AppRunner: it goes on serving. Close it where it is made: try (var"
                          + " runner = new AppRunner(app)), or await(runner.cleanup())");
    });
  }

  NettyBridge bridge() {
    if (bridge == null || closing) {
      throw new IllegalStateException(
          closing ? "the runner has been cleaned up" : "Call runner.setup() before making a site");
    }
    return bridge;
  }

  void add(TcpSite site) {
    sites.add(site);
  }

  void remove(TcpSite site) {
    sites.remove(site);
  }

  /// Fills the pipeline of an accepted connection; in Netty's handler.
  void accept(NettyBridge bridge, Channel channel) {
    ResponseWriter ready = Objects.requireNonNull(writer, "setup() goes before any site");
    Output output = new Output(bridge, channel);
    ServerConnection connection =
        new ServerConnection(
            bridge.loop(), channel, application, options, ready, output, this::begin);
    channel.pipeline().addLast(new RequestDecoder(), output, connection);
  }

  private void begin(ServerConnection connection) {
    if (closing) {
      connection.close();
      return;
    }
    EventLoop loop = bridge().loop();
    Coroutine<@Nullable Void> serving = async(connection::serve);
    Task<@Nullable Void> task =
        loop.createTask(
            serving,
            TaskOptions.named("http-connection-" + ++accepted).withContext(context.copy()));
    connections.put(connection, task);
    task.addDoneCallback(_ -> connections.remove(connection), new Context());
  }

  /// {@return how many connections there are}
  public int connectionCount() {
    return connections.size();
  }

  /// Stops serving: no more connections are accepted, idle ones are closed, requests under way may
  /// end within [RunnerOptions#shutdownTimeout()] and are cancelled then.
  ///
  /// Suspends until all that is over. If it is cancelled, the connections are closed at once. Does
  /// nothing the second time. Counterpart: `AppRunner.cleanup()`.
  ///
  /// @return a coroutine that does so when awaited
  @CheckReturnValue
  public Coroutine<@Nullable Void> cleanup() {
    return async(() -> {
      closing = true;
      closedInTime.run();
      try {
        for (TcpSite site : List.copyOf(sites)) {
          await(site.stop());
        }
        connections.keySet().forEach(ServerConnection::stop);
        waitForTasks(options.shutdownTimeout());
        connections.values().forEach(Task::cancel);
        waitForTasks(CANCEL_PATIENCE);
      } finally {
        List.copyOf(connections.keySet()).forEach(ServerConnection::close);
      }
    });
  }

  private void waitForTasks(Duration patience) {
    List<Task<?>> tasks = List.copyOf(connections.values());
    if (!tasks.isEmpty()) {
      await(Asyncio.wait(tasks, patience));
    }
  }

  /// Stops serving, as [#cleanup()] does, and waits for it. Called in a task.
  @Override
  public void close() {
    await(cleanup());
  }
}
