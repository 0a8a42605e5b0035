package jasyncio.http.client;

import jasyncio.http.Headers;
import jasyncio.net.Tls;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// How a session works. Immutable: each `with` method returns a changed copy.
///
/// Counterpart: the keyword arguments of `ClientSession` and `TCPConnector`.
public final class SessionOptions {
  private static final int DEFAULT_LIMIT = 100;
  private static final Duration DEFAULT_KEEPALIVE = Duration.ofSeconds(15);

  /// More than this, decompressed and in one piece, is taken for a compression bomb.
  private static final long DEFAULT_MAX_DECOMPRESSED = 64L * 1024 * 1024;

  private static final SessionOptions DEFAULTS = new SessionOptions();

  private @Nullable RequestUrl baseUrl;
  private Headers headers = Headers.of();
  private ClientTimeout timeout = ClientTimeout.defaults();
  private int limit = DEFAULT_LIMIT;
  private int limitPerHost;
  private Duration keepaliveTimeout = DEFAULT_KEEPALIVE;
  private boolean forceClose;
  private boolean raiseForStatus;
  private boolean autoDecompress = true;
  private long maxDecompressedSize = DEFAULT_MAX_DECOMPRESSED;
  private Tls tls = Tls.client();

  private SessionOptions() {}

  private SessionOptions(SessionOptions other) {
    this.baseUrl = other.baseUrl;
    this.headers = other.headers;
    this.timeout = other.timeout;
    this.limit = other.limit;
    this.limitPerHost = other.limitPerHost;
    this.keepaliveTimeout = other.keepaliveTimeout;
    this.forceClose = other.forceClose;
    this.raiseForStatus = other.raiseForStatus;
    this.autoDecompress = other.autoDecompress;
    this.maxDecompressedSize = other.maxDecompressedSize;
    this.tls = other.tls;
  }

  /// {@return at most 100 connections, of which idle ones are kept for 15 s;
  /// [ClientTimeout#defaults()]; bodies are decompressed; the JDK's authorities are trusted}
  public static SessionOptions defaults() {
    return DEFAULTS;
  }

  /// Resolves relative URLs against this one.
  ///
  /// @param url absolute
  /// @return a copy with that setting
  /// @throws InvalidURL if it is not an absolute http or https URL
  /// @throws IllegalArgumentException if its path does not end in a slash: then its last segment
  ///   would be lost
  public SessionOptions withBaseUrl(String url) {
    RequestUrl base = RequestUrl.parse(url);
    if (!base.path().endsWith("/")) {
      throw new IllegalArgumentException("base_url path must end with '/': " + url);
    }
    SessionOptions copy = new SessionOptions(this);
    copy.baseUrl = base;
    return copy;
  }

  /// Sends these header fields with each request.
  ///
  /// @param headers the fields
  /// @return a copy with that setting
  public SessionOptions withHeaders(Headers headers) {
    SessionOptions copy = new SessionOptions(this);
    copy.headers = headers;
    return copy;
  }

  /// The timeouts of requests that have none of their own.
  ///
  /// @param timeout the limits
  /// @return a copy with that setting
  public SessionOptions withTimeout(ClientTimeout timeout) {
    SessionOptions copy = new SessionOptions(this);
    copy.timeout = timeout;
    return copy;
  }

  /// How many connections there may be, idle ones included; 0 for no limit.
  ///
  /// @param limit how many at most
  /// @return a copy with that setting
  /// @throws IllegalArgumentException if it is negative
  public SessionOptions withLimit(int limit) {
    SessionOptions copy = new SessionOptions(this);
    copy.limit = notNegative("limit", limit);
    return copy;
  }

  /// How many connections to the same scheme, host and port may be in use; 0, the default, for no
  /// limit.
  ///
  /// @param limit how many at most
  /// @return a copy with that setting
  /// @throws IllegalArgumentException if it is negative
  public SessionOptions withLimitPerHost(int limit) {
    SessionOptions copy = new SessionOptions(this);
    copy.limitPerHost = notNegative("limitPerHost", limit);
    return copy;
  }

  /// How long an idle connection is kept for the next request.
  ///
  /// @param timeout how long
  /// @return a copy with that setting
  /// @throws IllegalArgumentException if it is negative
  public SessionOptions withKeepaliveTimeout(Duration timeout) {
    if (timeout.isNegative()) {
      throw new IllegalArgumentException("keepaliveTimeout is negative: " + timeout);
    }
    SessionOptions copy = new SessionOptions(this);
    copy.keepaliveTimeout = timeout;
    return copy;
  }

  /// Whether each connection is closed after one request.
  ///
  /// @param forceClose whether it does
  /// @return a copy with that setting
  public SessionOptions withForceClose(boolean forceClose) {
    SessionOptions copy = new SessionOptions(this);
    copy.forceClose = forceClose;
    return copy;
  }

  /// Whether a status of 400 or more is thrown as [ClientResponseError].
  ///
  /// @param raise whether they do
  /// @return a copy with that setting
  public SessionOptions withRaiseForStatus(boolean raise) {
    SessionOptions copy = new SessionOptions(this);
    copy.raiseForStatus = raise;
    return copy;
  }

  /// Whether bodies compressed with gzip or deflate are decompressed, and asked for.
  ///
  /// @param decompress whether it does
  /// @return a copy with that setting
  public SessionOptions withAutoDecompress(boolean decompress) {
    SessionOptions copy = new SessionOptions(this);
    copy.autoDecompress = decompress;
    return copy;
  }

  /// How many bytes `read()` and `text()` decompress at most, 64 MiB if not set: a small body may
  /// come out a thousand times as long. Streamed content is not limited, since it is decompressed
  /// no faster than it is read.
  ///
  /// @param bytes how many
  /// @return a copy with that setting
  /// @throws IllegalArgumentException if it is not positive
  public SessionOptions withMaxDecompressedSize(long bytes) {
    if (bytes <= 0) {
      throw new IllegalArgumentException("maxDecompressedSize must be positive, not " + bytes);
    }
    SessionOptions copy = new SessionOptions(this);
    copy.maxDecompressedSize = bytes;
    return copy;
  }

  /// Whom to trust, and how to check it, on https connections.
  ///
  /// @param tls the settings
  /// @return a copy with that setting
  public SessionOptions withTls(Tls tls) {
    SessionOptions copy = new SessionOptions(this);
    copy.tls = tls;
    return copy;
  }

  private static int notNegative(String name, int value) {
    if (value < 0) {
      throw new IllegalArgumentException(name + " is negative: " + value + ". 0 is no limit");
    }
    return value;
  }

  @Nullable RequestUrl baseUrl() {
    return baseUrl;
  }

  Headers headers() {
    return headers;
  }

  ClientTimeout timeout() {
    return timeout;
  }

  int limit() {
    return limit;
  }

  int limitPerHost() {
    return limitPerHost;
  }

  Duration keepaliveTimeout() {
    return keepaliveTimeout;
  }

  boolean forceClose() {
    return forceClose;
  }

  boolean raiseForStatus() {
    return raiseForStatus;
  }

  boolean autoDecompress() {
    return autoDecompress;
  }

  long maxDecompressedSize() {
    return maxDecompressedSize;
  }

  Tls tls() {
    return tls;
  }
}
