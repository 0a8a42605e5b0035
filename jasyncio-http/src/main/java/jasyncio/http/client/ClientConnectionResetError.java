package jasyncio.http.client;

import org.jspecify.annotations.Nullable;

/// The request could not be written: the connection was closing.
///
/// Counterpart: `aiohttp.ClientConnectionResetError`.
public final class ClientConnectionResetError extends ClientConnectionError {
  private static final long serialVersionUID = 1;

  ClientConnectionResetError(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
