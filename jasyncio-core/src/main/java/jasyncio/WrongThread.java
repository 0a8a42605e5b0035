package jasyncio;

/// What is said to those who use a loop, or what belongs to it, from another thread than the
/// loop's.
final class WrongThread {
  private WrongThread() {}

  /// @param owned what was used: the loop itself, or something of it
  /// @param operation the method that was called
  /// @param owner the thread that runs the loop
  static IllegalStateException error(EventLoop loop, Object owned, String operation, Thread owner) {
    return error(
        loop,
        owned,
        operation,
        owner,
        "From other threads use loop.callSoonThreadsafe(...) or runCoroutineThreadsafe(...)");
  }

  /// The same about what reads what the loop changes all the time: it would come back short.
  static IllegalStateException ofReader(EventLoop loop, String operation, Thread owner) {
    return error(loop, loop, operation, owner, "From other threads use loop.snapshot()");
  }

  private static IllegalStateException error(
      EventLoop loop, Object owned, String operation, Thread owner, String wayOut) {
    return new IllegalStateException(
        "Non-thread-safe operation invoked on an event loop other than the current one: "
            + operation
            + " on "
            + owned
            + (owned == loop ? "" : " of " + loop)
            + ", which runs on "
            + owner
            + ", was called from "
            + Thread.currentThread()
            + ". "
            + wayOut);
  }
}
