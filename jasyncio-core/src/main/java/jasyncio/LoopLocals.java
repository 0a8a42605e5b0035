package jasyncio;

/// Thread locals of a loop's thread, for bridges to libraries that keep caches in them.
///
/// A task has thread locals of its own. A library that is called from tasks and keeps buffers or
/// recyclers in thread locals, as Netty does, would make them for each task that calls it. So
/// whoever calls it borrows those of the loop's thread, which callbacks and drivers have anyway:
///
/// ```java
/// boolean entered = LoopLocals.enter(loop);
/// try {
///   channel.write(message);
/// } finally {
///   if (entered) {
///     LoopLocals.leave(loop);
///   }
/// }
/// ```
///
/// In between nothing must be awaited, and no code of the program called. With the thread engine,
/// where a task is a thread, both methods do nothing; likewise with
/// `-Djasyncio.threadlocals=shared`.
///
/// Call it on the loop's thread. It costs a few loads and compares. Counterpart: none; tasks of
/// asyncio share the thread locals of their thread.
public final class LoopLocals {
  private LoopLocals() {}

  /// Gives the running code the thread locals of the loop's thread.
  ///
  /// @param loop the loop that runs on this thread
  /// @return whether they were a task's before, which [#leave(EventLoop)] gives back; false in a
  ///   callback, and on any other thread
  public static boolean enter(EventLoop loop) {
    return loop.kernel.carrier.isCurrent() && loop.kernel.carrier.enterHost();
  }

  /// Gives the running task its own thread locals back.
  ///
  /// @param loop the loop that runs on this thread
  public static void leave(EventLoop loop) {
    if (loop.kernel.carrier.isCurrent()) {
      loop.kernel.carrier.leaveHost();
    }
  }
}
