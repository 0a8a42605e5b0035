package jasyncio.testing;

import jasyncio.spi.Chooser;
import java.util.SplittableRandom;

/// A random order of the items of each turn, the same for the same seed. Seed 0 is order of
/// arrival.
final class SeededChooser implements Chooser {
  private final SplittableRandom random;
  private final boolean inOrder;

  SeededChooser(long seed) {
    this.random = new SplittableRandom(seed);
    this.inOrder = seed == 0;
  }

  @Override
  public int choose(Ready ready) {
    return inOrder ? 0 : random.nextInt(ready.ofThisTurn());
  }
}
