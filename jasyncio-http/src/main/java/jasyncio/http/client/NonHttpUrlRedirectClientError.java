package jasyncio.http.client;

/// A server redirected to a URL that is neither `http` nor `https`.
///
/// Counterpart: `aiohttp.NonHttpUrlRedirectClientError`.
public final class NonHttpUrlRedirectClientError extends NonHttpUrlClientError
    implements RedirectClientError {
  private static final long serialVersionUID = 1;

  NonHttpUrlRedirectClientError(String url) {
    super(url);
  }
}
