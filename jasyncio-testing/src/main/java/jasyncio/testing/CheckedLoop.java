package jasyncio.testing;

import jasyncio.AsyncAction;
import jasyncio.AsyncBody;
import jasyncio.EventLoop;
import jasyncio.ExceptionContext;
import jasyncio.Handle;
import jasyncio.LoopConfig;
import jasyncio.Runner;
import jasyncio.Task;
import jasyncio.spi.IoDriver;
import jasyncio.spi.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The loop of one test: a wait without end fails with who waits for what, and so does whatever is
/// left behind: tasks, timers, reports to the exception handler.
final class CheckedLoop {
  private final Runner runner;
  private final @Nullable TestTime time;
  private final Duration limit;
  private final List<ExceptionContext> reports = new ArrayList<>();
  private final Resources resources;
  private boolean stuck;

  private CheckedLoop(
      LoopConfig config, @Nullable TestTime time, Duration limit, boolean withPlaces) {
    this.runner = Runner.of(config);
    this.time = time;
    this.limit = limit;
    this.resources = new Resources(time, withPlaces);
    EventLoop loop = runner.getLoop();
    loop.setExceptionHandler((_, report) -> reports.add(report));
    loop.setResourceWatch(resources);
  }

  /// A loop on virtual time.
  ///
  /// @param limit how long one run may take on the loop's clock
  static CheckedLoop onVirtualTime(LoopConfig config, Duration limit) {
    return onVirtualTime(config, limit, true);
  }

  /// The same.
  ///
  /// @param withPlaces whether it can tell where a task that is left was made
  static CheckedLoop onVirtualTime(LoopConfig config, Duration limit, boolean withPlaces) {
    TestTime time = new TestTime();
    return new CheckedLoop(
        config.withClock(time).withDriver((_, _) -> time), time, limit, withPlaces);
  }

  /// A loop with the clock and the driver of `config`.
  static CheckedLoop onRealTime(LoopConfig config, Duration limit) {
    return new CheckedLoop(config, null, limit, true);
  }

  /// Runs `body` as the main task. What it throws is thrown.
  ///
  /// @throws AssertionError if it waits for something that will never happen, or for too long
  void run(AsyncAction body) {
    try {
      if (time != null) {
        time.allow(limit);
        runner.run(body);
      } else {
        runOnRealTime(body);
      }
    } catch (VirtualTime.Deadlock e) {
      throw stuck("deadlock", e);
    } catch (TestTime.Overrun e) {
      throw stuck("not done within " + limit + " of virtual time", e);
    }
  }

  /// Runs `body` as the main task, and returns its result.
  ///
  /// @throws AssertionError as [#run(AsyncAction)]
  <T extends @Nullable Object> T get(AsyncBody<? extends T> body) {
    List<T> result = new ArrayList<>(1);
    run((AsyncAction) () -> result.add(body.run()));
    return result.getFirst();
  }

  private void runOnRealTime(AsyncAction body) {
    EventLoop loop = runner.getLoop();
    boolean[] overran = {false};
    Handle alarm =
        loop.callLater(
            limit,
            () -> {
              overran[0] = true;
              loop.stop();
            });
    try {
      runner.run(body);
    } catch (IllegalStateException e) {
      if (overran[0]) {
        throw stuck("not done within " + limit, e);
      }
      throw e;
    } finally {
      alarm.cancel();
    }
  }

  private AssertionError stuck(String what, Throwable cause) {
    stuck = true;
    String waiting = WaitingTasks.describe(runner.getLoop().allTasks());
    return new AssertionError(
        what + at() + ": " + cause.getMessage() + ". The tasks and what they wait for:\n" + waiting,
        cause);
  }

  /// ` at 1.5 s`, where a number means something.
  private String at() {
    return time == null ? "" : " at " + time.nanoTime() / 1e9 + " s";
  }

  /// Whether a timer is set and nothing else would happen; asked on virtual time only.
  boolean hasOnlyTimers() {
    TestTime virtual = time;
    if (virtual == null || !runner.getLoop().allTasks().isEmpty()) {
      return false;
    }
    EventLoop loop = runner.getLoop();
    long[] wait = {IoDriver.FOREVER};
    virtual.tell(nanos -> {
      wait[0] = nanos;
      loop.stop();
    });
    loop.runForever();
    return wait[0] != IoDriver.FOREVER;
  }

  /// Closes the loop after a run that went well.
  ///
  /// @throws AssertionError if tasks were left, or anything was reported, even while closing
  void close() {
    List<String> findings = new ArrayList<>();
    List<Throwable> causes = new ArrayList<>();
    Set<Task<?>> left = runner.getLoop().allTasks();
    if (!left.isEmpty()) {
      findings.add(
          (left.size() == 1 ? "a task was left" : left.size() + " tasks were left")
              + " running; await it, or cancel and await it:\n"
              + WaitingTasks.describe(left)
              + left.stream()
                  .map(task -> "\n" + task.getName() + " was made at " + resources.placeOf(task))
                  .collect(Collectors.joining()));
    }
    findings.addAll(resources.left());
    try {
      runner.close();
    } catch (Throwable t) {
      findings.add("the loop could not be closed: " + t);
      causes.add(t);
    }
    for (ExceptionContext report : reports) {
      findings.add("the exception handler was told: " + report);
      Throwable cause = report.exception() == null ? report.source() : report.exception();
      if (cause != null) {
        causes.add(cause);
      }
    }
    if (!findings.isEmpty()) {
      AssertionError failure = new AssertionError(String.join("\n", findings));
      causes.forEach(failure::addSuppressed);
      throw failure;
    }
  }

  /// Closes the loop after a run that has failed, and adds to `failure` what was reported before:
  /// it may be the reason.
  void closeAfter(Throwable failure) {
    if (stuck) {
      runner.getLoop().close(); // its tasks would not end, so nobody waits for them
      return;
    }
    List<ExceptionContext> before = List.copyOf(reports);
    try {
      runner.close();
    } catch (Throwable t) {
      failure.addSuppressed(t);
    }
    for (ExceptionContext report : before) {
      failure.addSuppressed(
          new AssertionError("the exception handler was told: " + report, report.exception()));
    }
  }
}
