package jasyncio.net;

import static jasyncio.Asyncio.async;
import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.getRunningLoop;
import static jasyncio.Asyncio.sleep;

import jasyncio.CancelledError;
import jasyncio.CheckReturnValue;
import jasyncio.Context;
import jasyncio.Coroutine;
import jasyncio.EventLoop;
import jasyncio.ExceptionContext;
import jasyncio.Future;
import jasyncio.Task;
import jasyncio.net.netty.SocketListener;
import jasyncio.net.netty.SocketTransport;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A server that accepts connections and runs a task for each. Made by
/// [Net#startServer(ClientHandler, String, int)].
///
/// Used on its loop. Counterpart: `asyncio.Server`.
public final class Server implements AutoCloseable {
  private final EventLoop loop;
  private final ClientHandler handler;

  /// That of the task that started the server: handlers run in copies of it.
  private final Context context = Context.copyOfCurrent();

  /// The connections that have not ended, oldest first.
  private final Map<StreamProtocol, SocketTransport> clients = new LinkedHashMap<>();

  private final List<Future<@Nullable Void>> waiters = new ArrayList<>();
  private @Nullable SocketListener listener;
  private boolean serving;
  private boolean closed;
  private @Nullable Future<@Nullable Void> servingForever;

  private Server(EventLoop loop, ClientHandler handler) {
    this.loop = loop;
    this.handler = handler;
  }

  /// Binds, in the current task.
  static Server start(
      ClientHandler handler, @Nullable String host, int port, ServerOptions options) {
    Server server = new Server(getRunningLoop(), handler);
    StreamReader.create(options.limit()); // a wrong limit shows here, not with the first client
    server.listener =
        await(
            SocketListener.open(
                host,
                port,
                options.backlog(),
                options.tls(),
                options.startServing(),
                () -> new StreamProtocol(StreamReader.create(options.limit()), server)));
    server.serving = options.startServing();
    return server;
  }

  // ---- connections ----

  /// From inside Netty: a client is there.
  void connected(SocketTransport transport, StreamWriter writer, StreamReader reader) {
    clients.put(writer.protocol(), transport);
    loop.callSoon(() -> serve(transport, writer, reader), context.copy());
  }

  private void serve(SocketTransport transport, StreamWriter writer, StreamReader reader) {
    Task<@Nullable Void> task = loop.createTask(async(() -> handler.handle(reader, writer)));
    task.addDoneCallback(done -> {
      if (done.cancelled()) {
        transport.close();
        return;
      }
      Throwable failure = done.exception();
      if (failure != null) {
        loop.callExceptionHandler(
            ExceptionContext.of("Unhandled exception in client_connected_cb")
                .withException(failure)
                .withFuture(task)
                .with("transport", transport));
        transport.close();
      }
    });
  }

  /// From inside Netty: a client has gone.
  void disconnected(StreamProtocol protocol) {
    clients.remove(protocol);
    wakeIfDone();
  }

  private void wakeIfDone() {
    if (closed && clients.isEmpty()) {
      for (Future<@Nullable Void> waiter : waiters) {
        if (!waiter.done()) {
          waiter.setResult(null);
        }
      }
      waiters.clear();
    }
  }

  // ---- serving ----

  /// Accepts connections from now on. Does nothing if it does already.
  ///
  /// Suspends for a turn.
  ///
  /// @throws IllegalStateException when awaited, if the server is closed
  @CheckReturnValue
  public Coroutine<@Nullable Void> startServing() {
    return async(() -> {
      checkOpen();
      acceptFromNowOn();
      await(sleep(Duration.ZERO));
    });
  }

  private void acceptFromNowOn() {
    if (!serving && listener != null) {
      serving = true;
      listener.startAccepting();
    }
  }

  private void checkOpen() {
    if (closed) {
      throw new IllegalStateException("server " + this + " is closed");
    }
  }

  /// Accepts connections until the waiting task is cancelled; then closes the server and waits for
  /// the connections to end.
  ///
  /// Suspends. Throws [CancelledError], also if the server is closed by other means.
  ///
  /// @throws IllegalStateException when awaited, if the server is closed, or another task does this
  ///   already
  @CheckReturnValue
  public Coroutine<@Nullable Void> serveForever() {
    return async(() -> {
      if (servingForever != null) {
        throw new IllegalStateException(
            "server " + this + " is already being awaited on serve_forever()");
      }
      checkOpen();
      acceptFromNowOn();
      Future<@Nullable Void> forever = loop.createFuture();
      servingForever = forever;
      try {
        await(forever);
      } catch (CancelledError e) {
        close();
        try {
          await(waitClosed());
        } catch (Throwable later) {
          if (later != e) {
            e.addSuppressed(later);
          }
        }
        throw e;
      } finally {
        servingForever = null;
      }
    });
  }

  /// Whether it accepts connections.
  public boolean isServing() {
    return serving;
  }

  /// Where it listens; empty once it is closed. Counterpart: `server.sockets`.
  public List<InetSocketAddress> addresses() {
    SocketListener open = listener;
    return open == null ? List.of() : open.addresses();
  }

  /// The port of its first address: the one to tell clients if it was started with port 0.
  ///
  /// @throws IllegalStateException if it is closed
  public int port() {
    checkOpen();
    return addresses().getFirst().getPort();
  }

  // ---- ending ----

  /// Stops listening. Connections that are there stay open, and their tasks run on. Does nothing
  /// the second time.
  @Override
  public void close() {
    SocketListener open = listener;
    if (open == null) {
      return;
    }
    listener = null;
    closed = true;
    serving = false;
    open.close();
    Future<@Nullable Void> forever = servingForever;
    if (forever != null && !forever.done()) {
      servingForever = null;
      forever.cancel();
    }
    wakeIfDone();
  }

  /// Closes all connections, each once everything written to it is sent. Counterpart:
  /// `server.close_clients()`.
  public void closeClients() {
    List.copyOf(clients.values()).forEach(SocketTransport::close);
  }

  /// Ends all connections at once. Counterpart: `server.abort_clients()`.
  public void abortClients() {
    List.copyOf(clients.values()).forEach(SocketTransport::abort);
  }

  /// Waits until the server is closed and all its connections have ended.
  ///
  /// Suspends until then. Cancel-safe.
  @CheckReturnValue
  public Coroutine<@Nullable Void> waitClosed() {
    return async(() -> {
      if (closed && clients.isEmpty()) {
        return;
      }
      Future<@Nullable Void> waiter = loop.createFuture();
      waiters.add(waiter);
      try {
        await(waiter);
      } finally {
        waiters.remove(waiter);
      }
    });
  }

  /// The loop it runs on.
  public EventLoop getLoop() {
    return loop;
  }

  @Override
  public String toString() {
    return "<Server sockets=" + addresses() + ">";
  }
}
