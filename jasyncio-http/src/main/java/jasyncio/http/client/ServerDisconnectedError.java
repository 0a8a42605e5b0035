package jasyncio.http.client;

import org.jspecify.annotations.Nullable;

/// The server closed the connection instead of answering.
///
/// Counterpart: `aiohttp.ServerDisconnectedError`.
public final class ServerDisconnectedError extends ServerConnectionError {
  private static final long serialVersionUID = 1;

  ServerDisconnectedError(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
