package jasyncio.http.client;

/// No connection was to be had in time: see [ClientTimeout#connect()] and
/// [ClientTimeout#sockConnect()].
///
/// Counterpart: `aiohttp.ConnectionTimeoutError`.
public final class ConnectionTimeoutError extends ServerTimeoutError {
  private static final long serialVersionUID = 1;

  ConnectionTimeoutError(TimeoutPhase phase, String message) {
    super(phase, message);
  }
}
