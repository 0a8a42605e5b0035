package jasyncio.net;

import jasyncio.CheckReturnValue;
import jasyncio.Coroutine;
import jasyncio.net.netty.NettyBridge;
import jasyncio.net.spi.Network;
import java.net.InetAddress;
import java.util.List;

/// Finds the network of what runs: the only place here that knows Netty's.
final class Networks {
  private Networks() {}

  /// The network of the running code, on first use opened.
  ///
  /// @throws IllegalStateException if no loop is running on this thread, or its driver knows no
  ///   network, such as virtual time
  static Network current() {
    Network ofContext = Network.OF_CONTEXT.get();
    return ofContext != null ? ofContext : NettyBridge.current().network();
  }

  /// The addresses of `host`; needs no network to be opened.
  @CheckReturnValue
  static Coroutine<List<InetAddress>> resolve(String host, int port) {
    Network ofContext = Network.OF_CONTEXT.get();
    return ofContext != null
        ? ofContext.resolve(host, port)
        : Resolver.shared().resolve(host, port);
  }
}
