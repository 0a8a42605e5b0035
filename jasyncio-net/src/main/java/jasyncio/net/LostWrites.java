package jasyncio.net;

/// Counts what is written to a pipe that is closed, and warns once of a program that goes on.
final class LostWrites {
  private static final System.Logger LOG = System.getLogger("jasyncio");

  /// CPython: `LOG_THRESHOLD_FOR_CONNLOST_WRITES`.
  private static final int TO_LOG = 5;

  private int count;

  /// One more.
  ///
  /// @param pipe to be named in the warning
  void add(Object pipe) {
    if (++count == TO_LOG) {
      LOG.log(
          System.Logger.Level.WARNING,
          "pipe closed by peer or os.write(pipe, data) raised exception. The program goes on"
              + " writing to a closed pipe: {0}",
          pipe);
    }
  }
}
