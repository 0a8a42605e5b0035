package jasyncio.testing;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Every schedule, each once, those with the fewest preemptions first.
final class FewestFirst {
  /*
   * Overview
   *
   * A preemption is a step of another task while the one that ran last could go on; a fault counts
   * as one too. A choice among tasks when the last one waits is free. Musuvathi and Qadeer,
   * Iterative context bounding for systematic testing of multithreaded programs, PLDI 2007: most
   * faults need one or two.
   *
   * A run takes a prefix of choices, and from there on always the cheapest. At each choice after
   * the prefix it leaves behind, as a prefix for later, every other way that could have been taken.
   *
   * There is no reduction by what steps have in common. Two steps can be swapped only if neither
   * writes what the other reads, and what a step reads and writes are fields of the user's objects,
   * which cannot be seen without rewriting bytecode. To look only at futures, queues and locks
   * would leave out the very schedules in which unguarded state goes wrong.
   */

  private static final int MOST_WAYS = 32;

  /// By preemptions: what is still to be run.
  private final List<ArrayDeque<int[]>> open = new ArrayList<>();

  private final int most;
  private int waiting;

  /// @param most how many schedules will be asked for
  FewestFirst(int most) {
    this.most = most;
    add(0, new int[0]);
  }

  /// The next schedule; null if there is none left.
  @Nullable Strategy next() {
    for (int preemptions = 0; preemptions < open.size(); preemptions++) {
      int[] prefix = open.get(preemptions).poll();
      if (prefix != null) {
        waiting--;
        return new Run(prefix, preemptions);
      }
    }
    return null;
  }

  private void add(int preemptions, int[] prefix) {
    while (open.size() <= preemptions) {
      open.add(new ArrayDeque<>());
    }
    if (waiting == most) { // the last of them would not be run anyway
      int worst = open.size() - 1;
      while (open.get(worst).isEmpty()) {
        worst--;
      }
      if (worst <= preemptions) {
        return;
      }
      open.get(worst).removeLast();
      waiting--;
    }
    open.get(preemptions).add(prefix);
    waiting++;
  }

  private final class Run implements Strategy {
    private final int[] prefix;
    private final int preemptions;
    private int[] taken;
    private int count;

    Run(int[] prefix, int preemptions) {
      this.prefix = prefix;
      this.preemptions = preemptions;
      this.taken = Arrays.copyOf(prefix, prefix.length + 32);
    }

    @Override
    public int item(Candidates candidates) {
      int last = candidates.lastRan();
      return choose(candidates.size(), Math.max(0, last), last < 0 ? 0 : 1);
    }

    @Override
    public int outcome(int ways) {
      return choose(ways, 0, 1);
    }

    /// Of many ways, as a delay has, only those at both ends.
    private boolean isWorthTrying(int way, int ways) {
      return ways <= MOST_WAYS || way < MOST_WAYS - 1 || way == ways - 1;
    }

    private int choose(int ways, int cheapest, int price) {
      if (count < prefix.length) {
        return Math.min(prefix[count++], ways - 1); // more only if the scenario is not repeatable
      }
      if (count == taken.length) {
        taken = Arrays.copyOf(taken, 2 * count);
      }
      for (int way = 0; way < ways; way++) {
        if (way != cheapest && isWorthTrying(way, ways)) {
          taken[count] = way;
          add(preemptions + price, Arrays.copyOf(taken, count + 1));
        }
      }
      taken[count++] = cheapest;
      return cheapest;
    }
  }
}
