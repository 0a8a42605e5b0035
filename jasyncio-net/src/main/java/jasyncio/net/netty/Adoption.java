package jasyncio.net.netty;

import static jasyncio.Asyncio.await;

import io.netty.bootstrap.AbstractBootstrap;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import jasyncio.net.ServerOptions;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.NetworkChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/// Makes Netty's channels of sockets that the program has opened itself. A loop that waits in epoll
/// or the like has the JDK watch them: see [NioGuest].
final class Adoption {
  private Adoption() {}

  /// Who is at the other end of `sock`.
  ///
  /// @throws IllegalArgumentException if nobody is
  static SocketAddress remoteAddress(SocketChannel sock) throws IOException {
    SocketAddress remote = sock.isOpen() ? sock.getRemoteAddress() : null;
    if (remote == null) {
      throw new IllegalArgumentException("the socket must be connected: " + sock);
    }
    return remote;
  }

  /// Gives a connection to the loop, in the current task.
  static Channel connection(NettyBridge bridge, SocketChannel sock, ChannelHandler initializer)
      throws IOException {
    boolean unix = remoteAddress(sock) instanceof UnixDomainSocketAddress;
    Channel channel = unix ? new NioDomainSocketChannel(sock) : new NioSocketChannel(sock);
    return register(
        bridge,
        new Bootstrap()
            .group(bridge.nettyLoop())
            .channelFactory(() -> channel)
            .handler(initializer));
  }

  /// Registers a channel, in the current task; closes it if that fails or is cancelled.
  private static Channel register(NettyBridge bridge, AbstractBootstrap<?, ?> bootstrap)
      throws IOException {
    ChannelFuture registering = bridge.inside(() -> bootstrap.register());
    try {
      await(bridge.toFuture(registering), IOException.class);
      return registering.channel();
    } catch (Throwable t) {
      registering.channel().close();
      throw t;
    }
  }

  /// Where `sock` listens.
  ///
  /// @throws IllegalArgumentException if it does not
  static SocketAddress localAddress(NetworkChannel sock) throws IOException {
    SocketAddress local = sock.isOpen() ? sock.getLocalAddress() : null;
    if (local == null) {
      throw new IllegalArgumentException("the socket must be bound: " + sock);
    }
    return local;
  }

  /// Gives a listening socket to the loop, in the current task.
  static Channel listener(
      NettyBridge bridge,
      ServerSocketChannel sock,
      ServerOptions options,
      EventLoopGroup children,
      ChannelHandler childInitializer)
      throws IOException {
    boolean unix = localAddress(sock) instanceof UnixDomainSocketAddress;
    ServerChannel channel =
        unix ? new NioUnixServerChannel(sock) : new NioServerSocketChannel(sock);
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(bridge.nettyLoop(), children)
            .channelFactory(() -> channel)
            .option(ChannelOption.AUTO_READ, false)
            .handler(new AcceptBackoff(bridge.loop()))
            .childHandler(childInitializer);
    if (options.keepAlive()) {
      bootstrap.childOption(ChannelOption.SO_KEEPALIVE, true);
    }
    Channel listening = register(bridge, bootstrap);
    try {
      accept(bridge, listening, options.startServing());
      return listening;
    } catch (Throwable t) {
      listening.close();
      throw t;
    }
  }

  /// Begins to accept connections, in the current task. Netty puts the handler that takes them into
  /// the pipeline in a task of its own: a connection that was there before it would be lost.
  static void accept(NettyBridge bridge, Channel listening, boolean accepting) {
    await(bridge.toFuture(bridge.nettyLoop().submit(() -> {})));
    if (accepting) {
      listening.config().setAutoRead(true);
    }
  }
}
