package jasyncio.http.client;

import org.jspecify.annotations.Nullable;

/// The connection could not be made, or did not last.
///
/// Counterpart: `aiohttp.ClientConnectionError`.
public class ClientConnectionError extends ClientError {
  private static final long serialVersionUID = 1;

  ClientConnectionError(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
