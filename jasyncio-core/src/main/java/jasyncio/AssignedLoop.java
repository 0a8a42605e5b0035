package jasyncio;

import org.jspecify.annotations.Nullable;

/// The loop a thread has been given while none runs on it. Not looked at while one does.
final class AssignedLoop {
  private static final ThreadLocal<@Nullable EventLoop> OF_THREAD = new ThreadLocal<>();

  private AssignedLoop() {}

  static @Nullable EventLoop get() {
    return OF_THREAD.get();
  }

  /// For the thread, also if a task asks, whose own thread-locals end with it.
  static void set(@Nullable EventLoop loop) {
    Kernel running = RunningKernel.orNull();
    boolean inTask = running != null && running.carrier.enterHost();
    try {
      if (loop == null) {
        OF_THREAD.remove();
      } else {
        OF_THREAD.set(loop);
      }
    } finally {
      if (running != null && inTask) {
        running.carrier.leaveHost();
      }
    }
  }
}
