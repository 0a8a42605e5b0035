package jasyncio.net;

import jasyncio.net.netty.NettyBridge;
import jasyncio.net.spi.Network;

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
}
