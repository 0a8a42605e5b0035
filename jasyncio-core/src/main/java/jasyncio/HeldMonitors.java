package jasyncio;

import java.lang.management.ManagementFactory;
import java.lang.management.MonitorInfo;
import java.lang.management.ThreadInfo;
import org.jspecify.annotations.Nullable;

/// Debug mode's thorough look for an await inside `synchronized`. The engine notices only monitors
/// that no other thread has ever contended for; this sees all of them, for some 60 us.
final class HeldMonitors {
  private HeldMonitors() {}

  /// Refuses the suspension if the task's own frames hold a monitor.
  ///
  /// With the thread engine tasks run on virtual threads, of which the JVM tells nothing.
  static void check() {
    Thread thread = Thread.currentThread();
    if (thread.isVirtual()) {
      return;
    }
    ThreadInfo[] infos =
        ManagementFactory.getThreadMXBean()
            .getThreadInfo(new long[] {thread.threadId()}, true, false);
    MonitorInfo held = infos[0] == null ? null : innermost(infos[0]);
    if (held != null) {
      throw new IllegalStateException(
          "await inside `synchronized`: the task holds the monitor of a "
              + held.getClassName()
              + ", taken at "
              + held.getLockedStackFrame()
              + ". Use jasyncio.sync.Lock, or end the synchronized block before the await");
    }
  }

  /// A monitor taken above the point where the task's body was started; those below belong to the
  /// caller of the loop.
  private static @Nullable MonitorInfo innermost(ThreadInfo info) {
    StackTraceElement[] stack = info.getStackTrace();
    int bodyStart = 0;
    while (bodyStart < stack.length && !StackFrames.isBodyStart(stack[bodyStart])) {
      bodyStart++;
    }
    for (MonitorInfo monitor : info.getLockedMonitors()) {
      if (monitor.getLockedStackDepth() >= 0 && monitor.getLockedStackDepth() < bodyStart) {
        return monitor;
      }
    }
    return null;
  }
}
