package jasyncio.net.spi;

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

  /// {@return one that the program has named}
  ///
  /// @param host a name, an address, or a path
  /// @param port its port
  public static Peer named(String host, int port) {
    return new Peer(null, host, port);
  }

  /// {@return one that has connected from `address`}
  ///
  /// @param address null if that is not known
  public static Peer accepted(@Nullable SocketAddress address) {
    return address instanceof InetSocketAddress internet
        ? new Peer(address, internet.getAddress().getHostAddress(), internet.getPort())
        : new Peer(address, String.valueOf(address), NO_PORT);
  }

  /// {@return where it is}
  ///
  /// @param known what to say if that is not kept here
  public @Nullable SocketAddress addressOr(@Nullable SocketAddress known) {
    return address != null ? address : known;
  }

  @Override
  public String toString() {
    return port == NO_PORT ? String.valueOf(name) : name + ":" + port;
  }
}
