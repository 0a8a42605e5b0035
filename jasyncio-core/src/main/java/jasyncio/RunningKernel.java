package jasyncio;

import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Which loop's code a thread is running.
final class RunningKernel {
  /*
   * Overview
   *
   * `last` is right wherever one loop runs. Where several do, a thread that runs a loop is found in
   * BY_THREAD; not in a thread-local, which every task has for itself. With the thread engine tasks
   * have threads of their own, too many to list, and a thread-local of theirs is just the place.
   */

  /// The loop that ran last, if it still does. Plain on purpose: a thread that finds itself in
  /// `carrier.thread` wrote that itself, and any other, whatever it sees here, falls through to the
  /// table.
  private static @Nullable Kernel last;

  /// The loops that run, by the thread that called run().
  private static final ConcurrentHashMap<Thread, Kernel> BY_THREAD = new ConcurrentHashMap<>();

  /// The loop of each thread that runs nothing but a task.
  private static final ThreadLocal<@Nullable Kernel> OF_TASK_THREAD = new ThreadLocal<>();

  /// Whether there are any. To ask a thread-local leaves something with the thread. Plain: such a
  /// thread has written this itself.
  private static boolean anyTaskThread;

  private RunningKernel() {}

  /// The loop whose code this thread is running, or null.
  static @Nullable Kernel orNull() {
    Kernel kernel = last;
    if (kernel != null && kernel.carrier.isCurrent()) {
      return kernel;
    }
    kernel = ofThread();
    if (kernel == null) {
      kernel = anyTaskThread ? OF_TASK_THREAD.get() : null;
    }
    return kernel != null && kernel.carrier.isCurrent() ? kernel : null;
  }

  /// The loop that has begun to run on this thread, whoever's code runs on it now.
  static @Nullable Kernel ofThread() {
    return BY_THREAD.get(Thread.currentThread());
  }

  static void begin(Kernel kernel) {
    last = kernel;
    BY_THREAD.put(Thread.currentThread(), kernel);
  }

  static void end(Kernel kernel) {
    BY_THREAD.remove(Thread.currentThread());
    if (last == kernel) {
      last = null;
    }
  }

  /// Declares that this thread runs the loop's code now and then; for the threads of the fallback
  /// engine's tasks.
  static void adoptTaskThread(Kernel kernel) {
    anyTaskThread = true;
    OF_TASK_THREAD.set(kernel);
  }
}
