package jasyncio.net.netty;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import jasyncio.net.ConnectionError;
import jasyncio.net.ConnectionError.Phase;
import jasyncio.net.DatagramOptions;
import jasyncio.net.spi.Peer;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// A Unix socket for datagrams that is about to be opened. Used on the loop.
///
/// @param transport makes the channel
/// @param local where to receive; null to send only
/// @param remote where to send; null to send anywhere
record UnixDatagrams(
    NettyTransport transport,
    @Nullable UnixDomainSocketAddress local,
    @Nullable UnixDomainSocketAddress remote) {
  /// More than the systems send unless they are told to.
  static final int MAX_DATAGRAM = 256 * 1024;

  private static final System.Logger LOG = System.getLogger("jasyncio");

  static UnixDatagrams of(NettyTransport transport, DatagramOptions options) {
    boolean internet =
        (options.hasLocal() && options.localUnix() == null)
            || options.remoteHost() != null
            || options.family() != null
            || options.multicastInterface() != null;
    if (internet) {
      throw new IllegalArgumentException(
          "unexpected address family: a Unix socket sends to Unix sockets only, and has no hosts,"
              + " families or multicast interfaces");
    }
    if (options.broadcast() || options.reusePort()) {
      throw new IllegalArgumentException("a Unix socket can neither broadcast nor share a port");
    }
    if (!transport.hasUnixDatagrams()) {
      throw new UnsupportedOperationException(
          "Unix sockets for datagrams need epoll or kqueue, and this loop uses " + transport);
    }
    return new UnixDatagrams(transport, options.localUnix(), options.remoteUnix());
  }

  Peer peer() {
    return Peer.named(String.valueOf(remote == null ? local : remote), Peer.NO_PORT);
  }

  Channel newChannel() {
    return transport.newUnixDatagramChannel();
  }

  /// Removes a socket that another has left behind. Netty would remove any file.
  void makeWay() throws ConnectionError {
    if (local != null) {
      try {
        UnixListener.makeWay(local.getPath());
      } catch (IOException e) {
        throw new ConnectionError(
            String.valueOf(e.getMessage()), local.toString(), Peer.NO_PORT, Phase.CONNECT, e);
      }
    }
  }

  /// Binds and connects, as there are addresses.
  ChannelFuture begin(Bootstrap bootstrap) {
    Path from = local == null ? null : local.getPath();
    if (remote != null) {
      return bootstrap.connect(
          transport.unixAddress(remote.getPath()),
          from == null ? null : transport.unixAddress(from));
    }
    assert from != null; // one of them is there
    return bootstrap.bind(transport.unixAddress(from));
  }

  /// Removes our own socket: nothing has come of it.
  void cleanUp() {
    if (local != null) {
      try {
        Files.deleteIfExists(local.getPath());
      } catch (IOException e) {
        LOG.log(System.Logger.Level.ERROR, "Unable to clean up UNIX socket " + local, e);
      }
    }
  }
}
