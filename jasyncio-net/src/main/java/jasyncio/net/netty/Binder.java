package jasyncio.net.netty;

import static jasyncio.Asyncio.await;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.RecvByteBufAllocator;
import jasyncio.net.ServerOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Binds listening sockets: one for each address, all or none.
final class Binder {
  /// As in asyncio: on Windows it would let two servers share a port.
  private static final boolean REUSES_ADDRESSES =
      !System.getProperty("os.name", "").startsWith("Windows");

  /// One for all connections, each of which would else have its own. 16 is what Netty gives them.
  private static final RecvByteBufAllocator READ_SIZES =
      new AdaptiveRecvByteBufAllocator().maxMessagesPerRead(16);

  private final NettyBridge bridge;
  private final int port;
  private final ServerBootstrap bootstrap;

  /// @param children the loops of the connections
  Binder(
      NettyBridge bridge,
      int port,
      ServerOptions options,
      EventLoopGroup children,
      ChannelHandler childInitializer) {
    this.bridge = bridge;
    this.port = port;
    this.bootstrap =
        bridge
            .serverBootstrap(children)
            .option(ChannelOption.SO_BACKLOG, options.backlog())
            .option(ChannelOption.SO_REUSEADDR, REUSES_ADDRESSES)
            .option(ChannelOption.AUTO_READ, options.startServing())
            .handler(new AcceptBackoff(bridge.loop()))
            .childOption(ChannelOption.RECVBUF_ALLOCATOR, READ_SIZES)
            .childHandler(childInitializer);
    if (options.reusePort()) {
      bootstrap.option(bridge.transport().reusePort(), true);
    }
    if (options.keepAlive()) {
      bootstrap.childOption(ChannelOption.SO_KEEPALIVE, true);
    }
  }

  /// Binds, in the current task.
  ///
  /// @param hosts names or addresses; one that is null or empty stands for all interfaces
  List<Channel> bind(List<@Nullable String> hosts) throws IOException {
    Set<InetSocketAddress> addresses = new LinkedHashSet<>();
    for (String host : hosts) {
      if (host == null || host.isEmpty()) {
        addresses.add(new InetSocketAddress(port));
      } else {
        for (InetAddress address : await(bridge.resolve(host, port), IOException.class)) {
          addresses.add(new InetSocketAddress(address, port));
        }
      }
    }
    List<Channel> bound = new ArrayList<>();
    try {
      for (InetSocketAddress address : addresses) {
        bound.add(bind(address));
      }
    } catch (Throwable t) {
      bound.forEach(channel -> Opening.close(bridge, channel));
      throw t;
    }
    return List.copyOf(bound);
  }

  private Channel bind(InetSocketAddress address) throws IOException {
    ChannelFuture binding = bridge.inside(() -> bootstrap.bind(address));
    try {
      Opening.await(bridge, binding);
      return binding.channel();
    } catch (IOException e) {
      Opening.close(bridge, binding);
      throw new IOException(
          "error while attempting to bind on address ('"
              + address.getAddress().getHostAddress()
              + "', "
              + address.getPort()
              + "): "
              + SocketErrors.reason(e),
          e);
    } catch (Throwable t) {
      Opening.close(bridge, binding);
      throw t;
    }
  }
}
