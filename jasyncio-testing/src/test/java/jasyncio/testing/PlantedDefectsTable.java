package jasyncio.testing;

import jasyncio.LoopConfig;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// How many schedules each way of searching needs for each planted defect, as a document.
final class PlantedDefectsTable {
  private static final int MOST = 10_000;

  /// So many searches for those that depend on chance.
  private static final int SEEDS = 9;

  private static final int NOT_FOUND = Integer.MAX_VALUE;

  private static final String HEAD =
      """
      # How soon defects are found

      Small programs with a known fault, in `PlantedDefect` of the tests of `jasyncio-testing`.
      Each goes well in order of arrival, so no ordinary test would show it. This table says under
      which schedule each kind of [search](exploring.md#ways-of-searching) finds the fault, the
      first being order of arrival: for those that depend on chance the median of nine seeds. The
      last column says how many choices were left that differ from order of arrival, when the
      failing schedule of the mixed search had been made small. The same programs without the
      fault pass under all schedules that are tried.

      The numbers are the same in every run, on both engines. This page is generated; after a
      change: `mvn -pl jasyncio-testing -am test -Dtest=PlantedDefectsTest
      -Djasyncio.docs.write=true`

      | Defect | What is wrong | arrival | random | priorities | exhaustive | mixed | choices |
      |---|---|---|---|---|---|---|---|
      """;

  private PlantedDefectsTable() {}

  static String render() {
    StringBuilder text = new StringBuilder(HEAD);
    for (PlantedDefect defect : PlantedDefect.values()) {
      text.append("| ").append(name(defect)).append(" | ").append(defect.fault()).append(" |");
      for (Search search :
          new Search[] {
            Search.ARRIVAL, Search.RANDOM, Search.PRIORITIES, Search.EXHAUSTIVE, Search.MIXED
          }) {
        text.append(' ').append(number(median(defect, search))).append(" |");
      }
      text.append(' ').append(choices(defect)).append(" |\n");
    }
    return text.toString();
  }

  private static String name(PlantedDefect defect) {
    String words = defect.toString().toLowerCase(Locale.ROOT).replace('_', ' ');
    return words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1);
  }

  private static String number(int schedules) {
    return schedules == NOT_FOUND ? "never" : Integer.toString(schedules);
  }

  private static int median(PlantedDefect defect, Search search) {
    boolean chance = search != Search.ARRIVAL && search != Search.EXHAUSTIVE;
    int[] found =
        IntStream.range(0, chance ? SEEDS : 1)
            .map(seed -> schedules(defect, search, seed * 1_000_000L))
            .sorted()
            .toArray();
    return found[found.length / 2];
  }

  private static int schedules(PlantedDefect defect, Search search, long seed) {
    Exploration.Result result = exploration(defect).search(search, seed, MOST);
    return result.failure() == null ? NOT_FOUND : result.schedules();
  }

  private static int choices(PlantedDefect defect) {
    try {
      exploration(defect).run(Search.MIXED, 0, MOST);
    } catch (AssertionError e) {
      @Nullable String message = e.getMessage();
      String schedule = String.valueOf(message).replaceFirst(" fails under the schedule ", "\n");
      return Schedule.parse(schedule.lines().toList().get(1).replaceFirst(",.*", "")).unusual();
    }
    throw new AssertionError(defect + " was not found: " + Arrays.toString(Search.values()));
  }

  private static Exploration exploration(PlantedDefect defect) {
    return new Exploration(
        defect.toString(),
        Exploration.Body.of(() -> defect.run(false)),
        LoopConfig.defaults(),
        Duration.ofDays(1));
  }
}
