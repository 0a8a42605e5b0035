package jasyncio;

import org.jspecify.annotations.Nullable;

/// The loop a thread has been given while none runs on it. Not looked at while one does.
final class AssignedLoop {
  private static final ThreadLocal<@Nullable EventLoop> OF_THREAD = new ThreadLocal<>();

  /// Whether any thread has one. To ask a thread-local leaves something with the thread. Plain: who
  /// has one has written this.
  private static boolean any;

  private AssignedLoop() {}

  static @Nullable EventLoop get() {
    return any ? OF_THREAD.get() : null;
  }

  /// For the thread, also if a task asks, whose own thread-locals end with it.
  static void set(@Nullable EventLoop loop) {
    Kernel running = RunningKernel.orNull();
    boolean inTask = running != null && running.carrier.enterHost();
    try {
      if (loop == null) {
        OF_THREAD.remove();
      } else {
        any = true;
        OF_THREAD.set(loop);
      }
    } finally {
      if (running != null && inTask) {
        running.carrier.leaveHost();
      }
    }
  }
}
