package jasyncio.testing;

import jasyncio.AsyncAction;
import jasyncio.LoopConfig;
import java.time.Duration;
import java.util.Objects;

/// Runs a scenario under many schedules, to find one under which it goes wrong: programs should not
/// depend on which of the tasks that may go on does so first, nor on nothing ever failing or coming
/// late. `@AsyncTest(schedules = 1000)` does the same for a test method.
///
/// ```java
/// Explorer.of("transfer", () -> {
///   Account account = new Account(100);
///   await(gather(account.withdraw(60), account.withdraw(60)));
///   assertThat(account.balance()).isNotNegative();
/// }).run();
/// ```
///
/// Any task that is ready may run next, and may be overtaken by others up to a hundred times: what
/// it awaited stands for something that takes as long as it likes. Callbacks keep their order among
/// themselves, which asyncio promises. What [jasyncio.Explore] marks is varied too.
///
/// The scenario makes everything anew in each run. It fails if it throws, waits for ever, leaves a
/// task running, or something is reported to the exception handler. The failing schedule is made as
/// near to order of arrival as it can be; the error shows what is left of it, and a string with
/// which [#replay(String)], or the system property `jasyncio.schedule`, brings it back.
///
/// It runs on virtual time: nothing in it depends on anything but the schedule. Immutable: each
/// `with` method returns a changed copy.
public final class Explorer {
  private static final int DEFAULT_SCHEDULES = 100;

  /// As for a sweep: long enough for any timeout.
  private static final Duration LIMIT = Duration.ofDays(1);

  private final String name;
  private final AsyncAction scenario;
  private final LoopConfig config;
  private final Search search;
  private final long seed;
  private final int schedules;

  private Explorer(
      String name,
      AsyncAction scenario,
      LoopConfig config,
      Search search,
      long seed,
      int schedules) {
    this.name = name;
    this.scenario = scenario;
    this.config = config;
    this.search = search;
    this.seed = seed;
    this.schedules = schedules;
  }

  /// {@return an explorer of `scenario`, which is run as the main task}
  ///
  /// @param name what is explored, for the report
  /// @param scenario what to run under each schedule
  public static Explorer of(String name, AsyncAction scenario) {
    return new Explorer(
        Objects.requireNonNull(name, "name"),
        Objects.requireNonNull(scenario, "scenario"),
        LoopConfig.defaults(),
        Search.MIXED,
        0,
        DEFAULT_SCHEDULES);
  }

  /// Tries at most so many schedules instead of 100.
  ///
  /// @param schedules how many, at least 1
  /// @return a copy with that setting
  /// @throws IllegalArgumentException if less than 1
  public Explorer withSchedules(int schedules) {
    if (schedules < 1) {
      throw new IllegalArgumentException("schedules must be at least 1, not " + schedules);
    }
    return new Explorer(name, scenario, config, search, seed, schedules);
  }

  /// Looks for them in this way instead of [Search#MIXED].
  ///
  /// @param search the way
  /// @return a copy with that setting
  public Explorer withSearch(Search search) {
    return new Explorer(name, scenario, config, search, seed, schedules);
  }

  /// Tries other random schedules than those of the seed 0.
  ///
  /// @param seed what they are made of
  /// @return a copy with that setting
  public Explorer withSeed(long seed) {
    return new Explorer(name, scenario, config, search, seed, schedules);
  }

  /// Makes the loops with `config`, for debug mode say. Its clock, driver and chooser are replaced,
  /// and there is no watchdog.
  ///
  /// @param config the settings of the loops
  /// @return a copy with that setting
  public Explorer withConfig(LoopConfig config) {
    return new Explorer(name, scenario, config, search, seed, schedules);
  }

  /// Runs the scenario under order of arrival, and under those that the search comes up with; or
  /// under one only, if the system property `jasyncio.schedule` has it. Called on a thread that
  /// runs no loop.
  ///
  /// @return how many schedules were run: fewer than asked for if there are no others
  /// @throws AssertionError that shows the schedule, with what the scenario threw as its cause
  public int run() {
    return exploration().run(search, seed, schedules);
  }

  /// Runs the scenario under one schedule.
  ///
  /// @param schedule what a failure has printed, such as `3:1 7:2x4`; `arrival` for order of
  ///   arrival
  /// @throws AssertionError as [#run()]; also if the scenario passes, and does not make these
  ///   choices any more
  /// @throws IllegalArgumentException if it is no schedule
  public void replay(String schedule) {
    exploration().replay(Schedule.parse(schedule));
  }

  private Exploration exploration() {
    return new Exploration(name, Exploration.Body.of(scenario), config, LIMIT);
  }
}
