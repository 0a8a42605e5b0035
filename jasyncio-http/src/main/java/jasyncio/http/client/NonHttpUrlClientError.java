package jasyncio.http.client;

/// The URL of a request is neither `http` nor `https`.
///
/// Counterpart: `aiohttp.NonHttpUrlClientError`.
public class NonHttpUrlClientError extends InvalidURL {
  private static final long serialVersionUID = 1;

  NonHttpUrlClientError(String url) {
    super(url, "neither http nor https");
  }
}
