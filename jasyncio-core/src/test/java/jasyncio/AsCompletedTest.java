package jasyncio;

import static jasyncio.Asyncio.asCompleted;
import static jasyncio.Asyncio.async;
import static jasyncio.Asyncio.asyncFor;
import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.createTask;
import static jasyncio.Asyncio.millis;
import static jasyncio.Asyncio.sleep;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jasyncio.parity.Parity;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;

@Parity("CMB-05")
class AsCompletedTest {
  private final List<Object> log = new ArrayList<>();

  private static void run(AsyncAction body) {
    Asyncio.run(async(body), LoopConfig.defaults().withVirtualTime());
  }

  private static Coroutine<Integer> after(int ms) {
    return sleep(millis(ms), ms);
  }

  @Test
  void asyncForGivesTheFuturesThemselvesInTheOrderOfCompletion() {
    run(() -> {
      Task<Integer> slow = createTask(after(30));
      Task<Integer> fast = createTask(after(10));
      for (Future<Integer> done : asyncFor(asCompleted(List.of(slow, fast)))) {
        assertThat(done.done()).isTrue();
        log.add(done);
      }
      assertThat(log).containsExactly(fast, slow);
    });
  }

  @Test
  void plainForGivesCoroutinesOfTheResults() {
    run(() -> {
      for (Coroutine<Integer> next : asCompleted(List.of(after(30), after(10), after(20)))) {
        log.add(await(next));
      }
      assertThat(log).containsExactly(10, 20, 30);
    });
  }

  @Test
  void failureComesWithItsTurnAndTheOthersFollow() {
    run(() -> {
      Coroutine<Integer> failing =
          async(() -> {
            await(sleep(millis(5)));
            throw new java.io.IOException("no");
          });
      for (Coroutine<Integer> next : asCompleted(List.of(after(10), failing))) {
        try {
          log.add(await(next, java.io.IOException.class));
        } catch (java.io.IOException e) {
          log.add(e.getMessage());
        }
      }
      assertThat(log).containsExactly("no", 10);
    });
  }

  @Test
  void timeoutIsReportedForEachThatIsNotDoneAndTheyRunOn() {
    run(() -> {
      Task<Integer> late = createTask(after(30));
      Task<Integer> later = createTask(after(40));
      for (Coroutine<Integer> next : asCompleted(List.of(after(10), late, later), millis(20))) {
        try {
          log.add(await(next));
        } catch (TimeoutError e) {
          log.add("timeout");
        }
      }
      assertThat(log).containsExactly(10, "timeout", "timeout");
      assertThat(await(late)).isEqualTo(30);
      assertThat(await(later)).isEqualTo(40);
    });
  }

  @Test
  void sameAwaitableTwiceCountsOnce() {
    run(() -> {
      Task<Integer> task = createTask(after(1));
      for (Coroutine<Integer> next : asCompleted(List.of(task, task))) {
        log.add(await(next));
      }
      assertThat(log).containsExactly(1);
    });
  }

  @Test
  void coroutinesCanBeAwaitedAtTheSameTime() {
    run(() -> {
      List<Task<Integer>> takers = new ArrayList<>();
      for (Coroutine<Integer> next : asCompleted(List.of(after(20), after(10)))) {
        takers.add(createTask(next));
      }
      assertThat(await(Asyncio.gather(takers))).containsExactly(10, 20);
    });
  }

  @Test
  void cancelledTakerLetsTheNextOneThrough() {
    run(() -> {
      Future<Integer> future = Asyncio.getRunningLoop().createFuture();
      Future<Integer> never = Asyncio.getRunningLoop().createFuture();
      var iterator = asCompleted(List.of(future, never)).iterator();
      Task<Integer> first = createTask(iterator.next());
      Task<Integer> second = createTask(iterator.next());
      await(sleep(millis(1)));
      future.setResult(5);
      await(sleep(millis(0))); // the completion has woken the first taker
      first.cancel();
      assertThat(await(second)).isEqualTo(5);
      assertThat(first.cancelled()).isTrue();
      assertThat(iterator.hasNext()).isFalse();
      assertThatThrownBy(iterator::next).isInstanceOf(NoSuchElementException.class);
    });
  }

  @Test
  void nothingGivesNothing() {
    run(() -> {
      assertThat(asCompleted(List.<Coroutine<Integer>>of()).iterator().hasNext()).isFalse();
      for (Object ignored : asyncFor(asCompleted(List.<Coroutine<Integer>>of()))) {
        log.add(ignored);
      }
      assertThat(log).isEmpty();
    });
  }
}
