package jasyncio.testing;

import jasyncio.Task;
import java.util.IdentityHashMap;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// Each task has a random priority, and the highest runs; at a few points, chosen at random, the
/// task that would run falls below all others.
///
/// So a task can be held back for long, which a coin thrown at each step does not do. A fault that
/// needs `d` such points in a program of `n` tasks and `k` choices is met by each run with a
/// probability of at least `1 / (n * k^d)`, whatever else the program does. Burckhardt, Kothari,
/// Musuvathi, Nagarakatte: A Randomized Scheduler with Probabilistic Guarantees of Finding Bugs,
/// ASPLOS 2010; the callbacks count as one task.
final class PriorityChoices implements Strategy {
  private final SplittableRandom random;
  private final RandomChoices.FaultRate faultRate;
  private final int[] changes;
  private final IdentityHashMap<Task<?>, Double> priorities = new IdentityHashMap<>();
  private @Nullable Double ofCallbacks;
  private int at;

  /// @param changes at how many points a task falls
  /// @param length how many choices the run is expected to make
  PriorityChoices(long seed, int changes, int length) {
    this.random = new SplittableRandom(seed);
    this.faultRate = new RandomChoices.FaultRate(random);
    this.changes = random.ints(changes, 0, Math.max(1, length)).toArray();
  }

  @Override
  public int item(Candidates candidates) {
    int highest = highest(candidates);
    for (int i = 0; i < changes.length; i++) {
      if (changes[i] == at) {
        setPriority(candidates.task(highest), -1 - i);
        highest = highest(candidates);
      }
    }
    at++;
    return highest;
  }

  private int highest(Candidates candidates) {
    int best = 0;
    double highest = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < candidates.size(); i++) {
      double priority = priority(candidates.task(i));
      if (priority > highest) {
        highest = priority;
        best = i;
      }
    }
    return best;
  }

  private double priority(@Nullable Task<?> task) {
    Double known = task == null ? ofCallbacks : priorities.get(task);
    if (known == null) {
      known = random.nextDouble();
      setPriority(task, known);
    }
    return known;
  }

  private void setPriority(@Nullable Task<?> task, double priority) {
    if (task == null) {
      ofCallbacks = priority;
    } else {
      priorities.put(task, priority);
    }
  }

  @Override
  public int outcome(int ways) {
    return faultRate.outcome(ways);
  }
}
