package jasyncio.net;

import static jasyncio.Asyncio.async;
import static jasyncio.Asyncio.await;

import jasyncio.CheckReturnValue;
import jasyncio.Coroutine;
import jasyncio.net.netty.SocketConnector;
import jasyncio.net.netty.SocketTransport;
import org.jspecify.annotations.Nullable;

/// asyncio's stream functions, for `import static jasyncio.net.Net.*`.
///
/// The first use opens the loop's network: until then no class of it is loaded.
public final class Net {
  private Net() {}

  /// Connects to `host` and returns the two streams of the connection.
  ///
  /// Suspends. Cancel-safe: a connection that comes too late is closed. There is no timeout; wrap
  /// it in `waitFor` or `timeout`. Throws a [ConnectionError] that names host, port and phase.
  ///
  /// Counterpart: `asyncio.open_connection`.
  ///
  /// @param host a name or an address; of a name, all addresses are tried in turn
  @CheckReturnValue
  public static Coroutine<Streams> openConnection(String host, int port) {
    return openConnection(host, port, StreamOptions.defaults());
  }

  /// The same, with a limit of one's own, or with TLS.
  @CheckReturnValue
  public static Coroutine<Streams> openConnection(String host, int port, StreamOptions options) {
    return async(() -> {
      StreamProtocol[] latest = new StreamProtocol[1];
      SocketTransport transport =
          await(
              SocketConnector.connect(
                  host,
                  port,
                  options.tls(),
                  () -> {
                    latest[0] = new StreamProtocol(StreamReader.create(options.limit()), null);
                    return latest[0];
                  }));
      StreamProtocol protocol = latest[0]; // attempts come one after the other
      return new Streams(protocol.reader(), new StreamWriter(transport, protocol));
    });
  }

  /// Listens, and runs `handler` in a task of its own for each connection.
  ///
  /// Suspends. Cancel-safe: nothing is left listening. Throws an [java.io.IOException] that names
  /// the address.
  ///
  /// Counterpart: `asyncio.start_server`.
  ///
  /// @param host a name or an address to listen at; null for all interfaces
  /// @param port 0 for a free one: see [Server#port()]
  @CheckReturnValue
  public static Coroutine<Server> startServer(
      ClientHandler handler, @Nullable String host, int port) {
    return startServer(handler, host, port, ServerOptions.defaults());
  }

  /// The same, with a limit or backlog of one's own, or with TLS.
  @CheckReturnValue
  public static Coroutine<Server> startServer(
      ClientHandler handler, @Nullable String host, int port, ServerOptions options) {
    return async(() -> Server.start(handler, host, port, options));
  }
}
