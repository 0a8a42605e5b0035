package jasyncio.engine;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/// What the suites of this package share: fibers that know themselves, and a loop that runs them in
/// turn.
final class Fibers {
  private Fibers() {}

  /// A fiber whose body gets the fiber.
  static Fiber fiber(Carrier carrier, Consumer<Fiber> body) {
    Fiber[] self = new Fiber[1];
    self[0] = carrier.newFiber(() -> body.accept(self[0]));
    return self[0];
  }

  /// Runs `job` as the loop of a new carrier of this JVM's engine.
  static void inLoop(Consumer<Carrier> job) {
    Carrier carrier = Engine.selected().newCarrier();
    try {
      carrier.run(() -> job.accept(carrier));
    } finally {
      carrier.close();
    }
  }

  /// Resumes the fibers one after the other until all have ended.
  static void runInTurn(Fiber... fibers) {
    Deque<Fiber> ready = new ArrayDeque<>();
    for (Fiber fiber : fibers) {
      ready.add(fiber);
    }
    while (!ready.isEmpty()) {
      Fiber next = ready.remove();
      next.resume();
      if (!next.isDone()) {
        ready.add(next);
      }
    }
  }

  /// Runs `job` on a platform thread of its own; what it throws is thrown here.
  static void onNewThread(Runnable job) {
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    Thread thread =
        Thread.ofPlatform()
            .daemon()
            .start(() -> {
              try {
                job.run();
              } catch (Throwable t) {
                thrown.set(t);
              }
            });
    join(thread);
    if (thrown.get() != null) {
      throw Sneaky.rethrow(thrown.get());
    }
  }

  /// Whether another thread can enter the monitor of `lock` and leave it again.
  static boolean isFree(Object lock) {
    Thread thread =
        Thread.ofPlatform()
            .daemon()
            .start(() -> {
              synchronized (lock) {
                lock.hashCode();
              }
            });
    try {
      return thread.join(java.time.Duration.ofSeconds(20));
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  static void join(Thread thread) {
    try {
      if (!thread.join(java.time.Duration.ofSeconds(60))) {
        throw new AssertionError("still running: " + java.util.List.of(thread.getStackTrace()));
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
