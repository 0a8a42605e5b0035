package jasyncio.http.client;

import jasyncio.http.Headers;
import jasyncio.http.Query;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// What is special about one request. Immutable: each `with` method returns a changed copy.
///
/// ```java
/// session.post(url, RequestOptions.defaults().withData("hello").withHeader("X-Token", token))
/// ```
///
/// Counterpart: the keyword arguments of `ClientSession.request`.
public final class RequestOptions {
  private static final int DEFAULT_MAX_REDIRECTS = 10;
  private static final RequestOptions DEFAULTS = new RequestOptions();

  private Headers headers = Headers.of();
  private Query params = Query.of();
  private @Nullable RequestBody body;
  private @Nullable ClientTimeout timeout;
  private @Nullable Boolean allowRedirects;
  private int maxRedirects = DEFAULT_MAX_REDIRECTS;
  private @Nullable Boolean raiseForStatus;

  private RequestOptions() {}

  private RequestOptions(RequestOptions other) {
    this.headers = other.headers;
    this.params = other.params;
    this.body = other.body;
    this.timeout = other.timeout;
    this.allowRedirects = other.allowRedirects;
    this.maxRedirects = other.maxRedirects;
    this.raiseForStatus = other.raiseForStatus;
  }

  /// No body, no header fields of its own, the session's timeouts, at most ten redirects.
  ///
  /// @return those
  public static RequestOptions defaults() {
    return DEFAULTS;
  }

  /// Sends these header fields; each takes the place of the session's of the same name.
  ///
  /// @param headers the fields
  /// @return a copy with that setting
  public RequestOptions withHeaders(Headers headers) {
    RequestOptions copy = new RequestOptions(this);
    copy.headers = headers;
    return copy;
  }

  /// Sends this header field too.
  ///
  /// @param name the name of the field
  /// @param value its value
  /// @return a copy with that setting
  /// @throws IllegalArgumentException if name or value may not be in a header
  public RequestOptions withHeader(String name, String value) {
    return withHeaders(headers.with(name, value));
  }

  /// Adds these fields to the query of the URL. Counterpart: `params=`.
  ///
  /// @param params the parameters
  /// @return a copy with that setting
  public RequestOptions withParams(Query params) {
    RequestOptions copy = new RequestOptions(this);
    copy.params = params;
    return copy;
  }

  /// Adds these names and values to the query of the URL.
  ///
  /// @param namesAndValues a name, its value, a name, and so on
  /// @return a copy with that setting
  /// @throws IllegalArgumentException if their number is odd
  public RequestOptions withParams(String... namesAndValues) {
    return withParams(Query.of(namesAndValues));
  }

  /// Sends these bytes, as `application/octet-stream` unless a header field says otherwise. They
  /// are copied. Counterpart: `data=` with bytes.
  ///
  /// @param bytes the body
  /// @return a copy with that setting
  public RequestOptions withData(byte[] bytes) {
    return withBody(new RequestBody(bytes.clone(), "application/octet-stream"));
  }

  /// Sends this text in UTF-8, as `text/plain` unless a header field says otherwise. Counterpart:
  /// `data=` with a str.
  ///
  /// @param text the body
  /// @return a copy with that setting
  public RequestOptions withData(String text) {
    return withBody(
        new RequestBody(text.getBytes(StandardCharsets.UTF_8), "text/plain; charset=utf-8"));
  }

  /// Sends these fields as an HTML form does. Counterpart: `data=` with a mapping.
  ///
  /// @param fields the fields
  /// @return a copy with that setting
  public RequestOptions withForm(Query fields) {
    return withBody(
        new RequestBody(
            fields.toString().getBytes(StandardCharsets.US_ASCII),
            "application/x-www-form-urlencoded"));
  }

  private RequestOptions withBody(RequestBody body) {
    RequestOptions copy = new RequestOptions(this);
    copy.body = body;
    return copy;
  }

  /// Uses these timeouts instead of the session's.
  ///
  /// @param timeout the limits
  /// @return a copy with that setting
  public RequestOptions withTimeout(ClientTimeout timeout) {
    RequestOptions copy = new RequestOptions(this);
    copy.timeout = timeout;
    return copy;
  }

  /// Whether to follow redirects. If not set: yes, but not for HEAD.
  ///
  /// @param allow whether they are followed
  /// @return a copy with that setting
  public RequestOptions withAllowRedirects(boolean allow) {
    RequestOptions copy = new RequestOptions(this);
    copy.allowRedirects = allow;
    return copy;
  }

  /// How many redirects to follow before it fails with [TooManyRedirects].
  ///
  /// @param max how many, zero or more
  /// @return a copy with that setting
  /// @throws IllegalArgumentException if it is negative
  public RequestOptions withMaxRedirects(int max) {
    if (max < 0) {
      throw new IllegalArgumentException("maxRedirects is negative: " + max);
    }
    RequestOptions copy = new RequestOptions(this);
    copy.maxRedirects = max;
    return copy;
  }

  /// Whether a status of 400 or more is thrown as [ClientResponseError]. If not set, as the session
  /// says.
  ///
  /// @param raise whether they do
  /// @return a copy with that setting
  public RequestOptions withRaiseForStatus(boolean raise) {
    RequestOptions copy = new RequestOptions(this);
    copy.raiseForStatus = raise;
    return copy;
  }

  Headers headers() {
    return headers;
  }

  Query params() {
    return params;
  }

  @Nullable RequestBody body() {
    return body;
  }

  ClientTimeout timeoutOr(ClientTimeout fallback) {
    return timeout == null ? fallback : timeout;
  }

  boolean allowsRedirects(String method) {
    return allowRedirects == null ? !method.equals("HEAD") : allowRedirects;
  }

  int maxRedirects() {
    return maxRedirects;
  }

  boolean raisesForStatusOr(boolean fallback) {
    return raiseForStatus == null ? fallback : raiseForStatus;
  }
}
