package jasyncio;

import org.jspecify.annotations.Nullable;

/// Which loop's code a thread is running.
final class RunningKernel {
  /// The loop that ran last, if it still does. Plain on purpose: a thread that finds itself in
  /// `carrier.thread` wrote that itself, and any other, whatever it sees here, falls through to its
  /// own slot.
  private static @Nullable Kernel last;

  /// The loop of each thread that runs one; read only where several loops run at once.
  private static final ThreadLocal<@Nullable Kernel> OF_THREAD = new ThreadLocal<>();

  private RunningKernel() {}

  /// The loop whose code this thread is running, or null.
  static @Nullable Kernel orNull() {
    Kernel kernel = last;
    if (kernel != null && kernel.carrier.isCurrent()) {
      return kernel;
    }
    kernel = OF_THREAD.get();
    return kernel != null && kernel.carrier.isCurrent() ? kernel : null;
  }

  /// The loop that has begun to run on this thread, whoever's code runs on it now.
  static @Nullable Kernel ofThread() {
    return OF_THREAD.get();
  }

  static void begin(Kernel kernel) {
    last = kernel;
    adoptThread(kernel);
  }

  static void end(Kernel kernel) {
    OF_THREAD.remove();
    if (last == kernel) {
      last = null;
    }
  }

  /// Declares that this thread runs the loop's code now and then; for the threads of the fallback
  /// engine.
  static void adoptThread(Kernel kernel) {
    OF_THREAD.set(kernel);
  }
}
