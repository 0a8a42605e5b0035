package jasyncio.testing;

import static jasyncio.testing.AsyncTestSamples.LOG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import jasyncio.parity.Parity;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;

@Parity("RUN-07")
class AsyncTestTest {

  @BeforeEach
  void forget() {
    LOG.clear();
  }

  private static EngineExecutionResults execute(Class<?> tests) {
    return EngineTestKit.engine("junit-jupiter").selectors(selectClass(tests)).execute();
  }

  private static void assertPasses(Class<?> tests, int count) {
    EngineExecutionResults results = execute(tests);
    assertThat(failures(results)).isEmpty();
    results.testEvents().assertStatistics(stats -> stats.started(count).succeeded(count));
  }

  /// What each failed test of the class failed with.
  private static List<Throwable> failures(Class<?> tests) {
    return failures(execute(tests));
  }

  private static List<Throwable> failures(EngineExecutionResults results) {
    return results.testEvents().failed().stream()
        .map(Event::getPayload)
        .map(payload -> ((TestExecutionResult) payload.orElseThrow()).getThrowable().orElseThrow())
        .toList();
  }

  @Test
  void testSetUpAndTearDownAwaitOnOneLoop() {
    assertPasses(AsyncTestSamples.Passing.class, 1);
    assertThat(LOG).containsExactly("setUp", "test", "tearDown");
  }

  @Test
  void realTimeMayWaitForThreads() {
    assertPasses(AsyncTestSamples.OnRealTime.class, 1);
  }

  @Test
  void parameterizedTestsGetALoopEach() {
    assertPasses(AsyncTestSamples.Parameterized.class, 3);
  }

  @Test
  void extensionOnAClassServesAllItsTestsOnce() {
    assertPasses(AsyncTestSamples.WholeClass.class, 2);
    assertThat(LOG).containsExactly("once");
  }

  @Test
  void testWithAHandlerOfItsOwnMayExpectReports() {
    assertPasses(AsyncTestSamples.OwnHandler.class, 1);
    assertThat(LOG).containsExactly("expected");
  }

  @Test
  void deadlockShowsWhoWaitsForWhomAndStillTearsDown() {
    assertThat(failures(AsyncTestSamples.Deadlocked.class))
        .singleElement()
        .satisfies(failure -> {
          assertThat(failure)
              .isInstanceOf(AssertionError.class)
              .hasMessageContaining("deadlock at 3.0 s")
              .hasMessageContaining("in jasyncio.sync.Lock.waitForTurn()")
              .hasMessageContaining("AsyncTestSamples$Deadlocked.")
              .hasMessageContaining("  + Awaited by:\n    * Task(name='Task-1'")
              .hasNoSuppressedExceptions();
        });
    assertThat(LOG).containsExactly("tearDown");
  }

  @Test
  void circleOfTasksIsShown() {
    assertThat(failures(AsyncTestSamples.Circle.class))
        .singleElement()
        .satisfies(failure ->
            assertThat(failure)
                .hasMessageContaining("deadlock at 0.0 s")
                .hasMessageContaining("Task(name='left'")
                .hasMessageContaining("Task(name='right'")
                .hasMessageContaining("a circle: it waits for itself"));
  }

  @Test
  void leakedTaskFails() {
    assertThat(failures(AsyncTestSamples.Leaking.class))
        .singleElement()
        .satisfies(failure ->
            assertThat(failure)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("a task was left running")
                .hasMessageContaining("Task(name='forgotten'"));
  }

  @Test
  void reportsFail() {
    List<Throwable> failures = failures(AsyncTestSamples.Reporting.class);
    assertThat(failures).hasSize(2);
    assertThat(failures)
        .anySatisfy(failure -> {
          assertThat(failure).hasMessageContaining("was told: Exception in callback");
          assertThat(failure.getSuppressed())
              .singleElement()
              .satisfies(cause -> assertThat(cause).hasMessage("in the callback"));
        });
    assertThat(failures)
        .anySatisfy(failure ->
            assertThat(failure).hasMessageContaining("Future exception was never retrieved"));
  }

  @Test
  void failureArrivesAsItselfWithWhatWasReportedBefore() {
    assertThat(failures(AsyncTestSamples.Failing.class))
        .singleElement()
        .satisfies(failure -> {
          assertThat(failure).isSameAs(AsyncTestSamples.Failing.FAILURE);
          assertThat(failure.getSuppressed())
              .singleElement()
              .satisfies(cause -> assertThat(cause).hasMessageContaining("the reason"));
        });
  }

  @Test
  void cancelledTestFails() {
    assertThat(failures(AsyncTestSamples.Cancelled.class))
        .singleElement()
        .satisfies(failure -> assertThat(failure).hasMessage("by itself"));
  }

  @Test
  void failedSetUpKeepsTheTestFromRunning() {
    assertThat(failures(AsyncTestSamples.FailingSetUp.class))
        .singleElement()
        .satisfies(failure -> assertThat(failure).hasMessage("no set-up"));
    assertThat(LOG).isEmpty();
  }

  @Test
  void limitEndsWhatPollsForEver() {
    assertThat(failures(AsyncTestSamples.Endless.class))
        .singleElement()
        .satisfies(failure ->
            assertThat(failure)
                .hasMessageContaining("not done within PT1M40S of virtual time at 101.0 s")
                .hasMessageContaining("pollsForEver"));
  }

  @Test
  void testThatIgnoresItsCancellationIsUnwound() {
    assertThat(failures(AsyncTestSamples.EndlessAndStubborn.class))
        .singleElement()
        .satisfies(failure -> assertThat(failure).hasMessageContaining("deadlock at 0.0 s"));
    assertThat(LOG).isEmpty();
  }

  @Test
  void negativeLimitIsRefused() {
    assertThat(failures(AsyncTestSamples.BadLimit.class))
        .singleElement()
        .satisfies(
            failure -> assertThat(failure).hasMessage("limitSeconds must not be negative: -1"));
  }
}
