package jasyncio.testing;

import jasyncio.LoopConfig;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Finds out whether a piece of code can be cancelled anywhere: runs a scenario again and again,
/// and cancels its victim at each of its suspension points in turn.
///
/// ```java
/// CancelSweep.of("Lock.acquire", world -> {
///   Lock lock = new Lock();
///   world.helper(() -> await(lock.with(() -> await(sleep(seconds(1))))));
///   world.victim(() -> await(lock.with(() -> await(sleep(seconds(1))))));
///   world.helper(() -> await(lock.acquire()));
///   world.check(() -> assertThat(lock.statistics().waiting()).isZero());
/// }).run();
/// ```
///
/// The first run cancels nothing and counts. Then the victim is cancelled before it starts; right
/// after each suspension; and after each wake-up, when what it waited for has happened and it has
/// not run yet, which is where results get lost. Where it suspends while it cleans up, it is
/// cancelled a second time there.
///
/// In each run the victim must end, by its cancellation; the helpers must end; the checks must
/// hold; and nothing may be left behind: no task, no timer, no report to the exception handler, no
/// request for cancellation that was not asked for. Each run has a loop of its own on virtual time,
/// so all of this takes no time, and a wait without end is an error with a stack and not a hanging
/// test.
///
/// Immutable: each `with` method returns a changed copy. [#run()] is called on a thread that runs
/// no loop.
public final class CancelSweep {
  /// How long a run may take on the loop's clock: long enough for any timeout, short enough to end
  /// what polls for ever.
  private static final Duration VIRTUAL_LIMIT = Duration.ofDays(1);

  private static final Duration REAL_LIMIT = Duration.ofSeconds(30);

  /// How often a point is tried on real time, where a run may end before it.
  private static final int REAL_ATTEMPTS = 3;

  /// More suspensions than this make a sweep too long: the scenario should be smaller.
  private static final int MAX_SUSPENSIONS = 1_000;

  private final String name;
  private final Scenario scenario;
  private final LoopConfig config;
  private final boolean realTime;
  private final boolean timersMayBeLeft;
  private final @Nullable Duration limit;
  private final int schedules;

  private CancelSweep(
      String name,
      Scenario scenario,
      LoopConfig config,
      boolean realTime,
      boolean timersMayBeLeft,
      @Nullable Duration limit,
      int schedules) {
    this.name = name;
    this.scenario = scenario;
    this.config = config;
    this.realTime = realTime;
    this.timersMayBeLeft = timersMayBeLeft;
    this.limit = limit;
    this.schedules = schedules;
  }

  /// What a sweep runs: makes everything anew and tells the world about it.
  @FunctionalInterface
  public interface Scenario {
    /// Called in the main task of each run. It may await, but then the victim runs before it is
    /// back.
    ///
    /// @param world takes the tasks and checks of this run
    /// @throws Throwable anything
    void set(World world) throws Throwable;
  }

  /// What a sweep did.
  ///
  /// @param name its name
  /// @param suspensions how often the victim suspends when it is not cancelled; of several
  ///   schedules, the most
  /// @param runs how many runs were made
  /// @param missed how many points were left out because the runs on real time that should have
  ///   cancelled there ended before; 0 on virtual time
  public record Report(String name, int suspensions, int runs, int missed) {}

  /// {@return a sweep of `scenario`}
  ///
  /// @param name what is swept, for the report
  /// @param scenario makes the world of each run
  public static CancelSweep of(String name, Scenario scenario) {
    return new CancelSweep(
        Objects.requireNonNull(name, "name"),
        Objects.requireNonNull(scenario, "scenario"),
        LoopConfig.defaults(),
        false,
        false,
        null,
        1);
  }

  /// Makes the loops with `config`, for debug mode say. Its clock, driver, chooser and instrument
  /// are replaced.
  ///
  /// @param config the settings of the loops
  /// @return a copy with that setting
  public CancelSweep withConfig(LoopConfig config) {
    return new CancelSweep(name, scenario, config, realTime, timersMayBeLeft, limit, schedules);
  }

  /// Gives each run so much time on its loop's clock instead of a day, or 30 s of real time.
  ///
  /// @param limit how long a run may take
  /// @return a copy with that setting
  public CancelSweep withLimit(Duration limit) {
    return new CancelSweep(name, scenario, config, realTime, timersMayBeLeft, limit, schedules);
  }

