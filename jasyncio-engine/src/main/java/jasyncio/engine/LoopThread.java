package jasyncio.engine;

import java.util.concurrent.SynchronousQueue;
import org.jspecify.annotations.Nullable;

/// A virtual thread that runs one job after the other for callers that wait.
final class LoopThread {
  private static final Runnable END = () -> {};

  private final SynchronousQueue<Runnable> jobs = new SynchronousQueue<>();
  private final SynchronousQueue<Runnable> ended = new SynchronousQueue<>();

  /// What the last job threw; handed over by `ended`.
  private @Nullable Throwable failure;

  /// Whether the last job left the thread interrupted, which is the caller's to know; handed over
  /// by `ended`.
  private boolean leftInterrupted;

  LoopThread() {
    Thread.ofVirtual().name("jasyncio-loop").start(this::work);
  }

  /// Runs `job` to its end; what it throws is thrown here. An interrupt of the caller is kept for
  /// later.
  void run(Runnable job) {
    boolean interrupted = Thread.interrupted();
    interrupted |= handOver(jobs, job);
    while (true) {
      try {
        ended.take();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted || leftInterrupted) {
      Thread.currentThread().interrupt();
    }
    Throwable thrown = failure;
    if (thrown != null) {
      failure = null;
      throw Sneaky.rethrow(thrown);
    }
  }

  void close() {
    if (handOver(jobs, END)) {
      Thread.currentThread().interrupt();
    }
  }

  private void work() {
    while (true) {
      Runnable job;
      try {
        job = jobs.take();
      } catch (InterruptedException e) {
        continue;
      }
      if (job == END) {
        return;
      }
      try {
        job.run();
      } catch (Throwable t) {
        failure = t;
      }
      leftInterrupted = Thread.interrupted();
      handOver(ended, END);
    }
  }

  /// Whether the caller was interrupted meanwhile.
  private static boolean handOver(SynchronousQueue<Runnable> queue, Runnable item) {
    boolean interrupted = false;
    while (true) {
      try {
        queue.put(item);
        return interrupted;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
  }
}
