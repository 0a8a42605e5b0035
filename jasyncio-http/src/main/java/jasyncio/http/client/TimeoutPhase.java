package jasyncio.http.client;

/// The part of a request that took too long.
public enum TimeoutPhase {
  /// Waiting until a connection was free: the pool's limit is reached.
  POOL,
  /// Finding the address, connecting, and the TLS handshake.
  CONNECT,
  /// Waiting for the status line and the header fields.
  HEADERS,
  /// Waiting for the next part of the body.
  BODY
}
