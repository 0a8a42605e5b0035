package jasyncio.http.client;

/// A timeout of one phase of a request passed; [#phase()] says which.
///
/// In aiohttp this is a `TimeoutError` too. Java has one parent only, so whoever wants all timeouts
/// catches this one and [jasyncio.TimeoutError].
///
/// Counterpart: `aiohttp.ServerTimeoutError`.
public class ServerTimeoutError extends ServerConnectionError {
  private static final long serialVersionUID = 1;

  /// What the connection was at.
  private final TimeoutPhase phase;

  ServerTimeoutError(TimeoutPhase phase, String message) {
    super(message, null);
    this.phase = phase;
  }

  /// {@return what took too long}
  public final TimeoutPhase phase() {
    return phase;
  }
}
