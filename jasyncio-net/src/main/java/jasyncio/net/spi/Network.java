package jasyncio.net.spi;

import jasyncio.CheckReturnValue;
import jasyncio.ContextVar;
import jasyncio.Coroutine;
import jasyncio.EventLoop;
import jasyncio.Future;
import jasyncio.net.DatagramOptions;
import jasyncio.net.ServerOptions;
import jasyncio.net.StreamOptions;
import java.net.InetAddress;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A network as one loop sees it: opens connections, and listens for them.
///
/// Used on the loop.
public interface Network {
  /// The network of what runs in a context, where it is another than the system's: that of a
  /// simulated host, say.
  ContextVar<@Nullable Network> OF_CONTEXT = ContextVar.withDefault("jasyncio.network", null);

  /// {@return the loop whose network it is}
  EventLoop loop();

  /// Connects, and encrypts the connection if there are options for it; the handshake is not waited
  /// for.
  ///
  /// Suspends. Cancel-safe: what is there by then is closed. Throws a
  /// [jasyncio.net.ConnectionError].
  ///
  /// @param target what to connect to
  /// @param options TLS, and in what order addresses are tried
  /// @param owners gives each attempt its owner; the last of them is that of the connection
  /// @return a coroutine without a result
  @CheckReturnValue
  Coroutine<@Nullable Void> connect(
      Target target, StreamOptions options, Function<Wire, WireOwner> owners);

  /// Listens at every address of the hosts, for connections that are accepted from now on or from
  /// [Listener#startAccepting()] on.
  ///
  /// Suspends. Cancel-safe: what is bound already is closed again. Throws an [java.io.IOException]
  /// that names the address.
  ///
  /// @param hosts names or addresses; one that is null stands for all interfaces
  /// @param port 0 for a free one
  /// @param options backlog, TLS, and whether to accept at once
  /// @param acceptor what becomes of the connections
  /// @return a coroutine that gives the listener
  @CheckReturnValue
  Coroutine<Listener> listen(
      List<@Nullable String> hosts, int port, ServerOptions options, Acceptor acceptor);

  /// The same at a Unix socket.
  ///
  /// @param path the path of the socket
  /// @param options TLS, and whether to accept at once
  /// @param acceptor what becomes of the connections
  /// @return a coroutine that gives the listener
  @CheckReturnValue
  Coroutine<Listener> listenUnix(Path path, ServerOptions options, Acceptor acceptor);

  /// The same for a socket that listens already, and is the loop's from now on.
  ///
  /// @param sock the socket
  /// @param options TLS, and whether to accept at once
  /// @param acceptor what becomes of the connections
  /// @return a coroutine that gives the listener
  @CheckReturnValue
  Coroutine<Listener> adopt(ServerSocketChannel sock, ServerOptions options, Acceptor acceptor);

  /// Opens a socket for datagrams, as the options say.
  ///
  /// Suspends. Cancel-safe: what is open by then is closed. Throws a
  /// [jasyncio.net.ConnectionError].
  ///
  /// @param options the addresses, and what is allowed
  /// @param owners gives the socket its owner
  /// @param begun is waited for too; if it fails, the socket is closed and nothing is left of it
  /// @return a coroutine without a result
  @CheckReturnValue
  Coroutine<@Nullable Void> openDatagrams(
      DatagramOptions options, Function<DatagramWire, DatagramOwner> owners, Future<?> begun);

  /// The same with a socket that is bound already, and is the loop's from now on.
  ///
  /// @param sock the socket
  /// @param owners gives the socket its owner
  /// @param begun is waited for too; if it fails, the socket is closed
  /// @return a coroutine without a result
  @CheckReturnValue
  Coroutine<@Nullable Void> adoptDatagrams(
      DatagramChannel sock, Function<DatagramWire, DatagramOwner> owners, Future<?> begun);

  /// {@return the addresses of a host, never empty}
  ///
  /// Suspends. Cancel-safe. Throws a [jasyncio.net.ConnectionError] if there is no such host.
  ///
  /// @param host a name or an address
  /// @param port for messages only
  @CheckReturnValue
  Coroutine<List<InetAddress>> resolve(String host, int port);
}
