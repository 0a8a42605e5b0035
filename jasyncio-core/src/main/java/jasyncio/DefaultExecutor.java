package jasyncio;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/// A virtual thread for each call: thousands of blocking calls at once, for about a microsecond
/// each.
final class DefaultExecutor implements Executor {
  private final Set<Thread> running = ConcurrentHashMap.newKeySet();

  /// Volatile: set by the loop, read by whoever submits.
  private volatile boolean down;

  DefaultExecutor() {}

  @Override
  public void execute(Runnable work) {
    if (down) {
      throw new IllegalStateException("Executor shutdown has been called");
    }
    start("jasyncio-worker", work);
  }

  /// Runs what cancels other work, also while that is waited for in the end.
  void executeCancel(Runnable hook) {
    start("jasyncio-canceller", hook);
  }

  private void start(String name, Runnable work) {
    Thread thread =
        Thread.ofVirtual()
            .name(name)
            .unstarted(() -> {
              try {
                work.run();
              } finally {
                running.remove(Thread.currentThread());
              }
            });
    running.add(thread);
    thread.start();
  }

  /// Waits in the current task, not on a thread of the loop.
  void shutdown(EventLoop loop, Duration timeout) throws Throwable {
    down = true;
    if (running.isEmpty()) {
      return;
    }
    Future<@Nullable Void> ended = loop.createFuture();
    Thread joiner =
        Thread.ofVirtual()
            .name("jasyncio-joiner")
            .start(() -> {
              try {
                for (Thread thread : running) {
                  thread.join();
                }
              } catch (InterruptedException _) {
                return; // the deadline has passed
              }
              loop.tryPost(() -> ended.trySetResult(null));
            });
    try {
      Timeout.after(timeout).<@Nullable Void>call(_ -> Traps.await(ended));
    } catch (TimeoutError _) {
      loop.callExceptionHandler(
          ExceptionContext.of(
              "The executor did not finish joining its threads within "
                  + timeout.toSeconds()
                  + " seconds; still running: "
                  + running.size()));
      shutdownNow();
    } finally {
      joiner.interrupt();
    }
  }

  /// Whether it has been shut down, so that its threads may have been interrupted. Callable from
  /// any thread.
  boolean isDown() {
    return down;
  }

  /// Interrupts what is still running.
  void shutdownNow() {
    down = true;
    running.forEach(Thread::interrupt);
  }
}
