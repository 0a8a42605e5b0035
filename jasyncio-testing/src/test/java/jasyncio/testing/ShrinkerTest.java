package jasyncio.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ShrinkerTest {
  private static int[] shrink(int[] choices, Predicate<int[]> fails) {
    return new Shrinker(choices, tried -> fails.test(tried) ? tried : null).shrink();
  }

  private static int[] filled(int length, int choice) {
    int[] choices = new int[length];
    Arrays.fill(choices, choice);
    return choices;
  }

  private static int at(int[] choices, int index) {
    return index < choices.length ? choices[index] : 0;
  }

  @Test
  void keepsTheChoicesThatMatterAndNoOther() {
    int[] small = shrink(filled(200, 3), tried -> at(tried, 20) > 0 && at(tried, 120) == 3);
    assertThat(Schedule.of(small)).hasToString("20:1 120:3");
  }

  @Test
  void nothingMatters() {
    assertThat(Schedule.of(shrink(filled(50, 1), _ -> true))).hasToString("arrival");
  }

  @Test
  void everythingMatters() {
    int[] all = filled(10, 1);
    assertThat(shrink(all, tried -> Arrays.equals(tried, all))).isEqualTo(all);
  }

  @Test
  void takesChoicesOutWhereTheOthersMayMoveUp() {
    // fails if two ones follow each other anywhere behind a 2; without the 2 they move up
    int[] small =
        shrink(
            new int[] {2, 2, 0, 1, 1},
            tried ->
                IntStream.range(1, tried.length).anyMatch(i -> tried[i - 1] == 1 && tried[i] == 1));
    assertThat(Schedule.of(small).unusual()).isEqualTo(2);
  }

  @Test
  void makesLargeChoicesSmallInFewRuns() {
    Shrinker shrinker =
        new Shrinker(new int[] {5, 1_000_000, 7}, tried -> at(tried, 1) >= 300 ? tried : null);
    assertThat(Schedule.of(shrinker.shrink())).hasToString("1:300");
    assertThat(shrinker.runs()).isLessThan(400);
  }

  @Test
  void triesSoManyTimesAndNoMore() {
    Shrinker shrinker =
        new Shrinker(
            filled(2_000, 1), tried -> Schedule.of(tried).unusual() >= 1_900 ? tried : null);
    assertThat(Schedule.of(shrinker.shrink()).unusual()).isBetween(1_900, 2_000);
    assertThat(shrinker.runs()).isEqualTo(500);
  }
}
