package jasyncio.net.testing;

import jasyncio.Explore;
import java.time.Duration;
import java.util.Random;
import java.util.function.DoubleFunction;
import org.jspecify.annotations.Nullable;

/// How what is left to chance turns out: as a schedule that is explored says, else as the seed
/// says, else as usual.
final class Chance {
  /// How many latencies a schedule chooses among.
  private static final int QUANTILES = 4;

  private final @Nullable Random random;

  /// @param seed null if nothing is to happen by chance but what schedules say
  Chance(@Nullable Long seed) {
    this.random = seed == null ? null : new Random(seed);
  }

  /// Whether something happens.
  ///
  /// @param what what it is called in the timeline of a failure
  /// @param probability from 0, never, to 1, always
  boolean happens(String what, double probability) {
    if (probability <= 0 || probability >= 1) {
      return probability >= 1;
    }
    boolean drawn = random != null && random.nextDouble() < probability;
    return Explore.choice(what, 2) == 1 || drawn;
  }

  /// How long something takes.
  ///
  /// @param latency by quantile, from 0 to below 1; its shortest is the usual one
  Duration howLong(String what, DoubleFunction<Duration> latency) {
    double drawn = random == null ? 0 : random.nextDouble();
    int chosen = Explore.choice(what, QUANTILES);
    return latency.apply(chosen == 0 ? drawn : (chosen - 0.01) / (QUANTILES - 1));
  }
}
