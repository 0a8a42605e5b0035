package jasyncio.net.netty;

/// Whom a server tells apart: the connections it has accepted.
public interface Clients {
  /// One has been accepted, and is on its way to another loop. Called on the loop that listens; the
  /// others are called on that of the connection.
  ///
  /// @param connection the connection
  void dealt(Dealt connection);

  /// One is there.
  ///
  /// @param transport the connection
  void attached(SocketTransport transport);

  /// One has ended.
  ///
  /// @param transport the connection
  void detached(SocketTransport transport);
}
