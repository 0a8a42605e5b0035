package jasyncio.http.client;

import org.jspecify.annotations.Nullable;

/// The TLS handshake failed.
///
/// Counterpart: `aiohttp.ClientConnectorSSLError`.
public final class ClientConnectorSSLError extends ClientSSLError {
  private static final long serialVersionUID = 1;

  ClientConnectorSSLError(ConnectionKey key, String reason, @Nullable Throwable cause) {
    super(key, reason, cause);
  }
}
