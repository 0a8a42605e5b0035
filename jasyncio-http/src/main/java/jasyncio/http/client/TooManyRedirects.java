package jasyncio.http.client;

import jasyncio.http.Headers;
import java.util.List;

/// A request was redirected more often than allowed.
///
/// Counterpart: `aiohttp.TooManyRedirects`.
public final class TooManyRedirects extends ClientResponseError {
  private static final long serialVersionUID = 1;

  TooManyRedirects(
      RequestInfo requestInfo, List<ClientResponse> history, int status, Headers headers) {
    super(
        requestInfo,
        history,
        status,
        "redirected " + history.size() + " times, which is more than maxRedirects allows",
        headers,
        null);
  }
}
