package jasyncio.testing;

import jasyncio.AsyncAction;
import jasyncio.LoopConfig;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.opentest4j.TestAbortedException;

/// Runs one test under many schedules, and reports the first that fails, made small.
final class Exploration {
  /// The system property with the one schedule to run.
  private static final String PROPERTY = "jasyncio.schedule";

  private final String name;
  private final Body body;
  private final LoopConfig config;
  private final Duration limit;

  /// What is run under each schedule; it makes everything anew.
  @FunctionalInterface
  interface Body {
    /// Runs it, on one loop or another part of it after the other.
    void run(CheckedLoop loop) throws Throwable;

    /// A body that is one main task.
    static Body of(AsyncAction scenario) {
      return loop -> loop.run(scenario);
    }
  }

  /// What a search has found.
  ///
  /// @param schedules how many were run, the failing one included; fewer than asked for if there
  ///   are no others
  /// @param failing what the failing one chose; null if none has failed
  /// @param failure what it failed with; null if none has
  record Result(int schedules, @Nullable Schedule failing, @Nullable Throwable failure) {}

  /// @param name what is explored, for reports
  /// @param config the settings of the loops; clock, driver and chooser are replaced
  /// @param limit how long each part may take on the loop's clock
  Exploration(String name, Body body, LoopConfig config, Duration limit) {
    this.name = name;
    this.body = body;
    this.config = config.withBlockedLimit(Duration.ZERO);
    this.limit = limit;
  }

  /// Runs until something fails; or one schedule only, if the system property has it.
  ///
  /// @return how many schedules were run
  /// @throws AssertionError with what it needs, how to bring it back, and the failure as its cause
  int run(Search search, long seed, int most) {
    @Nullable String only = System.getProperty(PROPERTY);
    if (only != null) {
      replay(Schedule.parse(only));
      return 1;
    }
    Result result = search(search, seed, most);
    Throwable failure = result.failure();
    Schedule failing = result.failing();
    if (failure == null || failing == null) {
      return result.schedules();
    }
    Shrinker shrinker =
        new Shrinker(
            failing.choices(),
            fewer -> {
              Decisions decisions = new Decisions(new Replay(fewer));
              Throwable again = attempt(decisions);
              return again != null && isSame(failure, again) ? decisions.given() : null;
            });
    int[] small = shrinker.shrink();
    throw report(
        Schedule.of(small),
        failure,
        ", the "
            + ordinal(result.schedules())
            + " of "
            + most
            + " that were tried ("
            + search
            + "), made small in "
            + shrinker.runs()
            + " runs: of "
            + failing.unusual()
            + " choices "
            + Schedule.of(small).unusual()
            + " matter");
  }

  /// Runs until something fails, and no further.
  Result search(Search search, long seed, int most) {
    Search.Plan plan = search.plan(seed, most);
    for (int number = 1; number <= most; number++) {
      Strategy strategy = plan.next();
      if (strategy == null) {
        return new Result(number - 1, null, null);
      }
      Decisions decisions = new Decisions(strategy);
      Throwable failure = attempt(decisions);
      if (failure != null) {
        return new Result(number, Schedule.of(decisions.given()), failure);
      }
      plan.ran(decisions.count());
    }
    return new Result(most, null, null);
  }

  /// Brings one schedule back.
  ///
  /// @throws AssertionError if it fails; also if the schedule is another program's
  void replay(Schedule schedule) {
    Replay replay = new Replay(schedule.choices());
    Throwable failure = attempt(new Decisions(replay));
    if (failure != null) {
      throw report(schedule, failure, "");
    }
    String misfit = replay.misfit();
    if (misfit != null) {
      throw new AssertionError(
          name
              + " passes, but the schedule "
              + schedule
              + " is not one of it any more: "
              + misfit
              + ". The test or what it tests has changed since. Search again, without the replay");
    }
  }

  private AssertionError report(Schedule schedule, Throwable failure, String found) {
    Timeline timeline = new Timeline();
    Throwable shown = attempt(new Decisions(new Replay(schedule.choices()), timeline));
    Throwable cause = shown != null && isSame(failure, shown) ? shown : failure;
    String message = cause.getMessage();
    StringBuilder text = new StringBuilder(name).append(" fails under the schedule ");
    text.append(schedule).append(found).append(".\n");
    if (schedule.unusual() == 0) {
      text.append("It is order of arrival: it fails without any exploration.\n");
    } else {
      text.append("What is not as in order of arrival:\n").append(timeline);
    }
    if (cause != shown) {
      text.append("But this program does not do the same each time it is run: ")
          .append(shown == null ? "now it has passed" : "now it fails with " + shown)
          .append(". Does it use a clock, a random number or a thread of its own?\n");
    }
    text.append("To bring it back: @AsyncTest(replay = \"").append(schedule);
    text.append("\"), explorer.replay(\"").append(schedule);
    text.append("\"), or -D").append(PROPERTY).append("=\"").append(schedule);
    text.append("\".\n").append(message == null ? cause : message);
    return new AssertionError(text.toString(), cause);
  }

  /// One run.
  ///
  /// @return what it failed with; null if it passed
  private @Nullable Throwable attempt(Decisions decisions) {
    CheckedLoop loop =
        CheckedLoop.onVirtualTime(config.withChooser(decisions), limit, decisions.areShown());
    try {
      body.run(loop);
    } catch (TestAbortedException e) {
      loop.closeAfter(e);
      throw e; // an assumption does not hold
    } catch (Throwable t) {
      loop.closeAfter(t);
      return t;
    }
    try {
      loop.close();
    } catch (AssertionError e) {
      return e;
    }
    return null;
  }

  /// Whether both are the same failure, as far as one can say: of one type, with one text but for
  /// its numbers.
  private static boolean isSame(Throwable one, Throwable other) {
    return one.getClass() == other.getClass() && firstWords(one).equals(firstWords(other));
  }

  private static String firstWords(Throwable failure) {
    String message = failure.getMessage();
    return message == null
        ? ""
        : message.strip().lines().findFirst().orElse("").replaceAll("\\d+(\\.\\d+)?", "#");
  }

  private static String ordinal(int number) {
    int tens = number % 100;
    return number
        + (tens >= 11 && tens <= 13
            ? "th"
            : switch (number % 10) {
              case 1 -> "st";
              case 2 -> "nd";
              case 3 -> "rd";
              default -> "th";
            });
  }
}
