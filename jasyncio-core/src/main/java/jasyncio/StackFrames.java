package jasyncio;

import jasyncio.engine.Fiber;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The part of a stack that is the task's own: without the loop below it and the suspension above
/// it.
final class StackFrames {
  /// The classes between user code and the engine.
  private static final Set<String> MACHINERY =
      Set.of(
          "jasyncio.AsyncForIterator",
          "jasyncio.AsyncGenerator",
          "jasyncio.Asyncio",
          "jasyncio.CallGraph",
          "jasyncio.Context",
          "jasyncio.Coroutine",
          "jasyncio.EventLoop",
          "jasyncio.Future",
          "jasyncio.Gather",
          "jasyncio.GeneratorFiber",
          "jasyncio.GeneratorList",
          "jasyncio.Handle",
          "jasyncio.HookedFuture",
          "jasyncio.Kernel",
          "jasyncio.LossReports",
          "jasyncio.Origin",
          "jasyncio.Runner",
          "jasyncio.Shield",
          "jasyncio.Sleep",
          "jasyncio.SnapshotTaker",
          "jasyncio.StackFrames",
          "jasyncio.Task",
          "jasyncio.TaskGroup",
          "jasyncio.Timeout",
          "jasyncio.ThreadsafeHandle",
          "jasyncio.TimerHandle",
          "jasyncio.Traps",
          "jasyncio.Turn",
          "jasyncio.Wait",
          "jasyncio.WaitFor");

  /// How many frames of an origin are kept: CPython's `DEBUG_STACK_DEPTH`.
  private static final int ORIGIN_DEPTH = 10;

  private StackFrames() {}

  static List<StackTraceElement> of(Task<?> task) {
    if (task.failed()) {
      Throwable failure = task.failureOrNull();
      return failure == null ? List.of() : trim(failure.getStackTrace());
    }
    Fiber fiber = task.fiberOrNull();
    if (fiber == null) {
      return List.of();
    }
    StackTraceElement[] frames = fiber.stackTrace();
    Thread thread = task.kernel.carrier.thread();
    if (frames.length > 0 || thread == null) {
      return trim(frames);
    }
    if (task.kernel.currentTask == task) {
      return trim(thread.getStackTrace());
    }
    return task.kernel.nested ? List.of() : parkedBelow(thread.getStackTrace());
  }

  /// The frames of a task that waits with its stack in place, while callbacks run on top of it.
  private static List<StackTraceElement> parkedBelow(StackTraceElement[] frames) {
    for (int at = frames.length - 1; at >= 0; at--) {
      if (frames[at].getClassName().equals("jasyncio.Traps")) {
        return trim(Arrays.copyOfRange(frames, at, frames.length));
      }
    }
    return List.of();
  }

  static List<StackTraceElement> trim(@Nullable StackTraceElement[] frames) {
    int to = 0;
    while (to < frames.length && !isBodyStart(frames[to])) {
      to++;
    }
    int from = 0;
    while (from < to && isMachinery(frames[from])) {
      from++;
    }
    while (from < to && isMachinery(frames[to - 1])) {
      to--;
    }
    return List.of(Arrays.copyOfRange(frames, from, to));
  }

  /// Of a whole stack, where user code called the library.
  static StackTraceElement[] originOf(StackTraceElement[] stack) {
    List<StackTraceElement> frames = trim(stack);
    return frames
        .subList(0, Math.min(ORIGIN_DEPTH, frames.size()))
        .toArray(StackTraceElement[]::new);
  }

  /// Whether this is the frame that started a task's body, or a callback: everything below is the
  /// loop, and perhaps a task that waits in place.
  static boolean isBodyStart(@Nullable StackTraceElement frame) {
    if (frame == null) {
      return false;
    }
    String name = frame.getClassName();
    String method = frame.getMethodName();
    return (name.equals("jasyncio.Task") && method.equals("runBody"))
        || (name.equals("jasyncio.Turn") && method.equals("run"));
  }

  private static boolean isMachinery(@Nullable StackTraceElement frame) {
    if (frame == null) {
      return true;
    }
    String name = frame.getClassName();
    int nested = name.indexOf('$');
    String outer = nested < 0 ? name : name.substring(0, nested);
    return MACHINERY.contains(outer)
        || name.startsWith("jasyncio.engine.")
        || name.equals("java.lang.Thread");
  }
}
