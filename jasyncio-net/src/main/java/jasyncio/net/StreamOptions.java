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

  /// {@return a limit of 64 KiB, no TLS}
  public static StreamOptions defaults() {
    return DEFAULTS;
  }

  /// Sets the reader's limit: the longest line in bytes, and half of what is buffered.
  ///
  /// @param limit how many bytes
  /// @return a copy with that setting
  public StreamOptions withLimit(int limit) {
    return new StreamOptions(limit, tls);
  }

  /// Encrypts the connection; null for plain text.
  ///
  /// @param tls the settings, or null for none
  /// @return a copy with that setting
  public StreamOptions withTls(@Nullable Tls tls) {
    return new StreamOptions(limit, tls);
  }

  /// {@return the reader's limit in bytes}
  public int limit() {
    return limit;
  }

  /// {@return how it is encrypted, or null}
  public @Nullable Tls tls() {
    return tls;
  }
}
