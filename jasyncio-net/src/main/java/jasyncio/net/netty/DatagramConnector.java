package jasyncio.net.netty;

import static jasyncio.Asyncio.async;
import static jasyncio.Asyncio.await;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.SocketProtocolFamily;
import jasyncio.CheckReturnValue;
import jasyncio.Context;
import jasyncio.Coroutine;
import jasyncio.Future;
import jasyncio.net.ConnectionError;
import jasyncio.net.ConnectionError.Phase;
import jasyncio.net.DatagramOptions;
import jasyncio.net.DatagramProtocol;
import jasyncio.net.DatagramTransport;
import jasyncio.net.Endpoint;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Opens sockets for datagrams.
public final class DatagramConnector {
  /// The largest there are.
  private static final int MAX_DATAGRAM = 64 * 1024;

  private final NettyBridge bridge;
  private final DatagramOptions options;
  private final Context context = Context.copyOfCurrent();

  private DatagramConnector(NettyBridge bridge, DatagramOptions options) {
    this.bridge = bridge;
    this.options = options;
  }

  /// Binds, connects if there is a remote address, and tells the protocol that `factory` makes.
  ///
  /// Suspends. Cancel-safe: what is open by then is closed.
  ///
  /// @param <P> the type of the protocol
  /// @param factory makes the protocol
  /// @param options the addresses, and what is allowed
  /// @return a coroutine that gives the transport and the protocol
  @CheckReturnValue
  public static <P extends DatagramProtocol> Coroutine<Endpoint<DatagramTransport, P>> open(
      Supplier<P> factory, DatagramOptions options) {
    return async(() -> {
      DatagramConnector connector = new DatagramConnector(NettyBridge.current(), options);
      return connector.open(factory);
    });
  }

  /// Takes over a socket that is bound already, and tells the protocol that `factory` makes.
  ///
  /// Suspends. A cancellation closes the socket.
  ///
  /// @param <P> the type of the protocol
  /// @param factory makes the protocol
  /// @param sock the socket, the loop's from now on
  /// @return a coroutine that gives the transport and the protocol
  @CheckReturnValue
  public static <P extends DatagramProtocol> Coroutine<Endpoint<DatagramTransport, P>> adopt(
      Supplier<P> factory, java.nio.channels.DatagramChannel sock) {
    return async(() -> {
      InetSocketAddress local = (InetSocketAddress) Adoption.localAddress(sock);
      InetSocketAddress remote = (InetSocketAddress) sock.getRemoteAddress();
      NettyBridge bridge = NettyBridge.current();
      DatagramConnector connector =
          new DatagramConnector(
              bridge, DatagramOptions.local(local.getHostString(), local.getPort()));
      Bootstrap bootstrap =
          connector.bootstrap(() -> EmptyDatagrams.nioChannel(sock)); // bound, so active by itself
      Peer peer = Peer.named(local.getAddress().getHostAddress(), local.getPort());
      return connector.open(factory, bootstrap, peer, remote, Bootstrap::register);
    });
  }

  private <P extends DatagramProtocol> Endpoint<DatagramTransport, P> open(Supplier<P> factory)
      throws IOException {
    if (options.localUnix() != null || options.remoteUnix() != null) {
      return openUnix(factory);
    }
    InetSocketAddress remote = remoteAddress();
    InetSocketAddress local = localAddress(remote);
    SocketProtocolFamily family = SocketProtocolFamily.of(familyOf(local.getAddress()));
    InetSocketAddress named = remote == null ? local : remote;
    return open(
        factory,
        bootstrap(() -> bridge.transport().newDatagramChannel(family)),
        Peer.named(named.getAddress().getHostAddress(), named.getPort()),
        remote,
        bootstrap -> remote == null ? bootstrap.bind(local) : bootstrap.connect(remote, local));
  }

  private <P extends DatagramProtocol> Endpoint<DatagramTransport, P> openUnix(Supplier<P> factory)
      throws IOException {
    UnixDatagrams unix = UnixDatagrams.of(bridge.transport(), options);
    unix.makeWay();
    Bootstrap bootstrap =
        new Bootstrap()
            .group(bridge.nettyLoop())
            .channelFactory(unix::newChannel)
            .disableResolver();
    boolean done = false;
    try {
      var endpoint = open(factory, bootstrap, unix.peer(), unix.remote(), unix::begin);
      done = true;
      return endpoint;
    } finally {
      if (!done) {
        unix.cleanUp();
      }
    }
  }

