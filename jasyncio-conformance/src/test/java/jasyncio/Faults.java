package jasyncio;

import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What planted defects do instead of the right thing. Each method stands in for a call in the
/// library: see the conformance module's list of defects.
public final class Faults {
  private static int depth;
  private static boolean delivering;

  private Faults() {}

  // ---- the loop ----

  public static int atMostOne(ReadyQueue ready) {
    return Math.min(1, ready.size());
  }

  public static void timersFirst(TimerHeap timers, long now, ReadyQueue ready) {
    ArrayDeque<Object> before = new ArrayDeque<>();
    while (!ready.isEmpty()) {
      before.add(ready.take());
    }
    timers.moveDue(now, ready);
    before.forEach(ready::add);
  }

  public static void addFirst(ReadyQueue ready, Object item) {
    ArrayDeque<Object> others = new ArrayDeque<>();
    while (!ready.isEmpty()) {
      others.add(ready.take());
    }
    ready.add(item);
    others.forEach(ready::add);
  }

  /// Runs what a future wakes at once, as a nested step.
  public static void runInPlace(ReadyQueue ready, Object item) {
    if (item instanceof Handle handle && depth < 50) {
      depth++;
      try {
        handle.invoke();
      } finally {
        depth--;
      }
      return;
    }
    if (item instanceof Task<?> task && task.kernel.isRunning() && depth < 50) {
      depth++;
      Kernel kernel = task.kernel;
      Task<?> outer = kernel.currentTask;
      boolean nested = kernel.nested;
      kernel.nested = true;
      try {
        task.step();
      } finally {
        depth--;
        kernel.nested = nested;
        kernel.currentTask = outer;
      }
      return;
    }
    ready.add(item);
  }

  public static void invokeNow(Kernel kernel, Handle handle) {
    handle.invoke();
  }

  // ---- futures and tasks ----

  public static boolean yieldIfDone(Future<?> future) {
    if (future.done()) {
      Traps.yieldOnce();
    }
    return future.done();
  }

  /// Delivers a cancellation a turn late.
  public static boolean cancelLater(Task<?> task, @Nullable String message) {
    if (delivering || task.done()) {
      return false;
    }
    task.kernel.loop.callSoon(() -> {
      delivering = true;
      try {
        task.cancel(message);
      } finally {
        delivering = false;
      }
    });
    return true;
  }

  public static boolean isCancelling(Task<?> task, @Nullable String message) {
    return task.cancelling() > 0;
  }

  public static boolean cancelWithoutMessage(Future<?> future, @Nullable String message) {
    return future.cancel(null);
  }

  public static void failInstead(Task<?> task, CancelledError error) {
    task.fail(new IllegalStateException("cancelled"));
  }

  public static Boolean eager(TaskOptions options) {
    return true;
  }

  public static Boolean notEager(TaskOptions options) {
    return false;
  }

  public static Object sameContext() {
    return Context.current();
  }

  // ---- combinators and scopes ----

  public static boolean always(java.time.Duration delay) {
    return true;
  }

  public static <T> T awaitAndYield(Future<T> future) {
    T result = Traps.await(future);
    Traps.yieldOnce();
    return result;
  }

  public static <T> T awaitAsTask(Awaitable<T> awaitable) {
    return Asyncio.await(Asyncio.ensureFuture(awaitable));
  }

  public static <T> void setResultSoon(Future<T> future, T result) {
    future.kernel.loop.callSoon(() -> {
      if (!future.done()) {
        future.setResult(result);
      }
    });
  }

  public static int removeAndCancel(
      Future<?> future, java.util.function.Consumer<Object> callback) {
    future.cancel();
    return 1;
  }

  public static int uncancelIsZero(Task<?> task) {
    task.uncancel();
    return 0;
  }

  public static int wouldUncancel(Task<?> task) {
    return task.cancelling() - 1;
  }

  public static BaseExceptionGroup firstOnly(String message, List<? extends Throwable> errors) {
    return BaseExceptionGroup.of(message, errors.subList(0, 1));
  }

  // ---- jasyncio.sync ----

  public static boolean pushFirst(ArrayDeque<Object> line, Object item) {
    line.addFirst(item);
    return true;
  }

  public static boolean wakeAndGoOn(Future<Object> waiter, @Nullable Object result) {
    if (!waiter.done()) {
      waiter.setResult(null);
    }
    return false;
  }

  public static Coroutine<@Nullable Void> closeNothing(AsyncGenerator<?> generator) {
    return Asyncio.async(() -> {});
  }

  public static boolean looksEmpty(jasyncio.sync.Queue<?> queue) {
    return true;
  }
}
