package jasyncio.net.netty;

import static jasyncio.Asyncio.await;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import jasyncio.net.StreamOptions;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/// What to connect to: a host and a port, a Unix socket, or a connection that is there already.
public sealed interface Target {
  /// Connects, in the current task.
  ///
  /// @param initializer fills the channel's pipeline; there may be several attempts
  /// @param bridge of the loop
  /// @param options TLS, limits and the like
  /// @return the channel, connected
  /// @throws IOException if that fails
  Channel connect(NettyBridge bridge, StreamOptions options, ChannelHandler initializer)
      throws IOException;

  /// {@return how errors name it}
  Peer peer();

  /// {@return whether the peer is the one that has connected}
  default boolean isAccepted() {
    return false;
  }

  /// A host, by name or address, and a port.
  ///
  /// @param host a name or an address
  /// @param port the port
  record Host(String host, int port) implements Target {
    @Override
    public Channel connect(NettyBridge bridge, StreamOptions options, ChannelHandler initializer)
        throws IOException {
      return await(
          bridge.connect(host, port, initializer, Dialer.Order.of(options), null),
          IOException.class);
    }

    @Override
    public Peer peer() {
      return Peer.named(host, port);
    }
  }

  /// A Unix socket.
  ///
  /// @param path the path of the socket
  record Unix(Path path) implements Target {
    @Override
    public Channel connect(NettyBridge bridge, StreamOptions options, ChannelHandler initializer)
        throws IOException {
      NettyTransport transport = bridge.transport();
      Bootstrap bootstrap =
          new Bootstrap()
              .group(bridge.nettyLoop())
              .channel(transport.unixClientChannel())
              .disableResolver()
              .handler(initializer);
      ChannelFuture connecting =
          bridge.inside(() -> bootstrap.connect(transport.unixAddress(path)));
      try {
        Opening.await(bridge, connecting);
        return connecting.channel();
      } catch (IOException e) {
        Opening.close(bridge, connecting);
        throw SocketErrors.connectFailed("'" + path + "'", e, path.toString(), Peer.NO_PORT);
      } catch (Throwable t) {
        Opening.close(bridge, connecting); // cancelled: even if the connection is there already
        throw t;
      }
    }

    @Override
    public Peer peer() {
      return Peer.named(path.toString(), Peer.NO_PORT);
    }
  }

  /// A connection that the program has made itself.
  ///
  /// @param sock the connection, the loop's from now on
  /// @param isAccepted whether the peer has connected, and not we
  /// @param peer who is at the other end
  record Adopted(SocketChannel sock, boolean isAccepted, Peer peer) implements Target {
    /// {@return `sock` as a target}
    ///
    /// @param sock the connection
    /// @param isAccepted whether the peer has connected, and not we
    /// @throws IOException if the system cannot say who the peer is
    /// @throws IllegalArgumentException if it is not connected
    public static Adopted of(SocketChannel sock, boolean isAccepted) throws IOException {
      return new Adopted(sock, isAccepted, Peer.accepted(Adoption.remoteAddress(sock)));
    }

    @Override
    public Channel connect(NettyBridge bridge, StreamOptions options, ChannelHandler initializer)
        throws IOException {
      return Adoption.connection(bridge, sock, initializer);
    }
  }
}