  private <P extends DatagramProtocol> Endpoint<DatagramTransport, P> open(
      Supplier<P> factory,
      Bootstrap bootstrap,
      Peer peer,
      @Nullable SocketAddress remote,
      Function<Bootstrap, ChannelFuture> begin)
      throws IOException {
    Future<DatagramProtocol> ready = bridge.loop().createFuture();
    DatagramSocketTransport[] made = new DatagramSocketTransport[1];
    bootstrap.handler(
        new ChannelInitializer<>() {
          @Override
          protected void initChannel(Channel channel) {
            var transport =
                new DatagramSocketTransport(bridge, channel, context, factory, ready, remote);
            int size =
                channel instanceof DatagramChannel ? MAX_DATAGRAM : UnixDatagrams.MAX_DATAGRAM;
            channel
                .config()
                .setRecvByteBufAllocator(new DatagramBuffers(size, transport::emptyReceived));
            channel.pipeline().addLast(transport);
            made[0] = transport;
          }
        });
    ChannelFuture opening = bridge.inside(() -> begin.apply(bootstrap));
    try {
      Opening.await(bridge, opening);
      @SuppressWarnings("unchecked") // it is what the factory made
      P protocol = (P) await(ready);
      return new Endpoint<>(made[0], protocol);
    } catch (IOException e) {
      Opening.close(bridge, opening);
      throw new ConnectionError(
          "error while attempting to bind or connect a datagram socket: " + SocketErrors.reason(e),
          peer.name(),
          peer.port(),
          Phase.CONNECT,
          e);
    } catch (Throwable t) {
      Opening.close(bridge, opening);
      throw t;
    }
  }

  private Bootstrap bootstrap(ChannelFactory<Channel> channels) {
    NettyTransport transport = bridge.transport();
    Bootstrap bootstrap =
        new Bootstrap().group(bridge.nettyLoop()).channelFactory(channels).disableResolver();
    if (options.broadcast()) {
      bootstrap.option(ChannelOption.SO_BROADCAST, true);
    }
    if (options.reusePort()) {
      bootstrap.option(transport.reusePort(), true);
    }
    if (options.multicastInterface() != null) {
      bootstrap.option(ChannelOption.IP_MULTICAST_IF, options.multicastInterface());
    }
    return bootstrap;
  }

  // ---- addresses ----

  private @Nullable InetSocketAddress remoteAddress() throws IOException {
    String host = options.remoteHost();
    return host == null ? null : lookUp(host, options.remotePort(), options.family());
  }

  /// Where to bind; of the remote address's family, if there is one.
  private InetSocketAddress localAddress(@Nullable InetSocketAddress remote) throws IOException {
    StandardProtocolFamily family =
        remote == null ? options.family() : familyOf(remote.getAddress());
    String host = options.localHost();
    if (host != null) {
      return lookUp(host, options.localPort(), family);
    }
    if (family == null) {
      throw new IllegalArgumentException(
          "unexpected address family: without an address there must be one, see"
              + " DatagramOptions.withFamily");
    }
    String any = family == StandardProtocolFamily.INET6 ? "::" : "0.0.0.0";
    return new InetSocketAddress(InetAddress.getByName(any), options.localPort());
  }

  private InetSocketAddress lookUp(String host, int port, @Nullable StandardProtocolFamily family)
      throws IOException {
    if (port < 0 || port > 65535) {
      throw new IllegalArgumentException("port must be 0-65535, got " + port + " for " + host);
    }
    List<InetAddress> found = await(bridge.resolve(host, port), IOException.class);
    for (InetAddress address : found) {
      if (family == null || family == familyOf(address)) {
        return new InetSocketAddress(address, port);
      }
    }
    throw new ConnectionError(
        "can not get address information: no " + family + " address among " + found,
        host,
        port,
        Phase.RESOLVE,
        null);
  }

  private static StandardProtocolFamily familyOf(InetAddress address) {
    return switch (address) {
      case Inet4Address _ -> StandardProtocolFamily.INET;
      case Inet6Address _ -> StandardProtocolFamily.INET6;
      default -> throw new IllegalArgumentException("unexpected address family: " + address);
    };
  }
}
