package jasyncio.net.netty;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/// Who is at the other end of a connection.
///
/// @param address where, if it was accepted from there; null for one that we have connected to
/// @param name as the program named it, or its address; null if it has none
/// @param port its port, or -1 for a Unix socket
public record Peer(@Nullable SocketAddress address, @Nullable String name, int port) {
  /// The port of what has none.
  public static final int NO_PORT = -1;

  static Peer named(String host, int port) {
    return new Peer(null, host, port);
  }

  static Peer accepted(@Nullable SocketAddress address) {
    return address instanceof InetSocketAddress internet
        ? new Peer(address, internet.getAddress().getHostAddress(), internet.getPort())
        : new Peer(address, String.valueOf(address), NO_PORT);
  }

  /// Where it is.
  ///
  /// @param known what to say if that is not kept here
  @Nullable SocketAddress addressOr(@Nullable SocketAddress known) {
    return address != null ? address : known;
  }

  @Override
  public String toString() {
    return port == NO_PORT ? String.valueOf(name) : name + ":" + port;
  }
}
