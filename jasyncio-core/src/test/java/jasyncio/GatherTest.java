package jasyncio;

import static jasyncio.Asyncio.async;
import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.createTask;
import static jasyncio.Asyncio.gather;
import static jasyncio.Asyncio.gatherReturningExceptions;
import static jasyncio.Asyncio.getRunningLoop;
import static jasyncio.Asyncio.millis;
import static jasyncio.Asyncio.sleep;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// How the results, failures and cancellations of several come together in one.
class GatherTest {
  private static Coroutine<String> after(int millis, String result) {
    return sleep(millis(millis), result);
  }

  private static Coroutine<String> failing(int millis, Throwable failure) {
    return async(() -> {
      await(sleep(millis(millis)));
      throw failure;
    });
  }

  @Test
  void resultsComeInTheOrderOfTheArguments() {
    Virtual.run(() -> {
      Future<String> future = getRunningLoop().createFuture();
      getRunningLoop().callLater(millis(2), () -> future.setResult("future"));
      assertThat(await(gather(after(3, "slow"), future, after(1, "quick"))))
          .containsExactly("slow", "future", "quick");
    });
  }

  @Test
  void nothingGivesAnEmptyListAtOnce() {
    Virtual.run(() -> {
      Future<List<Object>> nothing = gather(List.of());
      assertThat(nothing.done()).isTrue();
      assertThat(await(nothing)).isEmpty();
    });
  }

  @Test
  void nullIsAResult() {
    Virtual.run(() -> {
      List<@Nullable Void> results = await(gather(List.of(async(() -> {}), async(() -> {}))));
      assertThat(results).isEqualTo(Arrays.asList(null, null));
    });
  }

  @Test
  void theSameCoroutineTwiceRunsOnceAndCountsTwice() {
    Virtual.run(() -> {
      int[] runs = {0};
      Coroutine<Integer> once = async(() -> ++runs[0]);
      Task<Integer> task = createTask(() -> 7);
      assertThat(await(gather(once, task, once, task))).containsExactly(1, 7, 1, 7);
    });
  }

  @Test
  void theFirstFailureComesOutAtOnceAndTheOthersRunOn() {
    Virtual.run(() -> {
      List<String> log = new ArrayList<>();
      IOException failure = new IOException("first");
      Task<?> slow =
          createTask(() -> {
            await(sleep(millis(5)));
            log.add("slow is done");
          });
      List<String> reports = Virtual.reports();
      Future<?> both =
          gather(List.of(slow, failing(1, failure), failing(2, new IOException("second"))));
      assertThatThrownBy(() -> await(both)).isSameAs(failure);
      assertThat(log).isEmpty();
      await(slow);
      assertThat(log).containsExactly("slow is done");
      assertThat(reports).isEmpty(); // the second failure counts as looked at
    });
  }

  @Test
  void aChildThatIsCancelledEndsItLikeAFailure() {
    Virtual.run(() -> {
      Task<String> gone = createTask(after(60, "never"));
      Future<List<String>> both = gather(gone, after(1, "runs on"));
      getRunningLoop().callSoon(() -> gone.cancel("gone"));
      assertThatThrownBy(() -> await(both)).isInstanceOf(CancelledError.class).hasMessage("gone");
      assertThat(both.cancelled()).isFalse(); // nobody cancelled the gathering
    });
  }

  @Test
  void exceptionsAndCancellationsCanBeResults() {
    Virtual.run(() -> {
      IOException failure = new IOException("theirs");
      Future<String> gone = getRunningLoop().createFuture();
      getRunningLoop().callSoon(() -> gone.cancel("gone"));
      List<@Nullable Object> results =
          await(gatherReturningExceptions(List.of(failing(1, failure), gone, after(2, "fine"))));
      assertThat(results).hasSize(3);
      assertThat(results.get(0)).isSameAs(failure);
      assertThat(results.get(1))
          .isInstanceOfSatisfying(CancelledError.class, e -> assertThat(e).hasMessage("gone"));
      assertThat(results.get(2)).isEqualTo("fine");
    });
  }

  @Test
  void cancellingItCancelsAllThatAreNotDoneAndWaitsForThem() {
    Virtual.run(() -> {
      List<String> log = new ArrayList<>();
      Task<String> quick = createTask(after(1, "quick"));
      Task<String> careful =
          createTask(() -> {
            try {
              return await(after(60, "never"));
            } finally {
              await(sleep(millis(5)));
              log.add("cleaned up");
            }
          });
      Future<List<String>> both = gather(quick, careful);
      await(sleep(millis(2)));
      assertThat(both.cancel()).isTrue();
      assertThatThrownBy(() -> await(both)).isInstanceOf(CancelledError.class);
      assertThat(log).containsExactly("cleaned up");
      assertThat(quick.result()).isEqualTo("quick");
      assertThat(both.cancel()).isFalse();
    });
  }

  @Test
  void cancelledWithExceptionsAsResultsItIsCancelledAllTheSame() {
    Virtual.run(() -> {
      Task<List<@Nullable Object>> waiting =
          createTask(() -> await(gatherReturningExceptions(after(60, "a"), after(60, "b"))));
      await(sleep(millis(1)));
      waiting.cancel();
      assertThatThrownBy(() -> await(waiting)).isInstanceOf(CancelledError.class);
      assertThat(waiting.cancelled()).isTrue();
    });
  }

  @Test
  void cancellingItWhenAllAreDoneIsTooLate() {
    Virtual.run(() -> {
      Future<String> done = getRunningLoop().createFuture();
      done.setResult("done");
      Task<String> task = createTask(() -> "task");
      Future<List<String>> both = gather(done, task);
      Virtual.turns(1); // the task has ended, and its report is on the way
      assertThat(both.cancel()).isFalse();
      assertThat(await(both)).containsExactly("done", "task");
    });
  }

  @Test
  void theCallGraphShowsWhoWaits() {
    Virtual.run(() -> {
      Task<String> child = createTask(after(5, "child"));
      Task<List<String>> parent = createTask(() -> await(gather(child)));
      await(sleep(millis(1)));
      assertThat(Asyncio.captureCallGraph(child).awaitedBy())
          .extracting(CallGraph::future)
          .containsExactly(parent);
      await(parent);
    });
  }

  @Test
  void futuresOfDifferentLoopsCannotBeGathered() {
    try (EventLoop other = EventLoop.create(Virtual.config())) {
      Future<String> foreign = other.createFuture();
      Virtual.run(() ->
          assertThatThrownBy(() -> gather(after(1, "mine"), foreign))
              .isInstanceOf(IllegalArgumentException.class)
              .hasMessageStartingWith("The future belongs to a different loop"));
    }
  }
}
