package jasyncio.http.client;

import org.jspecify.annotations.Nullable;

/// The body of a response is broken: it ended early, or its chunks or its compression are wrong.
///
/// Counterpart: `aiohttp.ClientPayloadError`.
public final class ClientPayloadError extends ClientError {
  private static final long serialVersionUID = 1;

  ClientPayloadError(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
