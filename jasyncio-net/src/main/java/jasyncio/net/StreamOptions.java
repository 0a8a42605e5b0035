package jasyncio.net;

import org.jspecify.annotations.Nullable;

/// Options of [Net#openConnection(String, int, StreamOptions)]. Immutable: each `with` method
/// returns a changed copy.
public final class StreamOptions {
  private static final StreamOptions DEFAULTS = new StreamOptions(StreamReader.DEFAULT_LIMIT, null);

  private final int limit;
  private final @Nullable Tls tls;

  private StreamOptions(int limit, @Nullable Tls tls) {
    this.limit = limit;
    this.tls = tls;
  }

  /// A limit of 64 KiB, no TLS.
  public static StreamOptions defaults() {
    return DEFAULTS;
  }

  /// Sets the reader's limit: the longest line in bytes, and half of what is buffered.
  public StreamOptions withLimit(int limit) {
    return new StreamOptions(limit, tls);
  }

  /// Encrypts the connection; null for plain text.
  public StreamOptions withTls(@Nullable Tls tls) {
    return new StreamOptions(limit, tls);
  }

  /// The reader's limit in bytes.
  public int limit() {
    return limit;
  }

  /// How it is encrypted, or null.
  public @Nullable Tls tls() {
    return tls;
  }
}
