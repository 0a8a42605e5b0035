package jasyncio.http.client;

/// What the pool needs to know of a connection.
interface PooledConnection {
  ConnectionKey key();

  /// Whether it can still carry a request, as far as is known.
  boolean isAlive();

  /// Closes it. Does nothing the second time.
  void close();
}
