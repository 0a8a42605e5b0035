package jasyncio.http.client;

import org.jspecify.annotations.Nullable;

/// The server was reached, and let the connection down.
///
/// Counterpart: `aiohttp.ServerConnectionError`.
public class ServerConnectionError extends ClientConnectionError {
  private static final long serialVersionUID = 1;

  ServerConnectionError(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
