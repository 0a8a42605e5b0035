package jasyncio;

import static jasyncio.Asyncio.asyncFor;
import static jasyncio.Asyncio.asyncGenerator;
import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.createTask;
import static jasyncio.Asyncio.millis;
import static jasyncio.Asyncio.sleep;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// A body that gives items one by one, asked for by hand.
class AsyncGeneratorTest {
  private final List<String> log = new ArrayList<>();

  private AsyncGenerator<Integer> counting(int upTo) {
    return asyncGenerator(yielder -> {
      log.add("begin");
      try {
        for (int i = 1; i <= upTo; i++) {
          await(sleep(millis(1)));
          yielder.yield(i);
        }
      } finally {
        log.add("end");
      }
    });
  }

  @Test
  void nothingRunsBeforeTheFirstItemIsAskedFor() {
    Virtual.run(() -> {
      AsyncGenerator<Integer> generator = counting(2);
      Coroutine<Integer> first = generator.anext();
      assertThat(log).isEmpty();
      assertThat(await(first)).isEqualTo(1);
      assertThat(await(generator.anext())).isEqualTo(2);
      assertThat(log).containsExactly("begin");
      assertThatThrownBy(() -> await(generator.anext())).isInstanceOf(StopAsyncIteration.class);
      assertThat(log).containsExactly("begin", "end");
      assertThatThrownBy(() -> await(generator.anext())).isInstanceOf(StopAsyncIteration.class);
      assertThat(generator).hasToString("<AsyncGenerator finished>");
    });
  }

  @Test
  void aLoopTakesAllItems() {
    Virtual.run(() -> {
      List<Integer> items = new ArrayList<>();
      for (int item : asyncFor(counting(3))) {
        items.add(item);
      }
      assertThat(items).containsExactly(1, 2, 3);
    });
  }

  @Test
  void leavingALoopEarlyInATryStatementEndsTheBody() {
    Virtual.run(() -> {
      try (AsyncGenerator<Integer> generator = counting(3)) {
        for (int _ : asyncFor(generator)) {
          break;
        }
        assertThat(log).containsExactly("begin");
      }
      assertThat(log).containsExactly("begin", "end");
    });
  }

  @Test
  void whatIsSentIsTheResultOfTheYield() {
    Virtual.run(() -> {
      AsyncGenerator<Object> echo =
          asyncGenerator(yielder -> {
            Object sent = "ready";
            while (true) {
              sent = yielder.yield("got " + sent);
            }
          });
      assertThatThrownBy(() -> await(echo.asend("too early")))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("can't send non-None value to a just-started async generator");
      assertThat(await(echo.asend(null))).isEqualTo("got ready");
      assertThat(await(echo.asend("a"))).isEqualTo("got a");
      assertThat(await(echo.anext())).isEqualTo("got null");
      echo.close();
    });
  }

  @Test
  void whatIsThrownInIsThrownAtTheYield() {
    Virtual.run(() -> {
      AsyncGenerator<String> careful =
          asyncGenerator(yielder -> {
            while (true) {
              try {
                yielder.yield("item");
              } catch (UncheckedIOException e) {
                yielder.yield("caught " + e.getMessage());
              }
            }
          });
      assertThat(await(careful.anext())).isEqualTo("item");
      assertThat(await(careful.athrow(new UncheckedIOException("here", new IOException()))))
          .isEqualTo("caught here");
      IllegalStateException uncaught = new IllegalStateException("ends it");
      assertThatThrownBy(() -> await(careful.athrow(uncaught))).isSameAs(uncaught);
      assertThatThrownBy(() -> await(careful.anext())).isInstanceOf(StopAsyncIteration.class);
      assertThat(await(careful.athrow(uncaught))).isNull(); // it had ended before
    });
  }

  @Test
  void whatIsThrownIntoOneThatHasNotBegunEndsItWithoutRunning() {
    Virtual.run(() -> {
      AsyncGenerator<Integer> generator = counting(1);
      IOException thrown = new IOException("in");
      assertThatThrownBy(() -> await(generator.athrow(thrown))).isSameAs(thrown);
      assertThat(log).isEmpty();
      assertThatThrownBy(() -> await(generator.anext())).isInstanceOf(StopAsyncIteration.class);
    });
  }

