package jasyncio.testing;

import static jasyncio.testing.AsyncTestSamples.LOG;
import static jasyncio.testing.Kit.assertPasses;
import static jasyncio.testing.Kit.failures;
import static org.assertj.core.api.Assertions.assertThat;

import jasyncio.parity.Parity;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@Parity("RUN-07")
class AsyncTestTest {

  @BeforeEach
  void forget() {
    LOG.clear();
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
              .hasMessageContaining("in jasyncio.sync.Lock.take()")
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
                .hasMessageContaining("Task(name='forgotten'")
                .hasMessageContaining(
                    "forgotten was made at jasyncio.testing.AsyncTestSamples$Leaking.leavesATask("
                        + "AsyncTestSamples.java:"));
  }

  @Test
  void executorThatIsNotShutDownFailsWithItsPlace() {
    assertThat(failures(AsyncTestSamples.LeakingExecutor.class))
        .singleElement()
        .satisfies(failure ->
            assertThat(failure)
                .hasMessageContaining("was not shut down; it was first given to the loop at ")
                .hasMessageContaining("AsyncTestSamples$LeakingExecutor.leavesOne(")
                .hasMessageContaining("ThreadPoolExecutor"));
  }

  @Test
  void backgroundLoopThatIsNotClosedFailsWithItsPlace() {
    List<Throwable> failures = failures(AsyncTestSamples.LeakingLoop.class);
    AsyncTestSamples.LeakingLoop.left.close();
    assertThat(failures)
        .singleElement()
        .satisfies(failure ->
            assertThat(failure)
                .hasMessageContaining("was not closed; it was made at ")
                .hasMessageContaining("AsyncTestSamples$LeakingLoop.leavesALoop("));
  }

  @Test
  void resourceThatIsNotClosedFailsWithItsPlace() {
    assertThat(failures(AsyncTestSamples.LeakingResource.class))
        .singleElement()
        .satisfies(failure ->
            assertThat(failure)
                .hasMessageStartingWith("the open one was not closed; it was made at ")
                .hasMessageContaining("AsyncTestSamples$LeakingResource.opensTwoAndClosesOne("));
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
