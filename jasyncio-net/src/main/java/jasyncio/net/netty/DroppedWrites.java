package jasyncio.net.netty;

import org.jspecify.annotations.Nullable;

/// Counts what is written to a connection that is closed, and warns once of a program that goes on.
final class DroppedWrites {
  private static final System.Logger LOG = System.getLogger("jasyncio");

  /// CPython: `LOG_THRESHOLD_FOR_CONNLOST_WRITES`.
  private static final int TO_LOG = 5;

  private int count;

  private DroppedWrites() {}

  /// One more.
  ///
  /// @param before null for the first
  /// @param connection to be named in the warning
  static DroppedWrites more(@Nullable DroppedWrites before, Object connection) {
    DroppedWrites counted = before == null ? new DroppedWrites() : before;
    if (++counted.count == TO_LOG) {
      LOG.log(
          System.Logger.Level.WARNING,
          "socket.send() raised exception. The program goes on writing to a closed connection:"
              + " {0}",
          connection);
    }
    return counted;
  }
}
