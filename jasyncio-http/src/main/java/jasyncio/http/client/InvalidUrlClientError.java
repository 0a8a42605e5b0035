package jasyncio.http.client;

/// The URL of a request could not be used.
///
/// Counterpart: `aiohttp.InvalidUrlClientError`.
public class InvalidUrlClientError extends InvalidURL {
  private static final long serialVersionUID = 1;

  InvalidUrlClientError(String url, String reason) {
    super(url, reason);
  }
}
