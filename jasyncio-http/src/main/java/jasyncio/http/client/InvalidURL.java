package jasyncio.http.client;

/// A URL could not be used; [#url()] is its text.
///
/// Counterpart: `aiohttp.InvalidURL`.
public class InvalidURL extends ClientError {
  private static final long serialVersionUID = 1;

  /// The URL as it was given.
  private final String url;

  InvalidURL(String url, String reason) {
    super(url + " - " + reason, null);
    this.url = url;
  }

  /// {@return the URL as it was given}
  public final String url() {
    return url;
  }
}
