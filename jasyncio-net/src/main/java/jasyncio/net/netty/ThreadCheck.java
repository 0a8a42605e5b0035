package jasyncio.net.netty;

import jasyncio.EventLoop;

/// Transports belong to the thread of their loop.
public final class ThreadCheck {
  private ThreadCheck() {}

  /// Does nothing on the thread of the loop.
  ///
  /// @param loop whose thread it should be
  /// @param transport what is used
  /// @param operation the method that was called
  /// @throws IllegalStateException on a thread that does not run the loop
  public static void check(EventLoop loop, Object transport, String operation) {
    if (loop.isRunning() && !loop.runsOn(Thread.currentThread())) {
      throw new IllegalStateException(
          "Non-thread-safe operation invoked on an event loop other than the current one: "
              + operation
              + " on "
              + transport
              + " of "
              + loop
              + " was called from "
              + Thread.currentThread()
              + ". From other threads use loop.callSoonThreadsafe(...)");
    }
  }
}
