package jasyncio.net.spi;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/// What to connect to: a host and a port, a Unix socket, or a connection that is there already.
public sealed interface Target {
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
    public Peer peer() {
      return Peer.named(host, port);
    }
  }

  /// A Unix socket.
  ///
  /// @param path the path of the socket
  record Unix(Path path) implements Target {
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
      SocketAddress remote = sock.isOpen() ? sock.getRemoteAddress() : null;
      if (remote == null) {
        throw new IllegalArgumentException("the socket must be connected: " + sock);
      }
      return new Adopted(sock, isAccepted, Peer.accepted(remote));
    }
  }
}
