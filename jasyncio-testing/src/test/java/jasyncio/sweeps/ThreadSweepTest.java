package jasyncio.sweeps;

import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.getRunningLoop;
import static jasyncio.Asyncio.seconds;
import static jasyncio.Asyncio.sleep;
import static jasyncio.Asyncio.toThread;
import static jasyncio.sweeps.CancelSafety.Safe.NO;
import static jasyncio.sweeps.CancelSafety.Safe.YES;
import static jasyncio.sweeps.Sweeps.sweep;
import static org.assertj.core.api.Assertions.assertThat;

import jasyncio.Asyncio;
import jasyncio.Future;
import jasyncio.Task;
import jasyncio.testing.CancelSweep;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// On virtual time the work runs on the loop, two seconds later, so that all is the same in each
/// run. On real time it runs on threads; latches see to it that a worker ends when it is told to.
@Topic("Threads and executors")
class ThreadSweepTest {
  /// How often work was done, and its result lost.
  private int losses;

  @Test
  @CancelSafety(
      of = {"Asyncio.toThread", "EventLoop.runInExecutor"},
      safe = NO,
      then =
          "Work that has not started will not. For work that runs `onCancel` is called, if it has"
              + " been given; else it is interrupted if the default executor runs it. It goes on as"
              + " long as it likes, and its result is lost.")
  void resultOfTheWorkIsLost() {
    for (boolean withContext : new boolean[] {true, false}) {
      sweep(
          "work on an executor",
          world -> {
            getRunningLoop()
                .setDefaultExecutor(work -> getRunningLoop().callLater(seconds(2), work));
            int[] ran = {0};
            Task<Integer> victim =
                world.victim(() ->
                    withContext
                        ? await(toThread(() -> ++ran[0]))
                        : await(getRunningLoop().<Integer>runInExecutor(null, () -> ++ran[0])));
            world.check(() -> {
              await(sleep(seconds(3))); // until the executor has come to it
              if (!victim.cancelled()) {
                assertThat(victim.result()).isEqualTo(1);
              } else if (ran[0] == 1) {
                losses++;
              } else {
                assertThat(ran[0]).isZero();
              }
            });
          });
    }
    assertThat(losses).isPositive();
  }

  @Test
  void workOnAThreadIsInterruptedOrNeverStarts() {
    CancelSweep.Report report =
        CancelSweep.of(
                "toThread on real time",
                world -> {
                  CountDownLatch go = new CountDownLatch(1);
                  AtomicInteger running = new AtomicInteger();
                  AtomicInteger interrupted = new AtomicInteger();
                  Task<String> victim =
                      world.victim(() ->
                          await(
                              toThread(() -> {
                                running.incrementAndGet();
                                try {
                                  go.await();
                                  return "done";
                                } catch (InterruptedException e) {
                                  interrupted.incrementAndGet();
                                  throw e;
                                } finally {
                                  running.decrementAndGet();
                                }
                              })));
                  world.helper(() -> {
                    await(sleep(java.time.Duration.ZERO));
                    if (!victim.done() && !world.isCancelled()) {
                      go.countDown(); // a cancelled one must end without
                    }
                  });
                  world.check(() -> {
                    await(getRunningLoop().shutdownDefaultExecutor(seconds(20)));
                    assertThat(running.get()).as("running").isZero();
                    assertThat(interrupted.get()).isLessThanOrEqualTo(world.isCancelled() ? 1 : 0);
                  });
                })
            .onRealTime()
            .run();
    assertThat(report.suspensions()).isEqualTo(1);
  }

  @Test
  void futureOfAnExecutorIsInterruptedOnItsThread() {
    CancelSweep.of(
            "await of an executor's future on real time",
            world -> {
              CountDownLatch go = new CountDownLatch(1);
              FutureTask<String> foreign =
                  new FutureTask<>(() -> {
                    go.await();
                    return "done";
                  });
              Thread worker = Thread.ofVirtual().start(foreign);
              world.victim(() -> await(foreign));
              world.helper(() -> {
                await(sleep(java.time.Duration.ZERO));
                if (!world.isCancelled()) {
                  go.countDown();
                }
              });
              world.check(() -> {
                go.countDown();
                await(toThread(() -> worker.join()));
                assertThat(foreign.isDone()).isTrue();
              });
            })
        .onRealTime()
        .run();
  }

  @Test
  @CancelSafety(
      of = "EventLoop.shutdownDefaultExecutor",
      safe = YES,
      then =
          "The executor stays shut; the threads that run go on to their end, and can be waited for"
              + " again.")
  void shutdownCanBeRepeated() {
    CancelSweep.of(
            "shutdownDefaultExecutor",
            world -> {
              CountDownLatch go = new CountDownLatch(1);
              CountDownLatch started = new CountDownLatch(1);
              Future<@Nullable Object> work =
                  getRunningLoop()
                      .runInExecutor(
                          null,
                          () -> {
                            started.countDown();
                            go.await();
                            return null;
                          });
              started.await(); // the loop stands still: the work does not need it
              world.victim(() -> await(getRunningLoop().shutdownDefaultExecutor(seconds(20))));
              world.helper(() -> {
                await(sleep(java.time.Duration.ZERO));
                go.countDown();
              });
              world.check(() -> {
                await(Asyncio.wait(List.of(work)));
                assertThat(work.result()).isNull();
                await(getRunningLoop().shutdownDefaultExecutor(seconds(20)));
              });
            })
        .onRealTime()
        .run();
  }
}
