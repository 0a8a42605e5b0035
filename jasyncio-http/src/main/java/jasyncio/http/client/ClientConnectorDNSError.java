package jasyncio.http.client;

import org.jspecify.annotations.Nullable;

/// The host's name has no address.
///
/// Counterpart: `aiohttp.ClientConnectorDNSError`.
public final class ClientConnectorDNSError extends ClientConnectorError {
  private static final long serialVersionUID = 1;

  ClientConnectorDNSError(ConnectionKey key, String reason, @Nullable Throwable cause) {
    super(key, reason, cause);
  }
}
