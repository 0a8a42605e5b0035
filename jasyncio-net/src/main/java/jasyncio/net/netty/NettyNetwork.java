package jasyncio.net.netty;

import static jasyncio.Asyncio.async;
import static jasyncio.Asyncio.await;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import jasyncio.Coroutine;
import jasyncio.EventLoop;
import jasyncio.Future;
import jasyncio.LoopGroup;
import jasyncio.net.DatagramOptions;
import jasyncio.net.ServerOptions;
import jasyncio.net.StreamOptions;
import jasyncio.net.Tls;
import jasyncio.net.spi.Acceptor;
import jasyncio.net.spi.DatagramOwner;
import jasyncio.net.spi.DatagramWire;
import jasyncio.net.spi.Listener;
import jasyncio.net.spi.Network;
import jasyncio.net.spi.Peer;
import jasyncio.net.spi.Target;
import jasyncio.net.spi.Wire;
import jasyncio.net.spi.WireOwner;
import java.io.IOException;
import java.net.InetAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The system's network, on Netty's channels. Used on the loop.
final class NettyNetwork implements Network {
  private final NettyBridge bridge;

  NettyNetwork(NettyBridge bridge) {
    this.bridge = bridge;
  }

  @Override
  public EventLoop loop() {
    return bridge.loop();
  }

  @Override
  public Coroutine<List<InetAddress>> resolve(String host, int port) {
    return Names.resolve(host, port);
  }

  // ---- connecting ----

  @Override
  public Coroutine<@Nullable Void> connect(
      Target target, StreamOptions options, Function<Wire, WireOwner> owners) {
    return async(() -> {
      Tls tls = options.tls();
      SslContext context =
          tls == null
              ? null
              : await(target.isAccepted() ? bridge.serverTls(tls) : bridge.clientTls(tls));
      ChannelHandler initializer =
          new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
              SslHandler ssl =
                  context == null || tls == null ? null : tls(channel, target, context, tls);
              NettyWire.install(bridge, channel, ssl, owners);
            }
          };
      connect(target, options, initializer);
    });
  }

  private SslHandler tls(Channel channel, Target target, SslContext context, Tls tls) {
    Peer peer = target.peer();
    return target.isAccepted()
        ? bridge.newServerTlsHandler(context, channel)
        : bridge.newClientTlsHandler(
            context, channel, tls, String.valueOf(peer.name()), peer.port());
  }

  /// Connects, in the current task.
  ///
  /// @param initializer fills the channel's pipeline; there may be several attempts
  private void connect(Target target, StreamOptions options, ChannelHandler initializer)
      throws IOException {
    switch (target) {
      case Target.Host host ->
          await(
              bridge.connect(host.host(), host.port(), initializer, Dialer.Order.of(options), null),
              IOException.class);
      case Target.Unix unix -> connectUnix(unix.path(), initializer);
      case Target.Adopted adopted -> Adoption.connection(bridge, adopted.sock(), initializer);
    }
  }

  private void connectUnix(Path path, ChannelHandler initializer) throws IOException {
    NettyTransport transport = bridge.transport();
    Bootstrap bootstrap =
        new Bootstrap()
            .group(bridge.nettyLoop())
            .channel(transport.unixClientChannel())
            .disableResolver()
            .handler(initializer);
    ChannelFuture connecting = bridge.inside(() -> bootstrap.connect(transport.unixAddress(path)));
    try {
      Opening.await(bridge, connecting);
    } catch (IOException e) {
      Opening.close(bridge, connecting);
      throw SocketErrors.connectFailed("'" + path + "'", e, path.toString(), Peer.NO_PORT);
    } catch (Throwable t) {
      Opening.close(bridge, connecting); // cancelled: even if the connection is there already
      throw t;
    }
  }

  // ---- datagrams ----

  @Override
  public Coroutine<@Nullable Void> openDatagrams(
      DatagramOptions options, Function<DatagramWire, DatagramOwner> owners, Future<?> begun) {
    return async(() -> {
      new DatagramConnector(bridge, options, owners, begun).open();
    });
  }

  @Override
  public Coroutine<@Nullable Void> adoptDatagrams(
      DatagramChannel sock, Function<DatagramWire, DatagramOwner> owners, Future<?> begun) {
    return async(() -> {
      DatagramConnector.adopt(bridge, sock, owners, begun);
    });
  }

  // ---- listening ----

  @Override
  public Coroutine<Listener> listen(
      List<@Nullable String> hosts, int port, ServerOptions options, Acceptor acceptor) {
    return async(() -> {
      EventLoopGroup children = children(options, acceptor);
      var initializer = initializer(children, options, acceptor, null);
      Binder binder = new Binder(bridge, port, options, children, initializer);
      return new NettyListener(bridge, binder.bind(hosts), null);
    });
  }

  @Override
  public Coroutine<Listener> listenUnix(Path path, ServerOptions options, Acceptor acceptor) {
    return async(() -> {
      EventLoopGroup children = children(options, acceptor);
      var initializer = initializer(children, options, acceptor, path);
      UnixListener listener = UnixListener.open(bridge, path, options, children, initializer);
      return new NettyListener(bridge, List.of(listener.channel()), listener);
    });
  }

  @Override
  public Coroutine<Listener> adopt(
      ServerSocketChannel sock, ServerOptions options, Acceptor acceptor) {
    return async(() -> {
      SocketAddress address = Adoption.localAddress(sock);
      Path path = address instanceof UnixDomainSocketAddress unix ? unix.getPath() : null;
      EventLoopGroup children = children(options, acceptor);
      var initializer = initializer(children, options, acceptor, path);
      Channel channel = Adoption.listener(bridge, sock, options, children, initializer);
      UnixListener unix =
          path == null ? null : UnixListener.of(path, channel, options.cleanupSocket());
      return new NettyListener(bridge, List.of(channel), unix);
    });
  }

  /// The loops of the connections.
  private EventLoopGroup children(ServerOptions options, Acceptor acceptor) {
    LoopGroup loops = options.loops();
    return loops == null ? bridge.nettyLoop() : DealingGroup.of(loops, acceptor);
  }

  private ChannelInitializer<Channel> initializer(
      EventLoopGroup children, ServerOptions options, Acceptor acceptor, @Nullable Path path) {
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
        SslHandler ssl = context == null ? null : own.newServerTlsHandler(context, channel);
        NettyWire.install(own, channel, ssl, wire -> acceptor.accepted(wire, peer));
      }
    };
  }
}
