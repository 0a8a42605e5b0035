package jasyncio.net.netty;

import static jasyncio.Asyncio.async;
import static jasyncio.Asyncio.await;

import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import jasyncio.CheckReturnValue;
import jasyncio.Context;
import jasyncio.Coroutine;
import jasyncio.EventLoop;
import jasyncio.LoopGroup;
import jasyncio.TimerHandle;
import jasyncio.net.ConnectionProtocol;
import jasyncio.net.ServerOptions;
import jasyncio.net.StreamReaderProtocol;
import jasyncio.net.Tls;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Listening sockets whose connections become [SocketTransport]s. Used on the loop.
public final class SocketListener {
  private static final System.Logger LOG = System.getLogger("jasyncio");

  private final NettyBridge bridge;
  private final List<Channel> channels;
  private final @Nullable UnixListener unix;

  private SocketListener(NettyBridge bridge, List<Channel> channels, @Nullable UnixListener unix) {
    this.bridge = bridge;
    this.channels = channels;
    this.unix = unix;
  }

  /// What becomes of a listener's connections.
  ///
  /// @param context that of the program's code that made the server
  /// @param sinks makes what each connection tells, on its loop, from inside Netty
  /// @param clients keeps the connections apart
  public record Connections(Context context, Function<EventLoop, Sink> sinks, Clients clients) {
    /// Connections with streams.
    ///
    /// @param context that of the program that made the server
    /// @param protocols called inside Netty: it must not run the program's code
    /// @param clients whom to tell of each connection
    /// @return what to do with each connection
    public static Connections ofStreams(
        Context context, Supplier<StreamReaderProtocol> protocols, Clients clients) {
      return new Connections(context, _ -> new StreamSink(protocols.get()), clients);
    }

    /// Connections with protocols that the program makes.
    ///
    /// @param context that of the program that made the server
    /// @param factory makes the protocol of each
    /// @param clients whom to tell of each connection
    /// @return what to do with each connection
    public static Connections ofProtocols(
        Context context, Supplier<? extends ConnectionProtocol> factory, Clients clients) {
      return new Connections(
          context, loop -> new ProtocolCaller(loop, context.copy(), factory, null), clients);
    }
  }

  /// Binds to every address of the hosts, and accepts connections from now on or from
  /// [#startAccepting()] on.
  ///
  /// Suspends. Cancel-safe: what is bound already is closed again.
  ///
  /// @param hosts names or addresses; one that is null stands for all interfaces
  /// @param port 0 for a free one
  /// @param options backlog and TLS
  /// @param connections what to do with each connection
  /// @return a coroutine that gives the listener
  @CheckReturnValue
  public static Coroutine<SocketListener> open(
      List<@Nullable String> hosts, int port, ServerOptions options, Connections connections) {
    return async(() -> {
      NettyBridge bridge = NettyBridge.current();
      EventLoopGroup children = children(bridge, options, connections);
      var initializer = initializer(bridge, children, options, connections, null);
      Binder binder = new Binder(bridge, port, options, children, initializer);
      return new SocketListener(bridge, binder.bind(hosts), null);
    });
  }

  /// Binds to a Unix socket, and accepts connections from now on or from [#startAccepting()] on.
  ///
  /// Suspends. Cancel-safe: what is bound already is closed again.
  ///
  /// @param connections what becomes of the connections
  /// @param options TLS, limits and the like
  /// @param path the path of the socket
  /// @return a coroutine that gives the listener
  @CheckReturnValue
  public static Coroutine<SocketListener> openUnix(
      Path path, ServerOptions options, Connections connections) {
    return async(() -> {
      NettyBridge bridge = NettyBridge.current();
      EventLoopGroup children = children(bridge, options, connections);
      var initializer = initializer(bridge, children, options, connections, path);
      UnixListener listener = UnixListener.open(bridge, path, options, children, initializer);
      return new SocketListener(bridge, List.of(listener.channel()), listener);
    });
  }

