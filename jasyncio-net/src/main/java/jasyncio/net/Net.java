package jasyncio.net;

import static jasyncio.Asyncio.async;
import static jasyncio.Asyncio.await;

import jasyncio.CheckReturnValue;
import jasyncio.Coroutine;
import jasyncio.net.Server.Listen;
import jasyncio.net.spi.Target;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.DatagramChannel;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SelectableChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// asyncio's network functions, for `import static jasyncio.net.Net.*`.
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
  /// @param port the port
  /// @return a coroutine that gives the two streams
  @CheckReturnValue
  public static Coroutine<Streams> openConnection(String host, int port) {
    return openConnection(host, port, StreamOptions.defaults());
  }

  /// The same, with a limit of one's own, or with TLS.
  ///
  /// @param host a name or an address; of a name, all addresses are tried in turn
  /// @param port the port
  /// @param options limits, TLS and the like
  /// @return a coroutine that gives the two streams
  @CheckReturnValue
  public static Coroutine<Streams> openConnection(String host, int port, StreamOptions options) {
    return Streams.open(new Target.Host(host, port), options);
  }

  /// The same over a connection that is there already; its channel is the library's from then on.
  ///
  /// On a loop that does not use NIO the JDK watches the channel, on a thread of its own: for many
  /// connections let the library connect. With TLS, say whose certificate to expect:
  /// [Tls#withServerHostname].
  ///
  /// Counterpart: `asyncio.open_connection` with `sock`.
  ///
  /// @param sock a connected socket, over TCP or a Unix socket
  /// @param options limits, TLS and the like
  /// @return a coroutine that gives the two streams
  /// @throws IllegalArgumentException when awaited, if it is not connected
  @CheckReturnValue
  public static Coroutine<Streams> openConnection(SocketChannel sock, StreamOptions options) {
    return async(() -> await(Streams.open(Target.Adopted.of(sock, false), options)));
  }

  /// Listens, and runs `handler` in a task of its own for each connection.
  ///
  /// Suspends. Cancel-safe: nothing is left listening. Throws an [java.io.IOException] that names
  /// the address.
  ///
  /// Counterpart: `asyncio.start_server`.
  ///
  /// @param handler serves one connection
  /// @param host a name or an address to listen at; null for all interfaces
  /// @param port 0 for a free one: see [Server#port()]
  /// @return a coroutine that gives the server, listening unless its options say otherwise
  @CheckReturnValue
  public static Coroutine<Server> startServer(
      ClientHandler handler, @Nullable String host, int port) {
    return startServer(handler, host, port, ServerOptions.defaults());
  }

  /// The same, with a limit or backlog of one's own, or with TLS.
  ///
  /// @param handler serves one connection
  /// @param host a name or an address to listen at; null for all interfaces
  /// @param port 0 for a free one: see [Server#port()]
  /// @param options limits, TLS and the like
  /// @return a coroutine that gives the server, listening unless its options say otherwise
  @CheckReturnValue
  public static Coroutine<Server> startServer(
      ClientHandler handler, @Nullable String host, int port, ServerOptions options) {
    return async(() -> Server.start(handler, Listen.at(host, port), options));
  }

  /// The same for a socket that listens already; the channel is the library's from then on, and
  /// closed with the server. Its backlog stays what it is.
  ///
  /// On a loop that does not use NIO the JDK watches it and its connections, on a thread of its
  /// own: for many connections let the library listen.
  ///
  /// Counterpart: `asyncio.start_server` and `asyncio.start_unix_server` with `sock`.
  ///
  /// @param handler serves one connection
  /// @param sock a bound socket, for TCP or a Unix socket
  /// @param options limits, TLS and the like
  /// @return a coroutine that gives the server, listening unless its options say otherwise
  /// @throws IllegalArgumentException when awaited, if it is not bound
  @CheckReturnValue
  public static Coroutine<Server> startServer(
      ClientHandler handler, ServerSocketChannel sock, ServerOptions options) {
    return async(() -> Server.start(handler, Listen.at(sock), options));
  }

  // ---- names ----

  /// The addresses of `host`, with `port`: see [Resolver#resolve(String, int)].
  ///
  /// Suspends unless the answer is known. Cancel-safe. Throws a [ConnectionError] if there is no
  /// such name.
  ///
  /// Counterpart: `loop.getaddrinfo`.
  ///
  /// @param host a name or an address
  /// @param port is given back with each address
  /// @return the addresses
  /// @throws IllegalArgumentException when awaited, if the port is none
  @CheckReturnValue
  public static Coroutine<List<InetSocketAddress>> getaddrinfo(String host, int port) {
    return async(() -> {
      List<InetSocketAddress> found = new ArrayList<>();
      for (InetAddress address : await(Networks.resolve(host, port))) {
        found.add(new InetSocketAddress(address, port));
      }
      return List.copyOf(found);
    });
  }

  /// The name of the host at `address`, or its address if it has no name.
  ///
  /// Suspends. Cancel-safe. Counterpart: `loop.getnameinfo`, without the name of the service.
  ///
  /// @param address whose name
  /// @return the name
  /// @throws IllegalArgumentException when awaited, if `address` is a name itself, not looked up
  @CheckReturnValue
  public static Coroutine<String> getnameinfo(InetSocketAddress address) {
    return async(() -> {
      if (address.getAddress() == null) {
        throw new IllegalArgumentException("no address, but a name: " + address);
      }
      return await(Resolver.shared().nameOf(address.getAddress()));
    });
  }

  // ---- transports and protocols ----

  /// Connects to `host`, and tells the protocol that `factory` makes what happens.
  ///
  /// Suspends until its `connectionMade` has run. Cancel-safe: a connection that comes too late is
  /// closed. Throws a [ConnectionError] that names host, port and phase, and what the factory
  /// throws.
  ///
  /// Counterpart: `loop.create_connection`.
  ///
  /// @param <P> the type of the protocol
  /// @param factory makes the protocol, once the connection is there
  /// @param host a name or an address; of a name, all addresses are tried in turn
  /// @param port the port
  /// @return a coroutine that gives the transport and the protocol
  @CheckReturnValue
  public static <P extends ConnectionProtocol> Coroutine<Endpoint<Transport, P>> createConnection(
      Supplier<P> factory, String host, int port) {
    return createConnection(factory, host, port, StreamOptions.defaults());
  }

  /// The same, with TLS for example; the limit is for streams only.
  ///
  /// @param <P> the type of the protocol
  /// @param factory makes the protocol of the connection
  /// @param host a name or an address; of a name, all addresses are tried in turn
  /// @param port the port
  /// @param options TLS and the like
  /// @return a coroutine that gives the transport and the protocol
  @CheckReturnValue
  public static <P extends ConnectionProtocol> Coroutine<Endpoint<Transport, P>> createConnection(
      Supplier<P> factory, String host, int port, StreamOptions options) {
    return Connector.connect(new Target.Host(host, port), options, factory);
  }

  /// The same over a connection that is there already; its channel is the library's from then on.
  /// As [#openConnection(SocketChannel, StreamOptions)] otherwise.
  ///
  /// Counterpart: `loop.create_connection` and `loop.create_unix_connection` with `sock`.
  ///
  /// @param <P> the type of the protocol
  /// @param factory makes the protocol of the connection
  /// @param sock a connected socket, over TCP or a Unix socket
  /// @param options TLS and the like
  /// @return a coroutine that gives the transport and the protocol
  @CheckReturnValue
  public static <P extends ConnectionProtocol> Coroutine<Endpoint<Transport, P>> createConnection(
      Supplier<P> factory, SocketChannel sock, StreamOptions options) {
    return async(() -> await(Connector.connect(Target.Adopted.of(sock, false), options, factory)));
  }

  /// Takes over a connection that was accepted elsewhere, such as by another loop or by a thread:
  /// with TLS, we are its server. Its channel is the library's from then on.
  ///
  /// Suspends until `connectionMade` of the protocol has run. A cancellation closes the connection.
  /// Throws a [ConnectionError] if the handshake fails, and what the factory throws. On a loop that
  /// does not use NIO the JDK watches the channel, on a thread of its own.
  ///
  /// Counterpart: `loop.connect_accepted_socket`.
  ///
  /// @param <P> the type of the protocol
  /// @param factory makes the protocol of the connection
  /// @param sock a connected socket, over TCP or a Unix socket
  /// @param options TLS, which needs a certificate then
  /// @return a coroutine that gives the transport and the protocol
  /// @throws IllegalArgumentException when awaited, if it is not connected
  @CheckReturnValue
  public static <P extends ConnectionProtocol>
      Coroutine<Endpoint<Transport, P>> connectAcceptedSocket(
          Supplier<P> factory, SocketChannel sock, StreamOptions options) {
    return async(() -> await(Connector.connect(Target.Adopted.of(sock, true), options, factory)));
  }

  /// Listens, and gives each connection a protocol that `factory` makes.
  ///
  /// Suspends. Cancel-safe: nothing is left listening. Throws an [java.io.IOException] that names
  /// the address.
  ///
  /// Counterpart: `loop.create_server`.
  ///
  /// @param factory makes the protocol of each connection
  /// @param host a name or an address to listen at; null for all interfaces
  /// @param port 0 for a free one: see [Server#port()]
  /// @return a coroutine that gives the server, listening unless its options say otherwise
  @CheckReturnValue
  public static Coroutine<Server> createServer(
      Supplier<? extends ConnectionProtocol> factory, @Nullable String host, int port) {
    return createServer(factory, host, port, ServerOptions.defaults());
  }

  /// The same, with a backlog of one's own, or with TLS; the limit is for streams only.
  ///
  /// @param factory makes the protocol of each connection
  /// @param host a name or an address to listen at; null for all interfaces
  /// @param port 0 for a free one: see [Server#port()]
  /// @param options TLS and the like
  /// @return a coroutine that gives the server, listening unless its options say otherwise
  @CheckReturnValue
  public static Coroutine<Server> createServer(
      Supplier<? extends ConnectionProtocol> factory,
      @Nullable String host,
      int port,
      ServerOptions options) {
    return async(() -> Server.create(factory, Listen.at(host, port), options));
  }

  /// The same for a socket that listens already. As [#startServer(ClientHandler,
  /// ServerSocketChannel, ServerOptions)] otherwise.
  ///
  /// Counterpart: `loop.create_server` and `loop.create_unix_server` with `sock`.
  ///
  /// @param factory makes the protocol of each connection
  /// @param sock a bound socket, for TCP or a Unix socket
  /// @param options TLS and the like
  /// @return a coroutine that gives the server, listening unless its options say otherwise
  @CheckReturnValue
  public static Coroutine<Server> createServer(
      Supplier<? extends ConnectionProtocol> factory,
      ServerSocketChannel sock,
      ServerOptions options) {
    return async(() -> Server.create(factory, Listen.at(sock), options));
  }

  /// Encrypts a connection that is there already, as its client.
  ///
  /// Suspends until the handshake is done. Cancel-safe: the connection is aborted then, as it is
  /// when the handshake fails, which throws a [ConnectionError] and is told to the protocol as
  /// well. What was written before is sent in plain; data that nobody has read yet is taken for the
  /// beginning of the handshake.
  ///
  /// Counterpart: `loop.start_tls`, which returns another transport; here it is the same one.
  ///
  /// @param transport of [#createConnection], [#createServer], or of a stream writer
  /// @param protocol what the transport tells from now on; `connectionMade` is not called again
  /// @param tls the settings
  /// @return a coroutine that gives the encrypted connection
  /// @throws IllegalStateException when awaited, if the connection has ended or is closing
  @CheckReturnValue
  public static Coroutine<Transport> startTls(Transport transport, BaseProtocol protocol, Tls tls) {
    return startTls(transport, protocol, tls, false);
  }

  /// The same, from either side.
  ///
  /// @param transport the connection as it is now
  /// @param protocol what is told from then on
  /// @param tls the settings
  /// @param serverSide whether we wait for the peer to begin; the options must have a certificate
  ///   then
  /// @return a coroutine that gives the encrypted connection
  @CheckReturnValue
  public static Coroutine<Transport> startTls(
      Transport transport, BaseProtocol protocol, Tls tls, boolean serverSide) {
    return async(() -> {
      if (!(transport instanceof StreamTransport connection)) {
        throw new IllegalArgumentException(
            "transport "
                + transport
                + " is not supported by start_tls(): it takes one of createConnection,"
                + " createServer, or a stream writer's");
      }
      connection.startTls(protocol, tls, serverSide);
      return connection;
    });
  }

  // ---- files ----

  /// Sends a file through a connection: by the system itself, or copied piece by piece if the
  /// connection is encrypted. What was written before comes first, what is written later behind it.
  ///
  /// Suspends until the system has taken all. The file's position tells afterwards up to where it
  /// was sent; the file stays open. A cancellation of a file that the system sends aborts the
  /// connection, for nobody could say how much was sent. Throws a [ConnectionError].
  ///
  /// Counterpart: `loop.sendfile`.
  ///
  /// @param transport of [#createConnection], [#createServer], or of a stream writer
  /// @param file what to send
  /// @param offset where to begin
  /// @param count how many bytes at most; null for all
  /// @param fallback whether it may be copied; if not, [SendfileNotAvailableError] is thrown where
  ///   it would have to be
  /// @return a coroutine that gives the number of bytes sent
  @CheckReturnValue
  public static Coroutine<Long> sendfile(
      Transport transport, FileChannel file, long offset, @Nullable Long count, boolean fallback) {
    return Sendfile.send(transport, file, offset, count, fallback);
  }

  // ---- pipes ----

  /// Reads from a pipe, and tells the protocol that `factory` makes what comes. The channel is the
  /// transport's from then on.
  ///
  /// Suspends until its `connectionMade` has run. A cancellation closes the pipe. Throws what the
  /// factory throws.
  ///
  /// Counterpart: `loop.connect_read_pipe`.
  ///
  /// @param <P> the type of the protocol
  /// @param <C> the type of the channel
  /// @param factory makes the protocol
  /// @param pipe what to read, such as a [java.nio.channels.Pipe.SourceChannel]
  /// @return a coroutine that gives the transport, which cannot write, and the protocol
  @CheckReturnValue
  public static <P extends ConnectionProtocol, C extends SelectableChannel & ReadableByteChannel>
      Coroutine<Endpoint<Transport, P>> connectReadPipe(Supplier<P> factory, C pipe) {
    return async(() -> ReadPipeTransport.open(factory, pipe));
  }

  /// Reads a stream that has no channel to watch, such as [System#in], on a thread of its own, and
  /// tells the protocol that `factory` makes what comes. The stream is the transport's from then
  /// on: it may have read ahead.
  ///
  /// ```java
  /// StreamReader lines = StreamReader.create(64 * 1024);
  /// await(connectReadPipe(() -> StreamReaderProtocol.create(lines, null), System.in));
  /// for (String line : asyncFor(lines)) {
  ///   ...
  /// }
  /// ```
  ///
  /// Closing the transport does not close the stream, and does not end a read that waits for input:
  /// its thread, a daemon, ends with the next input, which is lost.
  ///
  /// Suspends until the protocol's `connectionMade` has run. A cancellation closes the transport.
  /// Throws what the factory throws. Counterpart: `loop.connect_read_pipe` with `sys.stdin`.
  ///
  /// @param <P> the type of the protocol
  /// @param factory makes the protocol
  /// @param stream what to read
  /// @return a coroutine that gives the transport, which cannot write, and the protocol
  @CheckReturnValue
  public static <P extends ConnectionProtocol> Coroutine<Endpoint<Transport, P>> connectReadPipe(
      Supplier<P> factory, InputStream stream) {
    return async(() -> ReadPipeTransport.open(factory, stream));
  }

  /// Writes to a pipe. The channel is the transport's from then on. That nobody reads any more
  /// shows with the next write.
  ///
  /// Suspends until the protocol's `connectionMade` has run. A cancellation closes the pipe. Throws
  /// what the factory throws.
  ///
  /// Counterpart: `loop.connect_write_pipe`.
  ///
  /// @param <P> the type of the protocol
  /// @param <C> the type of the channel
  /// @param factory makes the protocol
  /// @param pipe what to write to, such as a [java.nio.channels.Pipe.SinkChannel]
  /// @return a coroutine that gives the transport, which cannot read, and the protocol
  @CheckReturnValue
  public static <P extends ConnectionProtocol, C extends SelectableChannel & WritableByteChannel>
      Coroutine<Endpoint<Transport, P>> connectWritePipe(Supplier<P> factory, C pipe) {
    return async(() -> WritePipeTransport.open(factory, pipe));
  }

  /// Writes to a stream that has no channel to watch, such as [System#out] or the input of a
  /// process, on a thread of its own. The stream is the transport's from then on, and closed with
  /// it, but for [System#out] and [System#err].
  ///
  /// ```java
  /// var protocol = StreamReaderProtocol.create(StreamReader.create(1024), null);
  /// var out = await(connectWritePipe(() -> protocol, System.out));
  /// StreamWriter writer = StreamWriter.create(out.transport(), protocol);
  /// ```
  ///
  /// What the stream throws is told to `connectionLost`; of a [java.io.PrintStream], which throws
  /// nothing, that it has failed. What was written is still written out when the loop has ended
  /// before: the JVM waits for it. A write that is stuck in the stream cannot be ended.
  ///
  /// Suspends until the protocol's `connectionMade` has run. A cancellation closes the transport.
  /// Throws what the factory throws. Counterpart: `loop.connect_write_pipe` with `sys.stdout`.
  ///
  /// @param <P> the type of the protocol
  /// @param factory makes the protocol
  /// @param stream where to write
  /// @return a coroutine that gives the transport, which cannot read, and the protocol
  @CheckReturnValue
  public static <P extends ConnectionProtocol> Coroutine<Endpoint<Transport, P>> connectWritePipe(
      Supplier<P> factory, OutputStream stream) {
    return async(() -> OutputStreamTransport.open(factory, stream));
  }

  // ---- datagrams ----

  /// Opens a socket for datagrams (UDP), and tells the protocol that `factory` makes what comes.
  /// With epoll and kqueue it may be a Unix socket: datagrams of up to 256 KiB, of which none is
  /// lost. A socket that is left behind there is removed first; our own stays after the end.
  ///
  /// Suspends until its `connectionMade` has run. Cancel-safe: nothing is left open. Throws a
  /// [ConnectionError] that names the address, and what the factory throws.
  ///
  /// Counterpart: `loop.create_datagram_endpoint`.
  ///
  /// @param <P> the type of the protocol
  /// @param factory makes the protocol
  /// @param options where to receive and where to send, and what is allowed; at least one address
  ///   or a family
  /// @return a coroutine that gives the transport and the protocol
  /// @throws IllegalArgumentException when awaited, if there is neither an address nor a family
  /// @throws UnsupportedOperationException when awaited, if the loop has no such Unix sockets
  @CheckReturnValue
  public static <P extends DatagramProtocol>
      Coroutine<Endpoint<DatagramTransport, P>> createDatagramEndpoint(
          Supplier<P> factory, DatagramOptions options) {
    return DatagramSocketTransport.open(factory, options);
  }

  /// The same with a socket that is there already, and connected if it is to send to one address
  /// only; its channel is the library's from then on.
  ///
  /// On a loop that does not use NIO the JDK watches the channel, on a thread of its own.
  ///
  /// Counterpart: `loop.create_datagram_endpoint` with `sock`.
  ///
  /// @param <P> the type of the protocol
  /// @param factory makes the protocol
  /// @param sock a bound socket
  /// @return a coroutine that gives the transport and the protocol
  /// @throws IllegalArgumentException when awaited, if it is not bound
  @CheckReturnValue
  public static <P extends DatagramProtocol>
      Coroutine<Endpoint<DatagramTransport, P>> createDatagramEndpoint(
          Supplier<P> factory, DatagramChannel sock) {
    return DatagramSocketTransport.adopt(factory, sock);
  }

  // ---- Unix sockets ----

  /// Connects to a Unix socket and returns the two streams of the connection.
  ///
  /// Suspends. Cancel-safe: a connection that comes too late is closed. Throws a [ConnectionError]
  /// that names the path.
  ///
  /// Counterpart: `asyncio.open_unix_connection`.
  ///
  /// @param path the path of the socket
  /// @return a coroutine that gives the streams of the connection
  @CheckReturnValue
  public static Coroutine<Streams> openUnixConnection(Path path) {
    return openUnixConnection(path, StreamOptions.defaults());
  }

  /// The same, with a limit of one's own, or with TLS, which needs [Tls#withServerHostname].
  ///
  /// @param options TLS, limits and the like
  /// @param path the path of the socket
  /// @return a coroutine that gives the streams of the connection
  @CheckReturnValue
  public static Coroutine<Streams> openUnixConnection(Path path, StreamOptions options) {
    return Streams.open(new Target.Unix(path), options);
  }

  /// Listens at a Unix socket, and runs `handler` in a task of its own for each connection. A
  /// socket that another server has left behind there is removed; the server's own goes when it is
  /// closed.
  ///
  /// Suspends. Cancel-safe: nothing is left listening. Throws an [java.io.IOException] that names
  /// the path.
  ///
  /// Counterpart: `asyncio.start_unix_server`.
  ///
  /// @param handler serves one connection
  /// @param path the path of the socket
  /// @return a coroutine that gives the server
  @CheckReturnValue
  public static Coroutine<Server> startUnixServer(ClientHandler handler, Path path) {
    return startUnixServer(handler, path, ServerOptions.defaults());
  }

  /// The same, with options.
  ///
  /// @param handler serves one connection
  /// @param options TLS, limits and the like
  /// @param path the path of the socket
  /// @return a coroutine that gives the server
  @CheckReturnValue
  public static Coroutine<Server> startUnixServer(
      ClientHandler handler, Path path, ServerOptions options) {
    return async(() -> Server.start(handler, Listen.at(path), options));
  }

  /// Connects to a Unix socket, and tells the protocol that `factory` makes what happens.
  ///
  /// Suspends until its `connectionMade` has run. Cancel-safe: a connection that comes too late is
  /// closed. Throws a [ConnectionError] that names the path, and what the factory throws.
  ///
  /// Counterpart: `loop.create_unix_connection`.
  ///
  /// @param <P> the type of the protocol
  /// @param factory makes the protocol
  /// @param options TLS and the like
  /// @param path the path of the socket
  /// @return a coroutine that gives the transport and the protocol
  @CheckReturnValue
  public static <P extends ConnectionProtocol>
      Coroutine<Endpoint<Transport, P>> createUnixConnection(
          Supplier<P> factory, Path path, StreamOptions options) {
    return Connector.connect(new Target.Unix(path), options, factory);
  }

  /// Listens at a Unix socket, and gives each connection a protocol that `factory` makes. As
  /// [#startUnixServer(ClientHandler, Path)] otherwise.
  ///
  /// Counterpart: `loop.create_unix_server`.
  ///
  /// @param factory makes the protocol
  /// @param options TLS and the like
  /// @param path the path of the socket
  /// @return a coroutine that gives the server
  @CheckReturnValue
  public static Coroutine<Server> createUnixServer(
      Supplier<? extends ConnectionProtocol> factory, Path path, ServerOptions options) {
    return async(() -> Server.create(factory, Listen.at(path), options));
  }
}
