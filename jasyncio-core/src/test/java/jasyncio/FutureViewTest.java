package jasyncio;

import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.createTask;
import static jasyncio.Asyncio.getRunningLoop;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Futures as other libraries see them.
@Timeout(60)
class FutureViewTest {
  @Test
  void pendingFutureKeepsOneViewHoweverManyAreAskedFor() {
    Virtual.run(() -> {
      Future<String> future = getRunningLoop().createFuture();
      Task<String> waiter = createTask(() -> await(future));
      Virtual.turns(1);
      CompletableFuture<String> view = future.toCompletableFuture();
      for (int i = 0; i < 10; i++) {
        assertThat(future.toCompletableFuture()).isSameAs(view);
      }
      future.setResult("result");
      assertThat(await(waiter)).isEqualTo("result");
      assertThat(view).isCompletedWithValue("result");
    });
  }

  @Test
  void viewOfAFutureThatIsDoneIsDone() {
    Virtual.run(() -> {
      Future<String> future = getRunningLoop().createFuture();
      future.setResult("result");
      assertThat(future.toCompletableFuture()).isCompletedWithValue("result");
    });
  }

  @Test
  void viewThatWasCompletedByHandIsNotKeptNorHandedOutAgain() {
    Virtual.run(() -> {
      Future<String> future = getRunningLoop().createFuture();
      CompletableFuture<String> view = future.toCompletableFuture();
      view.complete("by hand");
      assertThat(future.toCompletableFuture()).isNotSameAs(view).isNotDone();
      Virtual.turns(2);
      assertThat(future.done()).isFalse();
      future.setResult("result");
      Virtual.turns(1);
      assertThat(view).isCompletedWithValue("by hand");
    });
  }

  @Test
  void timeLimitOfOneUserDoesNotEndTheViewOfTheOthers() {
    Virtual.run(() -> {
      Future<String> future = getRunningLoop().createFuture();
      CompletableFuture<String> limited =
          future.toCompletableFuture().orTimeout(1, TimeUnit.NANOSECONDS);
      CompletableFuture<String> defaulted =
          future.toCompletableFuture().completeOnTimeout("late", 1, TimeUnit.NANOSECONDS);
      assertThatThrownBy(limited::join)
          .hasRootCauseInstanceOf(java.util.concurrent.TimeoutException.class);
      assertThat(defaulted.join()).isEqualTo("late");
      assertThat(future.toCompletableFuture()).isNotDone();
      future.setResult("result");
    });
  }
}
