package jasyncio.spi;

/// Is told what is made on a loop and must end or be closed, so that a test can say what was
/// forgotten, and where it was made: tasks, the executors that a loop is given, background loops,
/// sockets, sessions. Set with [jasyncio.EventLoop#setResourceWatch(ResourceWatch)].
///
/// Both methods are called on the loop's thread, and must not await or throw.
public interface ResourceWatch {
  /// Something has been made, by the code that runs right now. Of an executor it is told whenever
  /// it is given to the loop.
  ///
  /// @param resource a task, an executor, or anything else that has to be closed
  void opened(Object resource);

  /// Its closing has been asked for. It is not told of tasks, executors and background loops, which
  /// say themselves whether they have ended.
  ///
  /// @param resource as it was opened
  void closed(Object resource);
}
