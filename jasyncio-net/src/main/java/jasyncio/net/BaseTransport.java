package jasyncio.net;

import org.jspecify.annotations.Nullable;

/// What all transports have in common: one end of a connection, which takes data without waiting
/// and tells a protocol what happens.
///
/// Made by the loop's network, see [Net]; used on its loop. Counterpart: `asyncio.BaseTransport`.
public interface BaseTransport extends AutoCloseable {
  /// Closes it once everything written is sent; nothing more is received. The protocol's
  /// `connectionLost(null)` follows on a later turn. Does nothing the second time.
  ///
  /// Does not suspend. Counterpart: `BaseTransport.close()`.
  @Override
  void close();

  /// {@return whether it is closed, or about to be} Counterpart: `BaseTransport.is_closing()`.
  boolean isClosing();

  /// Tells another protocol from now on. Its `connectionMade` is not called.
  ///
  /// Counterpart: `BaseTransport.set_protocol()`.
  ///
  /// @param protocol what is told from now on
  /// @throws IllegalArgumentException if it is not a protocol for this kind of transport
  void setProtocol(BaseProtocol protocol);

  /// {@return the protocol that is told now} Counterpart: `BaseTransport.get_protocol()`.
  BaseProtocol getProtocol();

  /// Something about the connection, by asyncio's name for it: `peername` and `sockname` (a
  /// [java.net.SocketAddress]); with TLS `cipher` and `alpn` ([String]), `ssl_object`
  /// ([javax.net.ssl.SSLSession]), `peercert` ([java.security.cert.Certificate]), `sslcontext`
  /// ([Tls]); of a pipe `pipe`.
  ///
  /// Counterpart: `BaseTransport.get_extra_info()`.
  ///
  /// @param name such as `peername`
  /// @return null if there is no such thing
  @Nullable Object getExtraInfo(String name);

  /// The same, with an answer of one's own if there is no such thing.
  ///
  /// @param name such as `peername`
  /// @param otherwise that answer
  /// @return the thing, or `otherwise`
  default Object getExtraInfo(String name, Object otherwise) {
    Object value = getExtraInfo(name);
    return value == null ? otherwise : value;
  }
}
