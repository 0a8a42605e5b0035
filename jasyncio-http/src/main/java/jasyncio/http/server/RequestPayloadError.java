package jasyncio.http.server;

import org.jspecify.annotations.Nullable;

/// The body of a request is broken: the client went away, stopped sending, or sent nonsense.
///
/// Counterpart: `web.RequestPayloadError`.
public final class RequestPayloadError extends RuntimeException {
  private static final long serialVersionUID = 1;

  RequestPayloadError(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
