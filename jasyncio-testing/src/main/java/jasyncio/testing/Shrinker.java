package jasyncio.testing;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Takes out of a failing schedule what the failure does not need: it ends as near to order of
/// arrival as it can.
final class Shrinker {
  /*
   * Overview
   *
   * Delta debugging (Zeller and Hildebrandt, Simplifying and isolating failure-inducing input, IEEE
   * TSE 2002), over the choices that are not 0: set blocks of them to 0, large ones first, and
   * keep what still fails in the same way. Then single choices are taken out altogether, so that
   * those behind move up, and made smaller. All of it again until nothing helps any more.
   *
   * A run may make other choices than it was told, where the program went another way. What counts
   * is what it made; and it is kept only if it is smaller, so this ends.
   */

  /// Runs the test under other choices.
  @FunctionalInterface
  interface Attempt {
    /// {@return what it chose, if it failed in the same way; else null}
    int @Nullable [] run(int[] choices);
  }

  /// A failure is to be seen soon; by then most of it is done.
  private static final int MOST_RUNS = 500;

  private final Attempt attempt;
  private int[] best;
  private int runs;

  /// @param choices under which the test fails
  Shrinker(int[] choices, Attempt attempt) {
    this.best = choices;
    this.attempt = attempt;
  }

  int[] shrink() {
    long before;
    do {
      before = size(best);
      zeroBlocks();
      takeOutOrLower();
    } while (size(best) < before && runs < MOST_RUNS);
    return best;
  }

  int runs() {
    return runs;
  }

  private void zeroBlocks() {
    int[] at = unusual(best);
    int block = at.length;
    while (block > 0 && runs < MOST_RUNS) {
      boolean helped = false;
      for (int from = 0; from < at.length && runs < MOST_RUNS; ) {
        int[] less = best.clone();
        for (int i = from; i < Math.min(from + block, at.length); i++) {
          less[at[i]] = 0;
        }
        if (accept(less)) {
          at = unusual(best);
          helped = true;
        } else {
          from += block;
        }
      }
      block = helped ? Math.min(block, at.length) : block / 2;
    }
  }

  private void takeOutOrLower() {
    int[] at = unusual(best);
    for (int i = at.length - 1; i >= 0 && runs < MOST_RUNS; i--) {
      if (choiceAt(at[i]) == 0) {
        continue; // the program went another way
      }
      int[] less = new int[best.length - 1];
      System.arraycopy(best, 0, less, 0, at[i]);
      System.arraycopy(best, at[i] + 1, less, at[i], less.length - at[i]);
      if (!accept(less)) {
        lower(at[i]);
      }
    }
  }

  /// By bisection, since a choice may be a time in nanoseconds.
  private void lower(int at) {
    int tooLow = 0;
    while (choiceAt(at) - tooLow > 1 && runs < MOST_RUNS) {
      int[] less = best.clone();
      less[at] = tooLow + (best[at] - tooLow) / 2;
      if (!accept(less)) {
        tooLow = less[at];
      }
    }
  }

  private int choiceAt(int at) {
    return at < best.length ? best[at] : 0;
  }

  private boolean accept(int[] candidate) {
    if (size(candidate) >= size(best)) {
      return false;
    }
    runs++;
    int[] made = attempt.run(candidate);
    if (made == null || size(made) >= size(best)) {
      return false;
    }
    best = made;
    return true;
  }

  /// Fewer choices count more than lower ones.
  private static long size(int[] choices) {
    return ((long) unusual(choices).length << 40) + Arrays.stream(choices).asLongStream().sum();
  }

  private static int[] unusual(int[] choices) {
    int[] at = new int[choices.length];
    int count = 0;
    for (int i = 0; i < choices.length; i++) {
      if (choices[i] != 0) {
        at[count++] = i;
      }
    }
    return Arrays.copyOf(at, count);
  }
}
