package jasyncio.net.netty;

/// Whom a server tells apart: the connections it has accepted.
public interface Clients {
  /// One is there.
  ///
  /// @param transport the connection
  void attached(SocketTransport transport);

  /// One has ended.
  ///
  /// @param transport the connection
  void detached(SocketTransport transport);
}
