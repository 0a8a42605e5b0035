package jasyncio.net.spi;

import java.net.SocketAddress;
import java.util.List;

/// Sockets that listen for connections. Used on the loop.
public interface Listener {
  /// Accepts connections from now on.
  void startAccepting();

  /// {@return where it listens}
  List<SocketAddress> addresses();

  /// Stops listening. Connections stay.
  void close();
}
