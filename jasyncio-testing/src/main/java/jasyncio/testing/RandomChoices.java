package jasyncio.testing;

import java.util.SplittableRandom;

/// Each item that may run next is as likely as any other.
final class RandomChoices implements Strategy {
  private final SplittableRandom random;
  private final FaultRate faultRate;

  RandomChoices(long seed) {
    this.random = new SplittableRandom(seed);
    this.faultRate = new FaultRate(random);
  }

  @Override
  public int item(Candidates candidates) {
    return random.nextInt(candidates.size());
  }

  @Override
  public int outcome(int ways) {
    return faultRate.outcome(ways);
  }

  /// How often something unusual happens. That differs from run to run: where everything fails half
  /// of the time, nothing ever gets far enough to fail in an interesting way.
  static final class FaultRate {
    /// One run in four without any fault, and three with so many in 16.
    private static final int[] RATES = {0, 1, 4, 8};

    private final SplittableRandom random;
    private int rate = -1;

    FaultRate(SplittableRandom random) {
      this.random = random;
    }

    int outcome(int ways) {
      if (rate < 0) {
        rate = RATES[random.nextInt(RATES.length)];
      }
      return random.nextInt(16) < rate ? 1 + random.nextInt(ways - 1) : 0;
    }
  }
}
