package jasyncio.http.client;

/// A server redirected to a URL that could not be used.
///
/// Counterpart: `aiohttp.InvalidUrlRedirectClientError`.
public final class InvalidUrlRedirectClientError extends InvalidUrlClientError
    implements RedirectClientError {
  private static final long serialVersionUID = 1;

  InvalidUrlRedirectClientError(String url, String reason) {
    super(url, reason);
  }
}
