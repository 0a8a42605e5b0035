package jasyncio.http.client;

import jasyncio.http.Headers;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A response that counts as a failure: its status is 400 or more and the request asked for an
/// error, or it could not be understood.
///
/// Counterpart: `aiohttp.ClientResponseError`.
@SuppressWarnings("serial") // thrown, not stored
public class ClientResponseError extends ClientError {
  private static final long serialVersionUID = 1;

  /// The request.
  private final RequestInfo requestInfo;

  /// The redirects before it.
  private final List<ClientResponse> history;

  /// The status of the response.
  private final int status;

  /// The reason of the response.
  private final String reason;

  /// The header of the response.
  private final Headers headers;

  ClientResponseError(
      RequestInfo requestInfo,
      List<ClientResponse> history,
      int status,
      String reason,
      Headers headers,
      @Nullable Throwable cause) {
    super("%d, message='%s', url='%s'".formatted(status, reason, requestInfo.url()), cause);
    this.requestInfo = requestInfo;
    this.history = List.copyOf(history);
    this.status = status;
    this.reason = reason;
    this.headers = headers;
  }

  /// {@return the request that was answered so}
  public final RequestInfo requestInfo() {
    return requestInfo;
  }

  /// {@return the redirects that led there}
  public final List<ClientResponse> history() {
    return history;
  }

  /// {@return the status code; 0 if the response could not be understood}
  public final int status() {
    return status;
  }

  /// {@return the reason phrase, or what could not be understood}
  public final String reason() {
    return reason;
  }

  /// {@return the header fields of the response; none if they could not be understood}
  public final Headers headers() {
    return headers;
  }
}
