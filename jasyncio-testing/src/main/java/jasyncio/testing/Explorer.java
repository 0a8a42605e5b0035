package jasyncio.testing;

import jasyncio.AsyncAction;
import jasyncio.LoopConfig;
import java.time.Duration;
import java.util.Objects;

/// Runs a scenario under many orders of its ready tasks and callbacks, to find the one that goes
/// wrong: programs should not depend on who of those that are ready in the same turn of the loop
/// runs first. What becomes ready in different turns keeps its order.
///
/// ```java
/// Explorer.of("transfer", () -> {
///   Account account = new Account(100);
///   await(gather(account.withdraw(60), account.withdraw(60)));
///   assertThat(account.balance()).isNotNegative();
/// }).run();
/// ```
///
/// The scenario makes everything anew in each run. It fails if it throws, waits for ever, leaves a
/// task running, or something is reported to the exception handler. The error names the seed of the
/// order, and [#replay(long)], or the system property `jasyncio.schedule`, brings that order back.
///
/// It runs on virtual time: nothing in it depends on anything but the seed. Immutable: each `with`
/// method returns a changed copy.
public final class Explorer {
  /// The system property with the one seed to run.
  private static final String PROPERTY = "jasyncio.schedule";

  private static final int DEFAULT_SCHEDULES = 100;

  /// As for a sweep: long enough for any timeout.
  private static final Duration LIMIT = Duration.ofDays(1);

  private final String name;
  private final AsyncAction scenario;
  private final LoopConfig config;
  private final int schedules;

  private Explorer(String name, AsyncAction scenario, LoopConfig config, int schedules) {
    this.name = name;
    this.scenario = scenario;
    this.config = config;
    this.schedules = schedules;
  }

  /// {@return an explorer of `scenario`, which is run as the main task}
  ///
  /// @param name what is explored, for the report
  /// @param scenario what to run under each order
  public static Explorer of(String name, AsyncAction scenario) {
    return new Explorer(
        Objects.requireNonNull(name, "name"),
        Objects.requireNonNull(scenario, "scenario"),
        LoopConfig.defaults(),
        DEFAULT_SCHEDULES);
  }

  /// Tries so many orders instead of 100.
  ///
  /// @param schedules how many orders, at least 1
  /// @return a copy with that setting
  /// @throws IllegalArgumentException if less than 1
  public Explorer withSchedules(int schedules) {
    if (schedules < 1) {
      throw new IllegalArgumentException("schedules must be at least 1, not " + schedules);
    }
    return new Explorer(name, scenario, config, schedules);
  }

  /// Makes the loops with `config`, for debug mode say. Its clock, driver and chooser are replaced.
  ///
  /// @param config the settings of the loops
  /// @return a copy with that setting
  public Explorer withConfig(LoopConfig config) {
    return new Explorer(name, scenario, config, schedules);
  }

  /// Runs the scenario under order of arrival, which has the seed 0, and under the random orders
  /// that follow; or under one only, if the system property `jasyncio.schedule` has its seed.
  /// Called on a thread that runs no loop.
  ///
  /// @throws AssertionError that names the seed, with what the scenario threw as its cause
  public void run() {
    Long only = Long.getLong(PROPERTY);
    if (only != null) {
      replay(only);
      return;
    }
    for (long seed = 0; seed < schedules; seed++) {
      replay(seed);
    }
  }

  /// Runs the scenario under the order with this seed.
  ///
  /// @param seed makes the order; 0 for order of arrival
  /// @throws AssertionError as [#run()]
  public void replay(long seed) {
    CheckedLoop loop =
        CheckedLoop.onVirtualTime(config.withChooser(new SeededChooser(seed)), LIMIT);
    try {
      loop.run(scenario);
    } catch (Throwable t) {
      AssertionError failure = failure(seed, t);
      loop.closeAfter(failure);
      throw failure;
    }
    try {
      loop.close();
    } catch (AssertionError e) {
      throw failure(seed, e);
    }
  }

  private AssertionError failure(long seed, Throwable cause) {
    return new AssertionError(
        name
            + " failed under schedule "
            + seed
            + (seed == 0 ? ", order of arrival" : "")
            + ". To run only that: -D"
            + PROPERTY
            + "="
            + seed
            + ", or explorer.replay("
            + seed
            + ").\n"
            + (cause.getMessage() == null ? cause : cause.getMessage()),
        cause);
  }
}
