package jasyncio.net;

import static jasyncio.Asyncio.async;
import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.getRunningLoop;
import static jasyncio.Asyncio.timeout;
import static jasyncio.Asyncio.yieldNow;

import jasyncio.CancelledError;
import jasyncio.CheckReturnValue;
import jasyncio.Context;
import jasyncio.Coroutine;
import jasyncio.EventLoop;
import jasyncio.Future;
import jasyncio.TimeoutError;
import jasyncio.net.StreamTransport.Terms;
import jasyncio.net.spi.Acceptor;
import jasyncio.net.spi.Acceptor.Dealt;
import jasyncio.net.spi.Listener;
import jasyncio.net.spi.Network;
import jasyncio.net.spi.Peer;
import jasyncio.net.spi.Wire;
import jasyncio.net.spi.WireOwner;
import jasyncio.sync.Event;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A server that accepts connections, each with streams and a task or with a protocol. Made by
/// [Net#startServer(ClientHandler, String, int)] and [Net#createServer].
///
/// Used on its loop; its connections may live on others: see [ServerOptions#withLoops].
/// Counterpart: `asyncio.Server`.
public final class Server implements AutoCloseable {
  private final EventLoop loop;

  /// The connections that have not ended, oldest first.
  private final Set<StreamTransport> clients = new LinkedHashSet<>();

  /// Connections that have been accepted and are given to other loops. These then add to the
  /// clients, in work that they post to ours: both sets are ours alone.
  private final Set<Dealt> onTheirWay = new HashSet<>();

  /// Those of them that are to be closed as soon as they are there.
  private final Set<Dealt> unwanted = new HashSet<>();

  private final Event ended = new Event();
  private @Nullable Listener listener;
  private boolean serving;
  private boolean closed;
  private @Nullable Future<@Nullable Void> servingForever;

  private Server(EventLoop loop) {
    this.loop = loop;
    ended.clear(); // so it is this loop's, whoever waits first
  }

  /// Binds, in the current task; each connection gets streams.
  static Server start(ClientHandler handler, Listen listen, ServerOptions options) {
    StreamReader.create(options.limit()); // a wrong limit shows here, not with the first client
    Server server = new Server(getRunningLoop());
    Context context = Context.copyOfCurrent();
    return server.open(
        listen,
        options,
        context,
        _ ->
            new StreamSink(
                new StreamReaderProtocol(StreamReader.create(options.limit()), handler, context)));
  }

  /// Binds, in the current task; each connection gets a protocol.
  static Server create(
      Supplier<? extends ConnectionProtocol> factory, Listen listen, ServerOptions options) {
    Context context = Context.copyOfCurrent();
    return new Server(getRunningLoop())
        .open(
            listen,
            options,
            context,
            loop -> new ProtocolCaller(loop, context.copy(), factory, null));
  }

  /// @param sinks makes what each connection tells, on its loop, from inside its wire
  private Server open(
      Listen listen, ServerOptions options, Context context, Function<EventLoop, Sink> sinks) {
    Tracker tracker = new Tracker();
    Terms terms = new Terms(context, options.tls(), options.lingeringTime(), tracker);
    Acceptor acceptor =
        new Acceptor() {
          @Override
          public void dealt(Dealt connection) {
            tracker.dealt(connection);
          }

          @Override
          public WireOwner accepted(Wire wire, @Nullable Peer peer) {
            return new StreamTransport(wire, terms, sinks.apply(wire.loop()), peer);
          }
        };
    listener = await(listen.open(Networks.current(), options, acceptor));
    serving = options.startServing();
    return this;
  }

  /// Where to listen.
  interface Listen {
    Coroutine<Listener> open(Network network, ServerOptions options, Acceptor acceptor);

    /// At the addresses of a host, and of those in the options.
    static Listen at(@Nullable String host, int port) {
      return (network, options, acceptor) -> {
        List<@Nullable String> hosts = new ArrayList<>();
        hosts.add(host);
        hosts.addAll(options.moreHosts());
        return network.listen(hosts, port, options, acceptor);
      };
    }

    /// Where the socket listens already.
    static Listen at(ServerSocketChannel sock) {
      return (network, options, acceptor) -> network.adopt(sock, options, acceptor);
    }

    /// At a Unix socket.
    static Listen at(Path path) {
      return (network, options, acceptor) -> network.listenUnix(path, options, acceptor);
    }
  }

  // ---- connections ----

  /// Called from inside wires, by the loops of the connections.
  private final class Tracker implements Clients {
    void dealt(Dealt connection) {
      onTheirWay.add(connection);
      connection.whenClosed(() ->
          on(
              loop,
              () -> {
                onTheirWay.remove(connection);
                unwanted.remove(connection);
                wakeIfDone();
              }));
    }

