package jasyncio.http.client;

import org.jspecify.annotations.Nullable;

/// The system reported an error of the connection, such as a reset; [#getCause()] is what it said.
///
/// Counterpart: `aiohttp.ClientOSError`.
public class ClientOSError extends ClientConnectionError {
  private static final long serialVersionUID = 1;

  ClientOSError(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
