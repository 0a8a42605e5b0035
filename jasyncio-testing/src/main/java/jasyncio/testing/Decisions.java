package jasyncio.testing;

import jasyncio.Asyncio;
import jasyncio.Task;
import jasyncio.spi.Chooser;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The one source of all choices of a run: which ready item runs next, which fault comes, how late
/// something is. A strategy makes them; this records them, so that they can be made again.
///
/// 0 always is the usual: the item that has waited longest, no fault, no delay. So a run of zeros
/// is what happens without it.
final class Decisions implements Chooser, Strategy.Candidates {
  /*
   * Overview
   *
   * Any task that is ready may run next, in whichever turn it became ready: what a test awaits
   * stands for something that takes as long as it likes. Callbacks keep their order among
   * themselves, which asyncio promises; so only the oldest of them is a candidate.
   *
   * Where there is one candidate, nothing is decided. The same if the oldest has been overtaken
   * MOST_OVERTAKINGS times: without that rule, one task that looks again and again whether
   * something has happened would keep it from happening.
   *
   * The rules depend on nothing but earlier choices. So the same choices give the same run.
   */
  static final int MOST_OVERTAKINGS = 100;

  /// A scenario that takes more steps goes round in circles.
  private static final long MOST_STEPS = 1_000_000;

  /// Stands for the callbacks where a task could stand.
  private static final Object CALLBACKS = new Object();

  private final Strategy strategy;
  private final @Nullable Timeline timeline;

  private int[] given = new int[32];
  private int count;
  private long steps;

  private int[] places = new int[8];
  private @Nullable Task<?>[] tasks = new Task<?>[8];
  private int candidates;

  private @Nullable Object last;
  private @Nullable Object oldest;
  private int overtakings;

  Decisions(Strategy strategy) {
    this(strategy, null);
  }

  /// @param timeline is told of each choice that is not the usual
  Decisions(Strategy strategy, @Nullable Timeline timeline) {
    this.strategy = strategy;
    this.timeline = timeline;
  }

  @Override
  public int choose(Ready ready) {
    if (++steps > MOST_STEPS) {
      throw new TestTime.Overrun(
          "the program has taken " + MOST_STEPS + " steps: it goes round in circles");
    }
    if (ready.size() == 1) {
      return goOn(task(ready.item(0)), 0);
    }
    findCandidates(ready);
    int chosen = 0;
    if (candidates > 1 && !isOldestStarved()) {
      chosen = record(strategy.item(this));
      if (chosen > 0 && timeline != null) {
        timeline.overtaking(count - 1, this, chosen);
      }
    }
    if (chosen == 0) {
      overtakings = 0;
    }
    return goOn(tasks[chosen], places[chosen]);
  }

  private int goOn(@Nullable Task<?> task, int place) {
    last = key(task);
    if (timeline != null) {
      timeline.goesOn(task);
    }
    return place;
  }

  private void findCandidates(Ready ready) {
    int size = ready.size();
    if (size > places.length) {
      places = new int[2 * size];
      tasks = new Task<?>[2 * size];
    }
    candidates = 0;
    boolean callbackFound = false;
    for (int i = 0; i < size; i++) {
      Task<?> task = task(ready.item(i));
      if (task == null && callbackFound) {
        continue;
      }
      callbackFound |= task == null;
      places[candidates] = i;
      tasks[candidates++] = task;
    }
  }

  private boolean isOldestStarved() {
    Object now = key(tasks[0]);
    if (now != oldest) {
      oldest = now;
      overtakings = 0;
    }
    return overtakings++ >= MOST_OVERTAKINGS;
  }

  private static @Nullable Task<?> task(Object item) {
    return item instanceof Task<?> task ? task : null;
  }

  private static Object key(@Nullable Task<?> task) {
    return task == null ? CALLBACKS : task;
  }

  @Override
  public int choose(String what, int ways) {
    int outcome = record(strategy.outcome(ways));
    if (outcome > 0 && timeline != null) {
      timeline.outcome(count - 1, what, outcome);
    }
    return outcome;
  }

  @Override
  public void atPoint(String name) {
    Task<?> task = Asyncio.currentTask();
    if (timeline != null && task != null) {
      timeline.atPoint(task, name);
    }
  }

  private int record(int choice) {
    if (count == given.length) {
      given = Arrays.copyOf(given, 2 * count);
    }
    given[count++] = choice;
    return choice;
  }

  /// Whether this run is made for people to look at.
  boolean areShown() {
    return timeline != null;
  }

  /// How many choices were made so far.
  int count() {
    return count;
  }

  /// What was chosen so far.
  int[] given() {
    return Arrays.copyOf(given, count);
  }

  // ---- the candidates, while an item is chosen ----

  @Override
  public int size() {
    return candidates;
  }

  @Override
  public @Nullable Task<?> task(int candidate) {
    return tasks[candidate];
  }

  @Override
  public int lastRan() {
    for (int i = 0; i < candidates; i++) {
      if (key(tasks[i]) == last) {
        return i;
      }
    }
    return -1;
  }

  @Override
  public String toString() {
    return "the schedule " + Schedule.of(given());
  }
}