  /// Sweeps under so many orders of the ready tasks: that of arrival, and random ones.
  ///
  /// @param schedules how many orders, at least 1
  /// @return a copy with that setting
  /// @throws IllegalArgumentException if less than 1
  public CancelSweep withSchedules(int schedules) {
    if (schedules < 1) {
      throw new IllegalArgumentException("schedules must be at least 1, not " + schedules);
    }
    return new CancelSweep(name, scenario, config, realTime, timersMayBeLeft, limit, schedules);
  }

  /// Runs on the system's clock, for a scenario that needs other threads, processes or sockets.
  /// Timers are not checked.
  ///
  /// How often the victim suspends may then differ from run to run: how much the kernel takes at
  /// once is not up to the scenario. A point that a run does not come to is tried three times in
  /// all, and then left out and counted in [Report#missed()]. That is an error only if no
  /// suspension was ever reached. On virtual time each run does the same, and each such point is an
  /// error.
  ///
  /// @return a copy with that setting
  public CancelSweep onRealTime() {
    return new CancelSweep(name, scenario, config, true, timersMayBeLeft, limit, schedules);
  }

  /// Allows timers that are still set at the end.
  ///
  /// @return a copy with that setting
  public CancelSweep leavingTimers() {
    return new CancelSweep(name, scenario, config, realTime, true, limit, schedules);
  }

  /// Runs all of it, until something is not in order.
  ///
  /// @return what was tried
  /// @throws AssertionError that says what, at which point, and where the victim stood; also if the
  ///   victim never suspends, so that there is nothing to sweep
  public Report run() {
    Tally tally = new Tally();
    for (long schedule = 0; schedule < schedules; schedule++) {
      int found = run(CancelPoint.never().underSchedule(schedule), tally).suspensions();
      tally.suspensions = Math.max(tally.suspensions, found);
      checkCount(found);
      sweepFrom(CancelPoint.unstarted().underSchedule(schedule), tally);
      for (int step = 1; step <= found; step++) {
        sweepFrom(CancelPoint.suspended(step).underSchedule(schedule), tally);
        sweepFrom(CancelPoint.woken(step).underSchedule(schedule), tally);
      }
    }
    if (tally.missed >= 2 * tally.suspensions * schedules) {
      throw new AssertionError(
          "Cancel sweep of " + name + ": no run came to a suspension again, so nothing was swept");
    }
    return new Report(name, tally.suspensions, tally.runs, tally.missed);
  }

  /// What a sweep has done so far.
  private static final class Tally {
    int suspensions;
    int runs;
    int missed;
  }

  /// Cancels at `point`, and then once more at each suspension that follows.
  private void sweepFrom(CancelPoint point, Tally tally) {
    Canceller first = run(point, tally);
    for (int attempt = 2; realTime && first.missed() && attempt <= REAL_ATTEMPTS; attempt++) {
      first = run(point, tally);
    }
    if (first.missed()) {
      tally.missed++;
      return;
    }
    int cleanup = first.cleanupSuspensions();
    checkCount(cleanup + 1);
    for (int again = 1; again <= cleanup; again++) {
      run(point.again(again), tally);
    }
  }

  private void checkCount(int suspensions) {
    if (suspensions == 0) {
      throw new AssertionError(
          "Cancel sweep of " + name + ": the victim never suspends, so there is nothing to sweep");
    }
    if (suspensions > MAX_SUSPENSIONS) {
      throw new AssertionError(
          "Cancel sweep of "
              + name
              + ": the victim suspends "
              + suspensions
              + " times, which is more than "
              + MAX_SUSPENSIONS
              + ". Make the scenario smaller");
    }
  }

  /// Makes one run: to repeat what a report has shown.
  ///
  /// @param point where to cancel
  /// @throws AssertionError as [#run()]; also if the run does not come to the point
  public void only(CancelPoint point) {
    new SweepRun(this, point).run(false);
  }

  private Canceller run(CancelPoint point, Tally tally) {
    tally.runs++;
    return new SweepRun(this, point).run(realTime);
  }

  String name() {
    return name;
  }

  Scenario scenario() {
    return scenario;
  }

  LoopConfig config() {
    return config;
  }

  boolean isOnRealTime() {
    return realTime;
  }

  boolean timersMayBeLeft() {
    return timersMayBeLeft;
  }

  Duration limit() {
    if (limit != null) {
      return limit;
    }
    return realTime ? REAL_LIMIT : VIRTUAL_LIMIT;
  }
}
