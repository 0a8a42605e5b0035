package jasyncio;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Notices a loop that one step holds for too long, and says who does it while it still does. One
/// daemon thread for all loops of the JVM, which lives while a loop runs.
final class Watchdog {
  /*
   * Overview
   *
   * A loop counts the items it runs in a plain field, and says in another whether it waits for
   * work; that is all it pays. The watchdog looks at both twice within the limit. A count that
   * stands still in a loop that does not wait is a step that goes on; how long is known to within
   * one look.
   */

  /// The shortest time between two looks: debug mode's limit is 100 ms.
  private static final long SHORTEST_PERIOD_NANOS = 20_000_000;

  private static final ReentrantLock LOCK = new ReentrantLock();
  private static final List<Watch> WATCHES = new CopyOnWriteArrayList<>();

  /// The thread that may go on looking. Volatile: the thread reads it without the lock.
  private static volatile @Nullable Thread thread;

  /// How the thread is started; tests plant a delay here.
  static Consumer<Thread> starter = Thread::start;

  private Watchdog() {}

  /// Watches a loop that begins to run. Does nothing if its limit is zero.
  static void watch(Kernel kernel) {
    if (kernel.blockedLimitNanos() <= 0) {
      return;
    }
    LOCK.lock();
    try {
      WATCHES.add(new Watch(kernel));
      Thread current = thread;
      if (current == null || !current.isAlive()) {
        startThread();
      } else {
        LockSupport.unpark(current); // the new loop may have a shorter limit
      }
    } finally {
      LOCK.unlock();
    }
  }

  /// Starts the thread when it is published already: it ends as soon as it is not the published
  /// one.
  private static void startThread() {
    Thread next = Thread.ofPlatform().daemon().name("jasyncio-watchdog").unstarted(Watchdog::run);
    thread = next;
    boolean started = false;
    try {
      starter.accept(next);
      started = true;
    } finally {
      if (!started) { // the system gives no more threads
        thread = null;
      }
    }
  }

  /// Stops watching. When it returns after the last one, the thread has ended.
  static void unwatch(Kernel kernel) {
    Thread ending = null;
    LOCK.lock();
    try {
      if (WATCHES.removeIf(watch -> watch.kernel == kernel) && WATCHES.isEmpty()) {
        ending = thread;
        thread = null;
      }
    } finally {
      LOCK.unlock();
    }
    if (ending != null) {
      LockSupport.unpark(ending);
      join(ending);
    }
  }

  private static void join(Thread ending) {
    boolean interrupted = false;
    while (true) {
      try {
        ending.join();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static void run() {
    while (thread == Thread.currentThread()) {
      OpenLoops.reportCollected();
      long period = Long.MAX_VALUE;
      for (Watch watch : WATCHES) {
        period = Math.min(period, watch.kernel.blockedLimitNanos() / 2);
        lookAt(watch);
      }
      LockSupport.parkNanos(Math.max(period, SHORTEST_PERIOD_NANOS));
    }
  }

  /// What fails while one loop is looked at must not end the watch over all of them.
  private static void lookAt(Watch watch) {
    try {
      watch.look(System.nanoTime());
    } catch (Throwable t) {
      System.err.println("jasyncio: the watchdog failed with " + t + " and goes on");
    }
  }

  /// One loop, as seen by the watchdog's thread.
  private static final class Watch {
    private final Kernel kernel;
    private final long begun = System.nanoTime();
    private long seenProgress = -1;
    private long since;
    private long reportAfter;
    private String culprit = "";
    private boolean reported;

    Watch(Kernel kernel) {
      this.kernel = kernel;
    }

    void look(long now) {
      long progress = kernel.progress();
      if (progress != seenProgress || kernel.isWaiting()) {
        if (reported) {
          send(
              new BlockedLoop(
                  kernel.loop, culprit, Duration.ofNanos(now - since), List.of(), false, true));
        }
        seenProgress = progress;
        since = now;
        reportAfter = kernel.blockedLimitNanos();
        reported = false;
        return;
      }
      if (now - since < reportAfter) {
        return;
      }
      Thread stuck = kernel.carrier.thread();
      if (stuck == null) {
        return; // between two runs
      }
      Task<?> task = kernel.currentTask;
      culprit = task == null ? "a callback" : "task " + task.getName();
      List<StackTraceElement> stack = StackFrames.trim(stuck.getStackTrace());
      if (kernel.progress() != seenProgress) {
        return; // it just went on, and this is another step's stack
      }
      if (BlockedAdvice.isStartUp(stack, now - begun)) {
        return; // slow, but nothing that the program could do about
      }
      reported = true;
      reportAfter *= 2;
      boolean waitsForMonitor = stuck.getState() == Thread.State.BLOCKED;
      send(
          new BlockedLoop(
              kernel.loop, culprit, Duration.ofNanos(now - since), stack, waitsForMonitor, false));
    }

    private void send(BlockedLoop report) {
      BlockedLoop.Handler handler = kernel.loop.getBlockedLoopHandler();
      try {
        if (handler == null) {
          System.getLogger("jasyncio").log(System.Logger.Level.WARNING, report.toString());
        } else {
          handler.onBlockedLoop(report);
        }
      } catch (Throwable t) {
        System.err.println(
            "jasyncio: the handler of blocked loops failed with " + t + " on: " + report);
      }
    }
  }
}
