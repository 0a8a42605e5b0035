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
  public record Report(String name, int suspensions, int runs) {}

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

  /// Runs on the system's clock, for a scenario that needs other threads. It must see to it that
  /// the victim suspends at the same places in each run. Timers are not checked.
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
    int suspensions = 0;
    int runs = 0;
    for (long schedule = 0; schedule < schedules; schedule++) {
      int found = run(CancelPoint.never().underSchedule(schedule)).suspensions();
      suspensions = Math.max(suspensions, found);
      checkCount(found);
      runs += 1 + sweepFrom(CancelPoint.unstarted().underSchedule(schedule));
      for (int step = 1; step <= found; step++) {
        runs += sweepFrom(CancelPoint.suspended(step).underSchedule(schedule));
        runs += sweepFrom(CancelPoint.woken(step).underSchedule(schedule));
      }
    }
    return new Report(name, suspensions, runs);
  }

  /// Cancels at `point`, and then once more at each suspension that follows.
  private int sweepFrom(CancelPoint point) {
    int cleanup = run(point).cleanupSuspensions();
    checkCount(cleanup + 1);
    for (int again = 1; again <= cleanup; again++) {
      run(point.again(again));
    }
    return 1 + cleanup;
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
  /// @throws AssertionError as [#run()]
  public void only(CancelPoint point) {
    run(point);
  }

  private Canceller run(CancelPoint point) {
    return new SweepRun(this, point).run();
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
