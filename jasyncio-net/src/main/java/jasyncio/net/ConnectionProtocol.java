package jasyncio.net;

/// A protocol for a stream of bytes: a [Protocol], or a [BufferedProtocol].
///
/// The order of its callbacks: `connectionMade` once, then data any number of times, `eofReceived`
/// at most once, `connectionLost` once. One that throws out of its data or end is closed: the
/// loop's exception handler gets the exception, and so does `connectionLost`.
public sealed interface ConnectionProtocol extends BaseProtocol permits Protocol, BufferedProtocol {
  /// The connection is there; with TLS, after the handshake.
  ///
  /// @param transport the connection
  default void connectionMade(Transport transport) {}

  /// The peer will send no more.
  ///
  /// @return true to keep the connection for writing, false to close it once everything is sent;
  ///   with TLS it is closed in any case
  default boolean eofReceived() {
    return false;
  }
}
