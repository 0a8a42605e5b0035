package jasyncio;

import java.util.List;
import java.util.concurrent.TimeUnit;

/// What a stack that blocks a loop says about the way out.
final class BlockedAdvice {
  private static final long START_UP_NANOS = TimeUnit.SECONDS.toNanos(10);

  /// How deep below the blocking frame the culprit's own frames may begin.
  private static final int LOOKED_AT = 12;

  private BlockedAdvice() {}

  /// The advice, as a sentence.
  static String about(List<StackTraceElement> stack) {
    List<StackTraceElement> top = stack.subList(0, Math.min(LOOKED_AT, stack.size()));
    if (stack.stream().anyMatch(frame -> isDatabase(frame.getClassName()))) {
      return "A database driver blocks until its server answers: call it in await(toThread(...)).";
    }
    if (top.stream().anyMatch(frame -> isFuture(frame.getClassName()))) {
      return "Waiting for a future of Java blocks all tasks of the loop: await(future) takes it.";
    }
    if (top.stream().anyMatch(frame -> isSynchronizer(frame.getClassName()))) {
      return "Locks and queues of java.util.concurrent block all tasks of the loop, the one as well"
          + " that would let this go on: use those of jasyncio.sync.";
    }
    return "Blocking code belongs into toThread(...).";
  }

  /// Whether this is a program that is starting: the JVM loads and links classes.
  ///
  /// @param running how long the loop has been running, in nanoseconds
  static boolean isStartUp(List<StackTraceElement> stack, long running) {
    return running < START_UP_NANOS
        && stack.stream().anyMatch(frame -> isLoading(frame.getClassName(), frame.getMethodName()));
  }

  private static boolean isLoading(String type, String method) {
    return type.startsWith("jdk.internal.loader.")
        || (type.equals("java.lang.ClassLoader") && method.startsWith("loadClass"))
        || type.equals("java.lang.invoke.MethodHandleNatives")
        || type.equals("java.lang.invoke.LambdaMetafactory");
  }

  private static boolean isDatabase(String type) {
    return type.startsWith("java.sql.")
        || type.startsWith("javax.sql.")
        || type.contains(".jdbc.")
        || type.startsWith("org.h2.")
        || type.startsWith("org.mariadb.")
        || type.startsWith("org.sqlite.");
  }

  private static boolean isFuture(String type) {
    return type.startsWith("java.util.concurrent.CompletableFuture")
        || type.equals("java.util.concurrent.FutureTask")
        || type.equals("java.util.concurrent.ForkJoinTask");
  }

  private static boolean isSynchronizer(String type) {
    return type.startsWith("java.util.concurrent.locks.")
        || (type.startsWith("java.util.concurrent.")
            && (type.contains("Queue")
                || type.contains("Deque")
                || type.contains("Semaphore")
                || type.contains("Latch")
                || type.contains("Barrier")
                || type.contains("Phaser")
                || type.contains("Exchanger")));
  }
}
