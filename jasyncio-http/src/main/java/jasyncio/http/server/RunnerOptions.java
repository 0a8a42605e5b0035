package jasyncio.http.server;

import java.time.Duration;

/// The limits of a server. Immutable: each `with` method returns a changed copy.
///
/// Counterpart: keyword arguments of `web.AppRunner` and `web.Application`.
///
/// @param clientMaxSize the longest body that [Request#read()] takes, in bytes; a longer one is
///   answered with 413
/// @param keepaliveTimeout how long a connection may stay without a whole request header
/// @param readTimeout the longest wait for the next part of a request's body
/// @param lingeringTime how long the rest of an unread body is taken before the connection is
///   closed
/// @param shutdownTimeout how long requests under way may take when the server stops
public record RunnerOptions(
    long clientMaxSize,
    Duration keepaliveTimeout,
    Duration readTimeout,
    Duration lingeringTime,
    Duration shutdownTimeout) {
  private static final RunnerOptions DEFAULTS =
      new RunnerOptions(
          1024 * 1024,
          Duration.ofSeconds(75),
          Duration.ofSeconds(75),
          Duration.ofSeconds(10),
          Duration.ofSeconds(60));

  /// Checks them.
  ///
  /// @throws IllegalArgumentException if one is negative
  public RunnerOptions {
    if (clientMaxSize < 0
        || keepaliveTimeout.isNegative()
        || readTimeout.isNegative()
        || lingeringTime.isNegative()
        || shutdownTimeout.isNegative()) {
      throw new IllegalArgumentException("a limit of the server is negative");
    }
  }

  /// Bodies of 1 MiB, 75 s for idle connections and silent clients, 10 s for lingering, 60 s to
  /// shut down.
  ///
  /// @return those
  public static RunnerOptions defaults() {
    return DEFAULTS;
  }

  /// Limits the bodies that are read as a whole.
  ///
  /// @param bytes how many
  /// @return a copy with that setting
  public RunnerOptions withClientMaxSize(long bytes) {
    return new RunnerOptions(bytes, keepaliveTimeout, readTimeout, lingeringTime, shutdownTimeout);
  }

  /// Closes connections that bring no whole request header for so long.
  ///
  /// @param timeout how long at most
  /// @return a copy with that setting
  public RunnerOptions withKeepaliveTimeout(Duration timeout) {
    return new RunnerOptions(clientMaxSize, timeout, readTimeout, lingeringTime, shutdownTimeout);
  }

  /// Gives up on bodies of which nothing arrives for so long.
  ///
  /// @param timeout how long at most
  /// @return a copy with that setting
  public RunnerOptions withReadTimeout(Duration timeout) {
    return new RunnerOptions(
        clientMaxSize, keepaliveTimeout, timeout, lingeringTime, shutdownTimeout);
  }

  /// Takes the rest of unread bodies for so long.
  ///
  /// @param time how long
  /// @return a copy with that setting
  public RunnerOptions withLingeringTime(Duration time) {
    return new RunnerOptions(clientMaxSize, keepaliveTimeout, readTimeout, time, shutdownTimeout);
  }

  /// Gives requests under way so long when the server stops.
  ///
  /// @param timeout how long at most
  /// @return a copy with that setting
  public RunnerOptions withShutdownTimeout(Duration timeout) {
    return new RunnerOptions(clientMaxSize, keepaliveTimeout, readTimeout, lingeringTime, timeout);
  }
}
