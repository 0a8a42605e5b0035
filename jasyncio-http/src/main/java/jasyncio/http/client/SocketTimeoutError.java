package jasyncio.http.client;

/// The server sent nothing for too long: see [ClientTimeout#sockRead()].
///
/// Counterpart: `aiohttp.SocketTimeoutError`.
public final class SocketTimeoutError extends ServerTimeoutError {
  private static final long serialVersionUID = 1;

  SocketTimeoutError(TimeoutPhase phase, String message) {
    super(phase, message);
  }
}
