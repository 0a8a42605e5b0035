package jasyncio.testing;

import org.jspecify.annotations.Nullable;

/// Makes the choices of an earlier run again, and the usual ones after them.
final class Replay implements Strategy {
  private final int[] choices;
  private int next;
  private @Nullable String misfit;

  Replay(int[] choices) {
    this.choices = choices;
  }

  @Override
  public int item(Candidates candidates) {
    return choose(candidates.size());
  }

  @Override
  public int outcome(int ways) {
    return choose(ways);
  }

  private int choose(int ways) {
    int at = next++;
    int choice = at < choices.length ? choices[at] : 0;
    if (choice < ways) {
      return choice;
    }
    if (misfit == null) {
      misfit = "choice " + at + " should be " + choice + ", but there are only " + ways + " ways";
    }
    return 0;
  }

  /// Why this is not the program that the choices are from; null if it may be.
  @Nullable String misfit() {
    if (misfit == null && next < choices.length) {
      return "the program makes " + next + " choices, and the schedule has " + choices.length;
    }
    return misfit;
  }
}
