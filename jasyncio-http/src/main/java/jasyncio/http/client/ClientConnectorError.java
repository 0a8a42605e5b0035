package jasyncio.http.client;

import org.jspecify.annotations.Nullable;

/// No connection could be made to a host.
///
/// Counterpart: `aiohttp.ClientConnectorError`.
public class ClientConnectorError extends ClientOSError {
  private static final long serialVersionUID = 1;

  /// The host as the program named it.
  private final String host;

  /// The port.
  private final int port;

  ClientConnectorError(ConnectionKey key, String reason, @Nullable Throwable cause) {
    super(
        "Cannot connect to host %s:%d ssl:default [%s]".formatted(key.host(), key.port(), reason),
        cause);
    this.host = key.host();
    this.port = key.port();
  }

  /// {@return the host that was to be reached}
  public final String host() {
    return host;
  }

  /// {@return the port that was to be reached}
  public final int port() {
    return port;
  }
}