    @Override
    public void attached(StreamTransport transport) {
      on(
          loop,
          () -> {
            clients.add(transport);
            onTheirWay.remove(transport.wire().identity());
            if (unwanted.remove(transport.wire().identity())) {
              on(transport.loop(), transport::close);
            }
          });
    }

    @Override
    public void detached(StreamTransport transport) {
      on(
          loop,
          () -> {
            clients.remove(transport);
            wakeIfDone();
          });
    }
  }

  /// Runs `work` at once if this is the thread of `target`, else there as soon as possible; not at
  /// all if that loop has been closed.
  private static void on(EventLoop target, Runnable work) {
    if (target.runsOn(Thread.currentThread())) {
      work.run();
    } else {
      target.tryPost(work, new Context());
    }
  }

  private boolean isDeserted() {
    return clients.isEmpty() && onTheirWay.isEmpty();
  }

  private void wakeIfDone() {
    if (closed && isDeserted()) {
      on(loop, ended::set); // close() may be called from anywhere
    }
  }

  // ---- serving ----

  /// Accepts connections from now on. Does nothing if it does already.
  ///
  /// Suspends for a turn. Cancelled, it accepts connections all the same.
  ///
  /// @return a coroutine that does so when awaited
  /// @throws IllegalStateException when awaited, if the server is closed
  @CheckReturnValue
  public Coroutine<@Nullable Void> startServing() {
    return async(() -> {
      checkOpen();
      acceptFromNowOn();
      await(yieldNow());
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
  /// @return a coroutine that does so when awaited
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

  /// {@return whether it accepts connections}
  public boolean isServing() {
    return serving;
  }

  /// {@return where it listens: an [InetSocketAddress] for each address, or a
  /// [java.net.UnixDomainSocketAddress]; empty once it is closed} Counterpart: `server.sockets`.
  public List<SocketAddress> addresses() {
    Listener open = listener;
    return open == null ? List.of() : open.addresses();
  }

  /// {@return the port of its first address: the one to tell clients if it was started with port 0}
  ///
  /// @throws IllegalStateException if it is closed, or listens at a Unix socket
  public int port() {
    checkOpen();
    if (addresses().getFirst() instanceof InetSocketAddress address) {
      return address.getPort();
    }
    throw new IllegalStateException(this + " listens at a Unix socket, which has no port");
  }

  // ---- ending ----

  /// Stops listening. Connections that are there stay open, and their tasks run on. Does nothing
  /// the second time.
  @Override
  public void close() {
    Listener open = listener;
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
    List.copyOf(clients).forEach(one -> on(one.loop(), one::close));
    unwanted.addAll(onTheirWay);
  }

  /// Ends all connections at once. Counterpart: `server.abort_clients()`.
  public void abortClients() {
    List.copyOf(clients).forEach(one -> on(one.loop(), one::abort));
    List.copyOf(onTheirWay).forEach(Dealt::close);
  }

  /// Waits until the server is closed and all its connections have ended.
  ///
  /// Suspends until then. Cancel-safe.
  ///
  /// @return a coroutine that does so when awaited
  @CheckReturnValue
  public Coroutine<@Nullable Void> waitClosed() {
    return async(() -> {
      if (closed && isDeserted()) {
        return;
      }
      await(ended.waitSet());
    });
  }

  /// Closes the server, lets its connections end by themselves for so long, and aborts those that
  /// have not. Says which they were, and what their handlers were waiting for.
  ///
  /// Suspends until the server is closed and all connections have ended; handlers may run on.
  /// Cancel-safe: connections that have not been aborted by then stay.
  ///
  /// @param grace how long the connections may take
  /// @return a coroutine that gives a line for each connection that was aborted; none if all have
  ///   ended by themselves
  /// @throws IllegalArgumentException if the time is negative
  @CheckReturnValue
  public Coroutine<List<String>> shutdown(Duration grace) {
    if (grace.isNegative()) {
      throw new IllegalArgumentException("the time for the connections is negative: " + grace);
    }
    return async(() -> {
      close();
      try {
        await(timeout(grace, () -> await(waitClosed())));
        return List.of();
      } catch (TimeoutError e) {
        List<String> late = new ArrayList<>();
        for (StreamTransport one : List.copyOf(clients)) {
          late.add(Stragglers.describeFrom(loop, one));
        }
        abortClients();
        await(waitClosed());
        return List.copyOf(late);
      }
    });
  }

  /// {@return the loop it runs on}
  public EventLoop getLoop() {
    return loop;
  }

  @Override
  public String toString() {
    return "<Server sockets=" + addresses() + ">";
  }
}
