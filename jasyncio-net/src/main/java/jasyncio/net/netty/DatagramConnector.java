package jasyncio.net.netty;

import static jasyncio.Asyncio.await;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.SocketProtocolFamily;
import jasyncio.Future;
import jasyncio.net.ConnectionError;
import jasyncio.net.ConnectionError.Phase;
import jasyncio.net.DatagramOptions;
import jasyncio.net.spi.DatagramOwner;
import jasyncio.net.spi.DatagramWire;
import jasyncio.net.spi.Peer;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Opens sockets for datagrams.
final class DatagramConnector {
  /// The largest there are.
  private static final int MAX_DATAGRAM = 64 * 1024;

  private final NettyBridge bridge;
  private final DatagramOptions options;
  private final Function<DatagramWire, DatagramOwner> owners;
  private final Future<?> begun;

  /// @param owners gives the socket its owner
  /// @param begun is waited for too, before anything counts as open
  DatagramConnector(
      NettyBridge bridge,
      DatagramOptions options,
      Function<DatagramWire, DatagramOwner> owners,
      Future<?> begun) {
    this.bridge = bridge;
    this.options = options;
    this.owners = owners;
    this.begun = begun;
  }

  /// Takes over a socket that is bound already, in the current task. A cancellation closes it.
  static void adopt(
      NettyBridge bridge,
      java.nio.channels.DatagramChannel sock,
      Function<DatagramWire, DatagramOwner> owners,
      Future<?> begun)
      throws IOException {
    InetSocketAddress local = (InetSocketAddress) Adoption.localAddress(sock);
    InetSocketAddress remote = (InetSocketAddress) sock.getRemoteAddress();
    DatagramOptions options = DatagramOptions.local(local.getHostString(), local.getPort());
    DatagramConnector connector = new DatagramConnector(bridge, options, owners, begun);
    Bootstrap bootstrap =
        connector.bootstrap(() -> EmptyDatagrams.nioChannel(sock)); // bound, so active by itself
    Peer peer = Peer.named(local.getAddress().getHostAddress(), local.getPort());
    connector.open(bootstrap, peer, remote, Bootstrap::register);
  }

  /// Binds, and connects if there is a remote address, in the current task. Cancel-safe: what is
  /// open by then is closed.
  void open() throws IOException {
    if (options.localUnix() != null || options.remoteUnix() != null) {
      openUnix();
      return;
    }
    InetSocketAddress remote = remoteAddress();
    InetSocketAddress local = localAddress(remote);
    SocketProtocolFamily family = SocketProtocolFamily.of(familyOf(local.getAddress()));
    InetSocketAddress named = remote == null ? local : remote;
    open(
        bootstrap(() -> bridge.transport().newDatagramChannel(family)),
        Peer.named(named.getAddress().getHostAddress(), named.getPort()),
        remote,
        bootstrap -> remote == null ? bootstrap.bind(local) : bootstrap.connect(remote, local));
  }

  private void openUnix() throws IOException {
    UnixDatagrams unix = UnixDatagrams.of(bridge.transport(), options);
    unix.makeWay();
    Bootstrap bootstrap =
        new Bootstrap()
            .group(bridge.nettyLoop())
            .channelFactory(unix::newChannel)
            .disableResolver();
    boolean done = false;
    try {
      open(bootstrap, unix.peer(), unix.remote(), unix::begin);
      done = true;
    } finally {
      if (!done) {
        unix.cleanUp();
      }
    }
  }

  private void open(
      Bootstrap bootstrap,
      Peer peer,
      @Nullable SocketAddress remote,
      Function<Bootstrap, ChannelFuture> begin)
      throws IOException {
    bootstrap.handler(
        new ChannelInitializer<>() {
          @Override
          protected void initChannel(Channel channel) {
            NettyDatagramWire wire = new NettyDatagramWire(bridge, channel, remote, owners);
            int size =
                channel instanceof DatagramChannel ? MAX_DATAGRAM : UnixDatagrams.MAX_DATAGRAM;
            channel
                .config()
                .setRecvByteBufAllocator(new DatagramBuffers(size, wire::emptyReceived));
            channel.pipeline().addLast(wire);
          }
        });
    ChannelFuture opening = bridge.inside(() -> begin.apply(bootstrap));
    try {
      Opening.await(bridge, opening);
      await(begun);
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
