package jasyncio.net;

import org.jspecify.annotations.Nullable;

/// Counts what is written to a transport that is closed, and warns once of a program that goes on.
final class LostWrites {
  private static final System.Logger LOG = System.getLogger("jasyncio");

  /// CPython: `LOG_THRESHOLD_FOR_CONNLOST_WRITES`.
  private static final int TO_LOG = 5;

  private int count;

  private LostWrites() {}

  /// One more, to a connection.
  ///
  /// @param before null for the first
  /// @param connection to be named in the warning
  static LostWrites toConnection(@Nullable LostWrites before, Object connection) {
    return more(
        before,
        "socket.send() raised exception. The program goes on writing to a closed connection: {0}",
        connection);
  }

  /// One more, to a pipe.
  ///
  /// @param before null for the first
  /// @param pipe to be named in the warning
  static LostWrites toPipe(@Nullable LostWrites before, Object pipe) {
    return more(
        before,
        "pipe closed by peer or os.write(pipe, data) raised exception. The program goes on"
            + " writing to a closed pipe: {0}",
        pipe);
  }

  private static LostWrites more(@Nullable LostWrites before, String warning, Object transport) {
    LostWrites counted = before == null ? new LostWrites() : before;
    if (++counted.count == TO_LOG) {
      LOG.log(System.Logger.Level.WARNING, warning, transport);
    }
    return counted;
  }
}
