package jasyncio.testing;

import static jasyncio.testing.ExploringSamples.LOG;
import static jasyncio.testing.Kit.assertPasses;
import static jasyncio.testing.Kit.failure;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ExploringTest {
  @BeforeEach
  void forget() {
    LOG.clear();
  }

  @Test
  void raceIsFoundAndShownWithItsReplay() {
    Throwable failure = failure(ExploringSamples.Racing.class);
    assertThat(failure)
        .isInstanceOf(AssertionError.class)
        .hasMessageStartingWith("Racing.paysInTwice fails under the schedule ")
        .hasMessageContaining(" of 1000 that were tried (MIXED), made small in ")
        .hasMessageContaining("What is not as in order of arrival:\n  choice ")
        .hasMessageContaining("@AsyncTest(replay = \"")
        .hasMessageContaining("was: 3")
        .hasCauseInstanceOf(AssertionError.class);
    // each run has its set-up and its tear-down
    assertThat(LOG.getFirst()).isEqualTo("balance 4"); // in order of arrival all is well
    assertThat(LOG).contains("balance 3");
    assertThat(Collections.frequency(LOG, "tearDown")).isEqualTo(LOG.size() / 2);
  }

  @Test
  void replayRunsOneSchedule() {
    assertPasses(ExploringSamples.Replaying.class, 1);
    assertThat(LOG).containsExactly("cab");
  }

  @Test
  void eachScheduleHasANewInstance() {
    assertPasses(ExploringSamples.Passing.class, 1);
    assertThat(LOG).contains("ab", "ba").hasSizeLessThan(50);
  }

  @Test
  void parameterizedAndNestedTestsAreExploredToo() {
    assertPasses(ExploringSamples.Many.class, 3);
    assertThat(Collections.frequency(LOG, "run with 3")).isEqualTo(10);
    assertThat(Collections.frequency(LOG, "run with 4")).isEqualTo(10);
    assertThat(Collections.frequency(LOG, "nested")).isEqualTo(10);
  }

  @Test
  void instanceOfAClassIsKept() {
    assertPasses(ExploringSamples.OneInstance.class, 1);
    assertThat(LOG).hasSize(10).endsWith("run 10");
  }

  @Test
  void failureOfTheTearDownIsAddedToTheTests() {
    assertThat(failure(ExploringSamples.FailingTearDown.class))
        .hasMessageContaining("fails under the schedule arrival, the 1st of 5")
        .hasMessageContaining("it fails without any exploration")
        .cause()
        .hasMessage("test")
        .satisfies(cause ->
            assertThat(cause.getSuppressed())
                .anySatisfy(then -> assertThat(then).hasMessage("tear down")));
  }

  @Test
  void testThatDoesNotApplyIsLeft() {
    Kit.execute(ExploringSamples.Assuming.class)
        .testEvents()
        .assertStatistics(stats -> stats.started(1).aborted(1));
    assertThat(LOG).containsExactly("run");
  }

  @Test
  void settingsThatMakeNoSenseAreRefused() {
    assertThat(failure(ExploringSamples.OnRealTime.class))
        .hasMessageContaining("explored and replayed on virtual time only: take out realTime");
    assertThat(failure(ExploringSamples.NoSchedule.class))
        .hasMessage("schedules must be at least 1, not 0");
    assertThat(failure(ExploringSamples.BadReplay.class))
        .hasMessageStartingWith("not a schedule: 'seed 5'");
    assertThat(failure(ExploringSamples.Factory.class))
        .hasMessageContaining("the tests of a factory cannot be explored");
  }
}
