package jasyncio.testing;

import org.jspecify.annotations.Nullable;

/// How [Explorer] and [AsyncTest] look for a schedule under which a test fails. The first schedule
/// always is order of arrival, which is what happens without them.
public enum Search {
  /// Random and priorities in turn: what to take unless you know better.
  MIXED,

  /// Each item that may run next is as likely as any other. Good at faults that need many switches.
  RANDOM,

  /// Tasks have random priorities, and at up to five random points the one that would run falls
  /// behind all others. Good at faults that need one task to be held back for long.
  PRIORITIES,

  /// Every schedule there is, each once, those with the fewest preemptions first. When it ends
  /// before the number of schedules that was asked for, there is no other. For small tests: the
  /// number of schedules grows exponentially with that of the steps.
  EXHAUSTIVE,

  /// Order of arrival only.
  ARRIVAL;

  private static final int MOST_CHANGES = 5;

  /// How long a run is taken to be before one has been seen.
  private static final int GUESSED_LENGTH = 50;

  /// The schedules of one search.
  ///
  /// @param seed where the random ones begin
  /// @param most how many will be asked for
  Plan plan(long seed, int most) {
    return new Plan(this, seed, new FewestFirst(most));
  }

  /// Hands out one strategy after another.
  static final class Plan {
    private final Search search;
    private final long seed;
    private final FewestFirst fewestFirst;
    private int number;
    private int longest;

    Plan(Search search, long seed, FewestFirst fewestFirst) {
      this.search = search;
      this.seed = seed;
      this.fewestFirst = fewestFirst;
    }

    /// The next; null if all have been run.
    @Nullable Strategy next() {
      int now = number++;
      if (now == 0) {
        return new Replay(new int[0]);
      }
      return switch (search) {
        case ARRIVAL -> null;
        case EXHAUSTIVE -> fewestFirst.next();
        case RANDOM -> new RandomChoices(seed + now);
        case PRIORITIES -> priorities(now, now);
        case MIXED -> now % 2 == 1 ? new RandomChoices(seed + now) : priorities(now, now / 2);
      };
    }

    private Strategy priorities(int now, int turn) {
      int length = longest == 0 ? GUESSED_LENGTH : longest;
      return new PriorityChoices(seed + now, turn % (MOST_CHANGES + 1), length);
    }

    /// Tells how many choices the last run made.
    void ran(int choices) {
      longest = Math.max(longest, choices);
    }
  }
}
