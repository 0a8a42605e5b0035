package jasyncio;

import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.createTask;
import static jasyncio.Asyncio.getRunningLoop;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A future of one's own that calls its operation off when it is cancelled.
class FutureHookTest {
  private final List<String> log = new ArrayList<>();

  @Test
  void cancellingTheTaskThatWaitsCallsTheHookInPlaceAndOnce() {
    Virtual.run(() -> {
      Future<String> future = getRunningLoop().createFuture(() -> log.add("called off"));
      Task<String> task = createTask(() -> await(future));
      Virtual.turns(1);
      task.cancel();
      assertThat(log).containsExactly("called off");
      assertThat(future.cancelled()).isTrue();
      assertThat(future.cancel()).isFalse();
      assertThatThrownBy(() -> await(task)).isInstanceOf(CancelledError.class);
    });
    assertThat(log).containsExactly("called off");
  }

  @Test
  void hookIsNotCalledOnceTheFutureIsDone() {
    Virtual.run(() -> {
      Future<String> future = getRunningLoop().createFuture(() -> log.add("called off"));
      future.setResult("result");
      assertThat(future.cancel()).isFalse();
      assertThat(await(future)).isEqualTo("result");
    });
    assertThat(log).isEmpty();
  }

  @Test
  void hookMayCompleteTheFutureInstead() {
    Virtual.run(() -> {
      List<Future<String>> made = new ArrayList<>();
      Future<String> future =
          getRunningLoop().createFuture(() -> made.getFirst().setResult("just in time"));
      made.add(future);
      assertThat(future.cancel()).isFalse();
      assertThat(await(future)).isEqualTo("just in time");
    });
  }

  @Test
  void hookThatThrowsIsReportedAndTheFutureCancelledAllTheSame() {
    Virtual.run(() -> {
      List<String> reports = Virtual.reports();
      Future<String> future =
          getRunningLoop()
              .createFuture(() -> {
                throw new IllegalStateException("the operation is stuck");
              });
      assertThat(future.cancel("message")).isTrue();
      assertThatThrownBy(() -> await(future)).hasMessage("message");
      assertThat(reports)
          .containsExactly(
              "Cancelling a future failed: IllegalStateException the operation is stuck");
    });
  }
}
