package jasyncio.http.client;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// How long the parts of a request may take. Immutable: each `with` method returns a changed copy.
///
/// Null means without limit, and so does zero. The timeouts are exact: none is rounded up to whole
/// seconds.
///
/// Counterpart: `aiohttp.ClientTimeout`, without `ceil_threshold`.
///
/// @param total the whole request, with its redirects, until its body has been read: throws
///   [jasyncio.TimeoutError]
/// @param connect waiting for a free connection, and connecting: throws [ConnectionTimeoutError]
/// @param sockConnect finding the address, connecting, and the TLS handshake: throws
///   [ConnectionTimeoutError]
/// @param sockRead the longest wait for the next data from the server, before the response and
///   within it: throws [SocketTimeoutError]
public record ClientTimeout(
    @Nullable Duration total,
    @Nullable Duration connect,
    @Nullable Duration sockConnect,
    @Nullable Duration sockRead) {
  private static final ClientTimeout DEFAULTS =
      new ClientTimeout(Duration.ofMinutes(5), null, Duration.ofSeconds(30), null);

  /// Checks and normalises: zero becomes null.
  ///
  /// @throws IllegalArgumentException if one is negative
  public ClientTimeout {
    total = positiveOrNull("total", total);
    connect = positiveOrNull("connect", connect);
    sockConnect = positiveOrNull("sockConnect", sockConnect);
    sockRead = positiveOrNull("sockRead", sockRead);
  }

  /// Five minutes in total, 30 s for `sockConnect`, no other limit.
  ///
  /// @return those
  public static ClientTimeout defaults() {
    return DEFAULTS;
  }

  /// {@return the defaults with another limit for the whole request}
  ///
  /// @param total how long; null for no limit
  public static ClientTimeout ofTotal(@Nullable Duration total) {
    return DEFAULTS.withTotal(total);
  }

  /// No limit at all.
  ///
  /// @return that
  public static ClientTimeout none() {
    return new ClientTimeout(null, null, null, null);
  }

  /// Limits the whole request.
  ///
  /// @param total how long; null for no limit
  /// @return a copy with that setting
  public ClientTimeout withTotal(@Nullable Duration total) {
    return new ClientTimeout(total, connect, sockConnect, sockRead);
  }

  /// Limits waiting for a free connection, and connecting.
  ///
  /// @param connect how long; null for no limit
  /// @return a copy with that setting
  public ClientTimeout withConnect(@Nullable Duration connect) {
    return new ClientTimeout(total, connect, sockConnect, sockRead);
  }

  /// Limits finding the address, connecting, and the TLS handshake.
  ///
  /// @param sockConnect how long; null for no limit
  /// @return a copy with that setting
  public ClientTimeout withSockConnect(@Nullable Duration sockConnect) {
    return new ClientTimeout(total, connect, sockConnect, sockRead);
  }

  /// Limits each wait for data from the server.
  ///
  /// @param sockRead how long; null for no limit
  /// @return a copy with that setting
  public ClientTimeout withSockRead(@Nullable Duration sockRead) {
    return new ClientTimeout(total, connect, sockConnect, sockRead);
  }

  private static @Nullable Duration positiveOrNull(String name, @Nullable Duration timeout) {
    if (timeout != null && timeout.isNegative()) {
      throw new IllegalArgumentException(
          "the timeout \"" + name + "\" is negative: " + timeout + ". Null means without limit");
    }
    return timeout == null || timeout.isZero() ? null : timeout;
  }
}
