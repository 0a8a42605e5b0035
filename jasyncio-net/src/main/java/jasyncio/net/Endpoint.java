package jasyncio.net;

/// A transport and the protocol that it tells: the pair that asyncio's `create_connection` and its
/// kin return.
///
/// In try-with-resources it closes the transport.
///
/// @param <T> the type of the transport
/// @param <P> the type of the protocol
/// @param transport our end of the connection
/// @param protocol what the factory made
public record Endpoint<T extends BaseTransport, P extends BaseProtocol>(T transport, P protocol)
    implements AutoCloseable {
  /// Closes the transport once everything written is sent; does not wait for that.
  @Override
  public void close() {
    transport.close();
  }
}
