package jasyncio.testing;

import static jasyncio.Asyncio.await;

import jasyncio.AsyncAction;
import jasyncio.Asyncio;
import jasyncio.LoopConfig;
import jasyncio.Task;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One run of a scenario on a loop of its own, with the victim cancelled at one point.
final class SweepRun {
  private final CancelSweep sweep;
  private final CancelPoint point;
  private final Canceller canceller;
  private final World world;

  /// What is awaited right now; the first words of the report if that never ends.
  private String phase = "the scenario itself does not end";

  SweepRun(CancelSweep sweep, CancelPoint point) {
    this.sweep = sweep;
    this.point = point;
    this.canceller = new Canceller(point);
    this.world = new World(canceller);
  }

  /// Runs it.
  ///
  /// @param mayMiss whether it is in order that the run does not come to the point
  /// @return what was done to the victim
  /// @throws AssertionError if anything is not in order
  Canceller run(boolean mayMiss) {
    CheckedLoop loop = newLoop();
    try {
      loop.run(this::body);
      phase = "not everything was cleaned up";
      if (!sweep.timersMayBeLeft() && loop.hasOnlyTimers()) {
        throw new AssertionError("a timer is still set; cancel it, or allow it: leavingTimers()");
      }
    } catch (Throwable t) {
      AssertionError failure = failure(t);
      loop.closeAfter(failure);
      throw failure;
    }
    try {
      loop.close();
    } catch (AssertionError e) {
      throw failure(e);
    }
    if (canceller.missed() && !mayMiss) {
      phase = "this point was not reached";
      throw failure(new AssertionError("the scenario does not do the same in each run"));
    }
    return canceller;
  }

  private CheckedLoop newLoop() {
    LoopConfig config = sweep.config().withInstrument(canceller).withBlockedLimit(Duration.ZERO);
    if (point.schedule() != 0) {
      config = config.withChooser(new SeededChooser(point.schedule()));
    }
    return sweep.isOnRealTime()
        ? CheckedLoop.onRealTime(config, sweep.limit())
        : CheckedLoop.onVirtualTime(config, sweep.limit());
  }

  private void body() throws Throwable {
    sweep.scenario().set(world);
    Task<?> victim = world.victimOrFail();
    phase = "the victim does not end";
    await(Asyncio.wait(List.of(victim)));
    phase = "the victim ended in a wrong way";
    checkEnd(victim);
    phase = "a helper does not end";
    awaitAll(world.helpers());
    phase = "a helper failed";
    for (Task<?> helper : world.helpers()) {
      result(helper);
    }
    phase = "a check does not end, or failed";
    for (AsyncAction check : world.checks()) {
      check.run();
    }
    phase = "a background task does not end, or failed";
    world.background().forEach(Task::cancel);
    awaitAll(world.background());
    for (Task<?> task : world.background()) {
      if (!task.cancelled()) {
        result(task);
      }
    }
  }

  private static void awaitAll(List<Task<?>> tasks) {
    if (!tasks.isEmpty()) {
      await(Asyncio.wait(tasks));
    }
  }

  private static @Nullable Object result(Task<?> task) {
    return await(task);
  }

  private void checkEnd(Task<?> victim) throws Throwable {
    boolean asked = canceller.requests() > 0;
    Throwable failure = victim.cancelled() ? null : victim.exception();
    if (!asked && victim.cancelled()) {
      throw new AssertionError("it was cancelled, but not by the sweep");
    }
    if (!asked && failure != null) {
      throw failure;
    }
    if (asked && !victim.cancelled() && !world.survivalAllowed()) {
      throw new AssertionError(
          "it was cancelled, but ended "
              + (failure == null ? "with the result " + victim.result() : "with " + failure)
              + ". Let the CancelledError out, or say world.victimMaySurvive()",
          failure);
    }
    if (victim.cancelling() != canceller.requests()) {
      throw new AssertionError(
          "victim.cancelling() is "
              + victim.cancelling()
              + " after "
              + canceller.requests()
              + " requests: somebody else's cancel() or uncancel() is not balanced");
    }
  }

  private AssertionError failure(Throwable cause) {
    StringBuilder text = new StringBuilder();
    text.append("Cancel sweep of ").append(sweep.name()).append(": ").append(phase);
    text.append(", when it is ").append(point.inWords()).append(".\n");
    text.append(cause.getMessage() == null ? cause : cause.getMessage());
    if (!canceller.stack().isEmpty()) {
      text.append("\nThe victim stood at:");
      canceller.stack().forEach(frame -> text.append("\n\tat ").append(frame));
    }
    text.append("\nTo run only this: sweep.only(").append(point).append(')');
    return new AssertionError(text.toString(), cause);
  }
}