  @Test
  void aFailureOfTheBodyComesOutOnce() {
    Virtual.run(() -> {
      IOException failure = new IOException("body");
      AsyncGenerator<Integer> failing =
          asyncGenerator(yielder -> {
            yielder.yield(1);
            throw failure;
          });
      await(failing.anext());
      assertThatThrownBy(() -> await(failing.anext())).isSameAs(failure);
      assertThatThrownBy(() -> await(failing.anext())).isInstanceOf(StopAsyncIteration.class);
    });
  }

  @Test
  void closingWaitsForTheBodyToCleanUpAndCanBeRepeated() {
    Virtual.run(() -> {
      AsyncGenerator<Integer> generator =
          asyncGenerator(yielder -> {
            try {
              yielder.yield(1);
            } finally {
              await(sleep(millis(5)));
              log.add("cleaned up");
            }
          });
      await(generator.anext());
      await(generator.aclose());
      assertThat(log).containsExactly("cleaned up");
      await(generator.aclose());
      AsyncGenerator<Integer> unused = counting(1);
      await(unused.aclose());
      assertThatThrownBy(() -> await(unused.anext())).isInstanceOf(StopAsyncIteration.class);
      assertThat(log).containsExactly("cleaned up");
    });
  }

  @Test
  void aBodyThatYieldsWhileItIsClosedIsABug() {
    Virtual.run(() -> {
      AsyncGenerator<Integer> stubborn =
          asyncGenerator(yielder -> {
            try {
              yielder.yield(1);
            } catch (GeneratorExit e) {
              yielder.yield(2);
            }
          });
      Virtual.reports(); // the loop tries again at its end
      await(stubborn.anext());
      assertThatThrownBy(() -> await(stubborn.aclose()))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("async generator ignored GeneratorExit");
    });
  }

  @Test
  void aStopAsyncIterationOfTheBodyIsABug() {
    Virtual.run(() -> {
      AsyncGenerator<Integer> wrong =
          asyncGenerator(_ -> {
            throw new StopAsyncIteration();
          });
      assertThatThrownBy(() -> await(wrong.anext()))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("async generator raised StopAsyncIteration")
          .hasCauseInstanceOf(StopAsyncIteration.class);
    });
  }

  @Test
  void twoTasksCannotAskAtTheSameTime() {
    Virtual.run(() -> {
      AsyncGenerator<Integer> generator = counting(3);
      Task<Integer> first = createTask(generator.anext());
      Virtual.turns(1);
      assertThat(generator.isRunning()).isTrue();
      assertThat(generator).hasToString("<AsyncGenerator running>");
      assertThatThrownBy(() -> await(generator.anext()))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("anext(): asynchronous generator is already running");
      assertThatThrownBy(() -> await(generator.aclose()))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("aclose(): asynchronous generator is already running");
      assertThat(await(first)).isEqualTo(1);
      assertThat(generator.isRunning()).isFalse();
      assertThat(await(generator.anext())).isEqualTo(2);
      generator.close();
    });
  }

  @Test
  void aCancellationReachesTheBodyWhichMayGoOn() {
    Virtual.run(() -> {
      AsyncGenerator<String> generator =
          asyncGenerator(yielder -> {
            try {
              await(sleep(millis(60)));
            } catch (CancelledError e) {
              log.add("body was cancelled");
            }
            yielder.yield("all the same");
          });
      Task<String> asking = createTask(generator.anext());
      Virtual.turns(2);
      asking.cancel();
      assertThat(await(asking)).isEqualTo("all the same");
      assertThat(log).containsExactly("body was cancelled");
      generator.close();
    });
  }

  @Test
  void itemsAndTasksTakeTurns() {
    Virtual.run(() -> {
      Task<@Nullable Void> other =
          createTask(() -> {
            for (int i = 0; i < 3; i++) {
              log.add("other");
              await(sleep(millis(1)));
            }
          });
      for (int item : asyncFor(counting(3))) {
        log.add("item " + item);
      }
      await(other);
      assertThat(log)
          .containsExactly("begin", "other", "item 1", "other", "item 2", "other", "item 3", "end");
    });
  }
}
