package jasyncio.http.client;

import org.jspecify.annotations.Nullable;

/// A request failed: the parent of all that the client throws, but for a timeout of the whole
/// request, which is a [jasyncio.TimeoutError].
///
/// Counterpart: `aiohttp.ClientError`.
public class ClientError extends RuntimeException {
  private static final long serialVersionUID = 1;

  ClientError(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
