package jasyncio;

import java.lang.management.ManagementFactory;
import java.lang.management.MonitorInfo;
import java.lang.management.ThreadInfo;
import org.jspecify.annotations.Nullable;

/// Debug mode's thorough look for an await inside `synchronized`. The engine notices only monitors
/// that no other thread has ever contended for; this sees all of them, for some 60 us.
///
/// That is too much for each await of a busy loop. So a loop looks at the first ones, enough for a
/// test to find its bug where it is, and after that at as many as fit into a share of the time: at
/// all of them as long as there are fewer than some 800 in a second.
final class HeldMonitors {
  static final int FIRST_LOOKS = 1000;

  /// One in how many nanoseconds may be spent on looking after that.
  private static final int SHARE = 20;

  private long looks;

  /// When the next one is due, once the first are used up.
  private long due;

  HeldMonitors() {}

  /// Refuses the suspension if the task's own frames hold a monitor, and if it is time to look.
  void checkNowAndThen() {
    long start = System.nanoTime();
    if (looks >= FIRST_LOOKS && start < due) {
      return;
    }
    looks++;
    check();
    long end = System.nanoTime();
    due = end + (end - start) * (SHARE - 1);
  }

  /// How often it has looked.
  long looks() {
    return looks;
  }

  /// Refuses the suspension if the task's own frames hold a monitor.
  ///
  /// With the thread engine tasks run on virtual threads, of which the JVM tells nothing.
  private static void check() {
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
