package jasyncio;

import static jasyncio.Asyncio.async;
import static jasyncio.Asyncio.asyncGenerator;
import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.createTask;
import static jasyncio.Asyncio.currentTask;
import static jasyncio.Asyncio.getRunningLoop;
import static jasyncio.Asyncio.seconds;
import static jasyncio.Asyncio.sleep;
import static jasyncio.Virtual.turns;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// An await inside `synchronized` is refused; nothing that the loop did meanwhile is lost, and
/// nothing of the await is left.
///
/// The thread engine cannot refuse: its tasks have monitors of their own.
@Tag("continuation-engine")
class RefusedAwaitTest {
  private final List<String> log = new ArrayList<>();

  /// A fresh lock each time: one that was inflated once is not noticed any more.
  private static void refused(Runnable await) {
    Object lock = new Object();
    assertThatThrownBy(
            () -> {
              synchronized (lock) {
                await.run();
              }
            })
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("await inside `synchronized`");
    assertThat(Thread.holdsLock(lock)).isFalse();
  }

  private Task<?> task(String name) {
    return createTask(() -> {
      log.add(name + " starts");
      turns(1);
      log.add(name + " ends");
    });
  }

  /// The number of awaits before decides whether the task tries to go on in place first.
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 63, 64, 65})
  void tasksAndCallbacksThatWereNextRunOnceAndInOrder(int awaitsBefore) {
    Virtual.run(() -> {
      EventLoop loop = getRunningLoop();
      turns(awaitsBefore);
      Task<?> me = currentTask();
      loop.callSoon(() -> log.add("callback 1"));
      Task<?> a = task("a");
      loop.callSoon(() -> log.add("callback 2"));
      Task<?> b = task("b");
      refused(() -> await(sleep(Duration.ZERO)));
      assertThat(currentTask()).isSameAs(me);
      log.add("refused");
      refused(() -> await(sleep(Duration.ZERO)));
      log.add("refused again");
      turns(1);
      log.add("first turn");
      await(Asyncio.wait(List.of(a, b)));
    });
    assertThat(log)
        .containsOnlyOnce(
            "callback 1", "callback 2", "a starts", "a ends", "b starts", "b ends", "first turn")
        .containsSubsequence("callback 1", "a starts", "callback 2", "b starts", "a ends", "b ends")
        .containsSubsequence("refused", "refused again", "first turn");
  }

  @Test
  void futureThatComesAfterTheRefusalWakesNobody() {
    Virtual.run(() -> {
      EventLoop loop = getRunningLoop();
      turns(1);
      task("other");
      Future<String> future = loop.createFuture();
      refused(() -> await(future));
      loop.callSoon(() -> future.setResult("late"));
      long turn = loop.turn();
      await(sleep(Duration.ZERO));
      assertThat(loop.turn()).isEqualTo(turn + 1);
      await(sleep(Duration.ZERO));
      assertThat(loop.turn()).isEqualTo(turn + 2);
      assertThat(await(future)).isEqualTo("late");
    });
  }

  @Test
  void futureThatCameDuringTheRefusalIsStillThere() {
    Virtual.run(() -> {
      EventLoop loop = getRunningLoop();
      turns(1);
      Future<String> future = loop.createFuture();
      loop.callSoon(() -> future.setResult("result")); // runs in place of the await
      task("next in line");
      refused(() -> await(future));
      long turn = loop.turn();
      await(sleep(Duration.ZERO));
      assertThat(loop.turn()).isEqualTo(turn + 1); // no wake-up was left in the queue
      assertThat(await(future)).isEqualTo("result");
    });
  }

  @Test
  void cancellationThatCameDuringTheRefusalIsDeliveredAtTheNextAwait() {
    Virtual.run(() -> {
      EventLoop loop = getRunningLoop();
      Task<?> me = currentTask();
      turns(1);
      for (int i = 0; i < 3; i++) {
        loop.callSoon(() -> me.cancel("not lost")); // runs in place of the await
        task("next in line");
        refused(() -> await(loop.createFuture()));
        assertThat(me.cancelling()).isEqualTo(1);
        assertThatThrownBy(() -> await(sleep(seconds(1))))
            .isInstanceOf(CancelledError.class)
            .hasMessage("not lost");
        me.uncancel();
        await(sleep(seconds(1)));
      }
    });
  }

  @Test
  void cancellationThatWasPendingBeforeTheRefusalIsDeliveredAtTheNextAwait() {
    Virtual.run(() -> {
      EventLoop loop = getRunningLoop();
      Task<?> me = currentTask();
      for (int i = 0; i < 3; i++) {
        me.cancel("still there");
        task("next in line");
        refused(() -> await(loop.createFuture()));
        assertThatThrownBy(() -> await(sleep(Duration.ZERO)))
            .isInstanceOf(CancelledError.class)
            .hasMessage("still there");
        me.uncancel();
        await(sleep(seconds(1)));
      }
    });
  }

  @Test
  void cancellationOfTheFutureAloneIsNotTakenForOneOfTheTask() {
    Virtual.run(() -> {
      EventLoop loop = getRunningLoop();
      turns(1);
      Future<String> future = loop.createFuture();
      loop.callSoon(() -> future.cancel());
      task("next in line");
      refused(() -> await(future));
      await(sleep(seconds(1)));
      assertThat(future.cancelled()).isTrue();
    });
  }

  @Test
  void sharedFutureKeepsItsOtherWaiters() {
    Virtual.run(() -> {
      EventLoop loop = getRunningLoop();
      Future<String> future = loop.createFuture();
      List<Task<String>> waiters = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        waiters.add(createTask(() -> await(future)));
        turns(1);
        task("busy");
        refused(() -> await(future));
      }
      loop.callSoon(() -> future.setResult("for all"));
      assertThat(await(Asyncio.gather(waiters))).containsExactly("for all", "for all", "for all");
    });
  }

  @Test
  void sleepingTaskThatIsRefusedTakesItsTimerAlong() {
    Virtual.run(() -> {
      turns(1);
      task("next in line");
      refused(() -> await(sleep(seconds(1000))));
      assertThat(getRunningLoop().kernel.timers.nanosUntilNext(0)).isEqualTo(Long.MAX_VALUE);
    });
  }

  @Test
  void generatorBodyIsToldAndCanGoOn() {
    Virtual.run(() -> {
      AsyncGenerator<String> generator =
          asyncGenerator(yielder -> {
            refused(() -> await(sleep(seconds(1))));
            await(sleep(seconds(1)));
            yielder.yield("item");
            refused(() -> await(sleep(seconds(2))));
          });
      for (int i = 0; i < 2; i++) {
        task("other " + i);
      }
      assertThat(await(generator.anext())).isEqualTo("item");
      assertThatThrownBy(() -> await(generator.anext())).isInstanceOf(StopAsyncIteration.class);
    });
  }

  @Test
  void consumerThatHoldsAMonitorIsToldThroughTheGenerator() {
    Virtual.run(() -> {
      List<String> inside = new ArrayList<>();
      AsyncGenerator<String> generator =
          asyncGenerator(yielder -> {
            try {
              await(sleep(seconds(1)));
            } catch (IllegalStateException e) {
              inside.add("refused");
            }
            yielder.yield("item");
          });
      Object lock = new Object();
      synchronized (lock) {
        assertThat(await(generator.anext())).isEqualTo("item"); // a yield leaves nobody's stack
        assertThat(Thread.holdsLock(lock)).isTrue();
      }
      assertThat(inside).containsExactly("refused");
      await(generator.aclose());
    });
  }

  @Test
  void consumerMayHoldAMonitorWhileItsGeneratorYields() {
    Virtual.run(() -> {
      AsyncGenerator<Integer> generator =
          asyncGenerator(yielder -> {
            for (int i = 0; i < 200; i++) {
              yielder.yield(i);
            }
          });
      int sum = 0;
      Object lock = new Object();
      synchronized (lock) {
        for (int i : Asyncio.asyncFor(generator)) {
          assertThat(Thread.holdsLock(lock)).isTrue();
          sum += i;
        }
      }
      assertThat(sum).isEqualTo(199 * 200 / 2);
    });
  }

  @Test
  void eagerChildOfATaskThatHoldsAMonitorSuspendsAndLeavesItThere() {
    Virtual.run(() -> {
      TaskOptions eager = TaskOptions.defaults().withEagerStart(true);
      Object lock = new Object();
      List<Task<Object>> children = new ArrayList<>();
      synchronized (lock) {
        for (int i = 0; i < 50; i++) {
          children.add(createTask(Virtual.yieldOnce(), eager));
          assertThat(Thread.holdsLock(lock)).isTrue();
        }
      }
      assertThat(await(Asyncio.gather(children))).hasSize(50).containsOnly("yielded");
    });
  }

  @Test
  void eagerChildOfACallbackThatHoldsAMonitorSuspendsAndLeavesItThere() {
    Virtual.run(() -> {
      EventLoop loop = getRunningLoop();
      TaskOptions eager = TaskOptions.defaults().withEagerStart(true);
      Future<Task<Object>> child = loop.createFuture();
      Object lock = new Object();
      loop.callLater(
          seconds(1),
          () -> {
            synchronized (lock) {
              child.setResult(loop.createTask(Virtual.yieldOnce(), eager));
              assertThat(Thread.holdsLock(lock)).isTrue();
            }
          });
      assertThat(await(await(child))).isEqualTo("yielded");
      assertThat(Thread.holdsLock(lock)).isFalse();
    });
  }

  @Test
  void generatorInAnEagerChildLeavesTheParentsMonitorAlone() {
    Virtual.run(() -> {
      TaskOptions eager = TaskOptions.defaults().withEagerStart(true);
      Object lock = new Object();
      Task<String> child;
      synchronized (lock) {
        child =
            createTask(
                async(() -> {
                  AsyncGenerator<String> generator =
                      asyncGenerator(yielder -> {
                        await(sleep(seconds(1)));
                        yielder.yield("item");
                      });
                  try (generator) {
                    return await(generator.anext());
                  }
                }),
                eager);
        assertThat(Thread.holdsLock(lock)).isTrue();
      }
      assertThat(await(child)).isEqualTo("item");
    });
  }

  @Test
  void debugModeLooksAtTheFirstAwaitsAndThenAtAFewOfMany() {
    Asyncio.run(
        async(() -> {
          turns(HeldMonitors.FIRST_LOOKS);
          assertThat(getRunningLoop().kernel.heldMonitors.looks())
              .isEqualTo(HeldMonitors.FIRST_LOOKS);
          turns(20 * HeldMonitors.FIRST_LOOKS);
          assertThat(getRunningLoop().kernel.heldMonitors.looks())
              .isLessThan(10 * HeldMonitors.FIRST_LOOKS);
        }),
        Virtual.config().withDebug(true));
  }

  @Test
  void debugModeRefusesAMonitorThatTheEngineCannotSee() {
    Asyncio.run(
        async(() -> {
          Object lock = new Object();
          Thread waiter;
          synchronized (lock) { // contended once, so inflated for good
            waiter =
                Thread.ofPlatform()
                    .start(() -> {
                      synchronized (lock) {
                        lock.hashCode();
                      }
                    });
            while (waiter.getState() != Thread.State.BLOCKED) {
              Thread.onSpinWait();
            }
          }
          waiter.join();
          assertThatThrownBy(
                  () -> {
                    synchronized (lock) {
                      await(sleep(seconds(1)));
                    }
                  })
              .isInstanceOf(IllegalStateException.class)
              .hasMessageStartingWith("await inside `synchronized`");
        }),
        Virtual.config().withDebug(true));
  }
}
