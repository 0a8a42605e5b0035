package jasyncio.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;

import jasyncio.bench.compare.Target.Finding;
import jasyncio.bench.compare.Target.Outcome;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TargetTest {
  private static final Map<String, Spread> RIVALS =
      Map.of("go", spread(100), "kotlin", spread(80), "asyncio", spread(1000));

  private static Spread spread(double... values) {
    return Spread.of(values);
  }

  private static List<Finding> check(Target target, double ours) {
    return target.check(spread(ours), RIVALS::get);
  }

  @Test
  void boundIsAgainstTheBestOfSeveral() {
    Target target = Target.atMost(0.5, "go", "kotlin");
    assertThat(check(target, 40).getFirst().outcome()).isEqualTo(Outcome.MET);
    assertThat(check(target, 41).getFirst().outcome()).isEqualTo(Outcome.MISSED);
    assertThat(check(target, 40).getFirst())
        .satisfies(finding -> {
          assertThat(finding.ratio()).isEqualTo(0.5);
          assertThat(finding.text()).contains("best of go, kotlin").endsWith("here kotlin");
        });
  }

  @Test
  void everyBoundHasItsOwnOutcome() {
    assertThat(check(Target.atMost(25).and(1 / 20.0, "asyncio"), 40))
        .extracting(Finding::outcome)
        .containsExactly(Outcome.MISSED, Outcome.MET);
  }

  @Test
  void whoWasNotMeasuredIsNeitherMetNorMissed() {
    assertThat(check(Target.atMost(1, "tokio"), 1))
        .extracting(Finding::outcome)
        .containsExactly(Outcome.UNKNOWN);
    assertThat(Target.atMost(1, "go").check(null, RIVALS::get))
        .extracting(Finding::outcome)
        .containsExactly(Outcome.UNKNOWN);
  }

  @Test
  void medianIsTheMiddleOfTheRounds() {
    assertThat(spread(1, 2, 30)).isEqualTo(new Spread(2, 1, 30, 3));
    assertThat(spread(1, 3)).isEqualTo(new Spread(2, 1, 3, 2));
    assertThat(spread(1, 2, 30).cell()).isEqualTo("2.00 (1.00–30.0)");
    assertThat(spread(12345.6).cell()).isEqualTo("12,346");
  }
}
