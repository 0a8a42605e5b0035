package jasyncio;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;

/// When the JVM ends: says what the loops that are still open leave unsaid. Of a loop that does not
/// run these are the failures nobody looked at and the tasks that are pending; of one that runs on,
/// the failures, and the tasks if nothing but a daemon thread would have finished them.
///
/// A loop that a program closes has said all this before, so this is about programs that end
/// without that.
final class ExitReport implements Runnable {
  /*
   * Overview
   *
   * A shutdown hook, there while a loop is open. It runs beside the hook that takes the JDK's
   * loggers down, so what has no exception handler goes to System.err and not to a logger.
   *
   * A loop that runs is asked, on its own thread, and has LIMIT_MILLIS to answer. One that does not
   * is held by its own code, most often by that which ends the JVM, and then reading it from here
   * reads what stands still.
   */
  private static final long LIMIT_MILLIS = 200;
  static final int MOST_TASKS = 100;

  private static final ReentrantLock LOCK = new ReentrantLock();
  private static final Thread HOOK =
      Thread.ofPlatform()
          .name("jasyncio-exit")
          .inheritInheritableThreadLocals(false)
          .unstarted(new ExitReport());
  private static boolean hooked;

  ExitReport() {}

  /// Hooks the report in while there are open loops.
  static void expect(Collection<?> open) {
    LOCK.lock();
    try {
      if (hooked != open.isEmpty()) {
        return;
      }
      if (hooked) {
        Runtime.getRuntime().removeShutdownHook(HOOK);
      } else {
        Runtime.getRuntime().addShutdownHook(HOOK);
      }
      hooked = !hooked;
    } catch (IllegalStateException e) { // the JVM is ending already
      hooked = true;
    } finally {
      LOCK.unlock();
    }
  }

  @Override
  public void run() {
    OpenLoops.reportCollected();
    List<Asked> asked = new ArrayList<>();
    for (EventLoop loop : OpenLoops.all()) {
      if (loop.isRunning()) {
        asked.add(new Asked(loop));
      } else {
        reportIdle(loop);
      }
    }
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LIMIT_MILLIS);
    for (Asked question : asked) {
      question.awaitAnswer(deadline);
    }
  }

  private static void reportIdle(EventLoop loop) {
    Collection<Task<?>> tasks = loop.kernel.tasks.snapshot();
    boolean all = loop.getExceptionHandler() != null; // a handler of the program, and not the log
    tasks.stream()
        .limit(all ? Long.MAX_VALUE : MOST_TASKS)
        .map(ExceptionContext.of("Task was destroyed but it is pending!")::withTask)
        .forEach(report -> tell(loop, report));
    if (tasks.size() > MOST_TASKS && !all) {
      tell(loop, more(loop, tasks.size()));
    }
    loop.kernel.losses.all().forEach(report -> tell(loop, report));
    if (loop.getDebug()) {
      tell(loop, ExceptionContext.of("unclosed event loop " + loop));
    }
  }

  /// The rest in one line, where of many destroyed tasks only the first have been told.
  static ExceptionContext more(EventLoop loop, int tasks) {
    return ExceptionContext.of(
        "... and so were " + (tasks - MOST_TASKS) + " more tasks of " + loop);
  }

  private static void tell(EventLoop loop, ExceptionContext report) {
    try {
      if (loop.getExceptionHandler() == null) {
        ExceptionReport.print(report);
      } else {
        loop.callExceptionHandler(report);
      }
    } catch (Throwable t) { // a KeyboardInterrupt of the handler, or no stack: the others go on
      System.err.println("jasyncio: " + report.message() + "; and the report of it failed: " + t);
    }
  }

  /// A loop that runs, and has been asked what it leaves unsaid.
  private static final class Asked {
    private final EventLoop loop;
    private final CountDownLatch answered = new CountDownLatch(1);

    /// Atomic: the loop may begin to answer just when it is not waited for any more.
    private final AtomicBoolean said = new AtomicBoolean();

    Asked(EventLoop loop) {
      this.loop = loop;
      loop.tryPost(this::answer);
    }

    private void answer() {
      if (said.compareAndSet(false, true)) {
        reportRunning(loop);
      }
      answered.countDown();
    }

    void awaitAnswer(long deadline) {
      try {
        if (isEndingTheJvm(loop)
            || !answered.await(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
          answer();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /// Whether the loop's own code has called `System.exit`, and so waits for this hook.
  private static boolean isEndingTheJvm(EventLoop loop) {
    Thread thread = loop.kernel.carrier.thread();
    if (thread == null) {
      return false;
    }
    for (StackTraceElement frame : thread.getStackTrace()) {
      if (frame.getClassName().equals("java.lang.Shutdown")) {
        return true;
      }
    }
    return false;
  }

  private static void reportRunning(EventLoop loop) {
    loop.kernel.losses.all().forEach(report -> tell(loop, report));
    int unfinished = loop.kernel.tasks.count.get();
    if (unfinished > 0 && loop.kernel.isHomeDaemon()) {
      tell(
          loop,
          ExceptionContext.of(
              "the JVM ends while "
                  + loop
                  + " runs on a daemon thread, with "
                  + unfinished
                  + " pending tasks. Close the loop first, or wait for them"));
    }
  }
}
