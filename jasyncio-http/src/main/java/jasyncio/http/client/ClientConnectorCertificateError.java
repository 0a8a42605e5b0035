package jasyncio.http.client;

import org.jspecify.annotations.Nullable;

/// The host's certificate is not to be trusted, or is not the host's.
///
/// Counterpart: `aiohttp.ClientConnectorCertificateError`.
public final class ClientConnectorCertificateError extends ClientSSLError {
  private static final long serialVersionUID = 1;

  ClientConnectorCertificateError(ConnectionKey key, String reason, @Nullable Throwable cause) {
    super(key, reason, cause);
  }
}
