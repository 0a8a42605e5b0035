package jasyncio.http.client;

import org.jspecify.annotations.Nullable;

/// No TLS connection could be made to a host.
///
/// Counterpart: `aiohttp.ClientSSLError`.
public class ClientSSLError extends ClientConnectorError {
  private static final long serialVersionUID = 1;

  ClientSSLError(ConnectionKey key, String reason, @Nullable Throwable cause) {
    super(key, reason, cause);
  }
}