  /// Accepts connections of a socket that listens already, from now on or from [#startAccepting()]
  /// on.
  ///
  /// Suspends. A cancellation closes the socket.
  ///
  /// @param sock the listening socket, the loop's from now on
  /// @param options TLS, limits and the like
  /// @param connections what becomes of the connections
  /// @return a coroutine that gives the listener
  @CheckReturnValue
  public static Coroutine<SocketListener> adopt(
      ServerSocketChannel sock, ServerOptions options, Connections connections) {
    return async(() -> {
      NettyBridge bridge = NettyBridge.current();
      SocketAddress address = Adoption.localAddress(sock);
      Path path = address instanceof UnixDomainSocketAddress unix ? unix.getPath() : null;
      EventLoopGroup children = children(bridge, options, connections);
      var initializer = initializer(bridge, children, options, connections, path);
      Channel channel = Adoption.listener(bridge, sock, options, children, initializer);
      UnixListener unix =
          path == null ? null : UnixListener.of(path, channel, options.cleanupSocket());
      return new SocketListener(bridge, List.of(channel), unix);
    });
  }

  /// The loops of the connections.
  private static EventLoopGroup children(
      NettyBridge bridge, ServerOptions options, Connections connections) {
    LoopGroup loops = options.loops();
    return loops == null ? bridge.nettyLoop() : DealingGroup.of(loops, connections.clients());
  }

  private static ChannelInitializer<Channel> initializer(
      NettyBridge bridge,
      EventLoopGroup children,
      ServerOptions options,
      Connections connections,
      @Nullable Path path) {
    Tls tls = options.tls();
    SslContext context = tls == null ? null : await(bridge.serverTls(tls));
    return new ChannelInitializer<>() {
      @Override
      protected void initChannel(Channel channel) {
        SocketAddress remote = channel.remoteAddress(); // kept by the channel from now on
        Peer peer =
            path == null ? null : new Peer(NettyTransport.toJdk(remote), path.toString(), -1);
        NettyBridge own =
            children instanceof DealingGroup dealing ? dealing.bridgeOf(channel) : bridge;
        accept(own, channel, peer, context, options, connections);
      }
    };
  }

  private static void accept(
      NettyBridge bridge,
      Channel channel,
      @Nullable Peer peer,
      @Nullable SslContext context,
      ServerOptions options,
      Connections connections) {
    Tls tls = options.tls();
    SslHandler ssl = context == null ? null : bridge.newServerTlsHandler(context, channel);
    SocketTransport transport =
        new SocketTransport(
            bridge,
            channel,
            connections.context(),
            connections.sinks().apply(bridge.loop()),
            peer,
            tls,
            ssl,
            options.lingeringTime(),
            connections.clients());
    if (ssl != null && tls != null) {
      channel.pipeline().addLast(ssl);
      TimerHandle limit =
          bridge
              .loop()
              .callLater(
                  tls.handshakeTimeout(),
                  () -> {
                    LOG.log(
                        System.Logger.Level.DEBUG,
                        "{0}: SSL handshake is taking longer than {1}: aborting the connection",
                        transport,
                        tls.handshakeTimeout());
                    transport.abort();
                  });
      ssl.handshakeFuture().addListener(_ -> limit.cancel());
    }
    channel.pipeline().addLast(transport);
  }

  /// Accepts connections from now on.
  public void startAccepting() {
    channels.forEach(channel -> channel.config().setAutoRead(true));
  }

  /// {@return where it listens}
  public List<SocketAddress> addresses() {
    return unix == null
        ? channels.stream().map(Channel::localAddress).toList()
        : List.of(UnixDomainSocketAddress.of(unix.path()));
  }

  /// Stops listening. Connections stay.
  public void close() {
    if (unix != null) {
      unix.cleanUp();
    }
    channels.forEach(bridge::close);
  }
}
