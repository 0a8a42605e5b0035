package jasyncio.sweeps;

import static jasyncio.Asyncio.async;
import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.createTask;
import static jasyncio.Asyncio.getRunningLoop;
import static jasyncio.Asyncio.seconds;
import static jasyncio.Asyncio.sleep;
import static jasyncio.Asyncio.yieldNow;
import static jasyncio.sweeps.CancelSafety.Safe.AS_THE_BODY;
import static jasyncio.sweeps.CancelSafety.Safe.NO;
import static jasyncio.sweeps.CancelSafety.Safe.YES;
import static jasyncio.sweeps.Sweeps.sweep;
import static jasyncio.sweeps.Sweeps.turns;
import static org.assertj.core.api.Assertions.assertThat;

import jasyncio.Asyncio;
import jasyncio.Explore;
import jasyncio.Future;
import jasyncio.LoopConfig;
import jasyncio.Task;
import jasyncio.testing.CancelSweep;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

@Topic("Awaiting and sleeping")
class AwaitSweepTest {
  /// How often the thing awaited was cancelled along with the task.
  private int cancelledAlong;

  @Test
  @CancelSafety(
      of = "Asyncio.await(Awaitable) of a future",
      safe = NO,
      then =
          "The future is cancelled too, for everyone who awaits it. If it was done already, its"
              + " result stays in it. `shield(future)` keeps the cancellation away from it.")
  void awaitOfAFuture() {
    sweep(
        "await of a future",
        world -> {
          Future<String> future = getRunningLoop().createFuture();
          List<String> got = new ArrayList<>();
          Task<?> victim = world.victim(() -> got.add(await(future)));
          world.helper(() -> {
            await(sleep(seconds(1)));
            if (!future.done()) {
              future.setResult("value");
            }
          });
          world.check(() -> {
            assertThat(got.isEmpty()).as("thrown at the await").isEqualTo(victim.cancelled());
            if (future.cancelled()) {
              assertThat(victim.cancelled()).isTrue();
              cancelledAlong++;
            } else {
              assertThat(future.result()).isEqualTo("value");
            }
          });
        });
    assertThat(cancelledAlong).isPositive();
  }

  @Test
  @CancelSafety(
      of = "Asyncio.await(Awaitable) of a task",
      safe = NO,
      then =
          "The task is cancelled too, and the `CancelledError` comes when that has ended."
              + " `shield(task)` keeps it running.")
  void awaitOfATask() {
    sweep(
        "await of a task",
        world -> {
          List<String> log = new ArrayList<>();
          Task<String> inner =
              createTask(() -> {
                try {
                  log.add("open");
                  await(sleep(seconds(1)));
                  return "value";
                } finally {
                  await(sleep(seconds(1)));
                  log.add("closed");
                }
              });
          world.victim(() -> await(inner));
          world.check(() -> {
            await(Asyncio.wait(List.of(inner)));
            if (inner.cancelled()) {
              cancelledAlong++;
            } else {
              assertThat(inner.result()).isEqualTo("value");
              assertThat(log).containsExactly("open", "closed");
            }
          });
        });
    assertThat(cancelledAlong).isPositive();
  }

  @Test
  @CancelSafety(
      of = "Asyncio.await(Awaitable) of a coroutine",
      safe = AS_THE_BODY,
      then = "The body runs in the awaiting task: its own await throws the `CancelledError`.")
  void awaitOfACoroutine() {
    sweep(
        "await of a coroutine",
        world -> {
          List<String> log = new ArrayList<>();
          world.victim(() ->
              await(
                  async(() -> {
                    log.add("open");
                    try {
                      await(async(() -> await(sleep(seconds(1)))));
                    } finally {
                      try {
                        await(sleep(seconds(1)));
                      } finally {
                        log.add("closed");
                      }
                    }
                  })));
          world.check(() -> assertThat(log.size()).isIn(0, 2));
        });
  }

  @Test
  @CancelSafety(
      of = "Asyncio.sleep",
      safe = YES,
      then = "The task wakes up at once, and the timer is taken back.")
  void sleepWakesUpAtOnce() {
    sweep(
        "sleep",
        world -> {
          Task<String> victim =
              world.victim(() -> {
                turns(3);
                return await(sleep(seconds(5), "slept"));
              });
          world.check(() -> {
            if (victim.cancelled()) {
              assertThat(getRunningLoop().time().nanos()).isIn(0L, Duration.ofSeconds(5).toNanos());
            } else {
              assertThat(victim.result()).isEqualTo("slept");
            }
          });
        });
  }

  @Test
  void everyoneWhoAwaitsACancelledFutureIsToldSo() {
    sweep(
        "two await one future",
        world -> {
          Future<String> future = getRunningLoop().createFuture();
          world.victim(() -> await(future));
          Task<String> other = createTask(() -> await(future));
          world.helper(() -> {
            await(sleep(seconds(1)));
            if (!future.done()) {
              future.setResult("value");
            }
          });
          world.check(() -> {
            await(Asyncio.wait(List.of(other)));
            assertThat(other.cancelled()).isEqualTo(future.cancelled());
          });
        });
  }

  @Test
  @CancelSafety(
      of = {
        "Asyncio.await(CompletionStage)",
        "Asyncio.await(CompletableFuture)",
      },
      safe = NO,
      then =
          "The `CompletableFuture` is cancelled too; of another stage only the copy that its"
              + " `toCompletableFuture()` gives. If it was complete already, its result stays in"
              + " it.")
  void awaitOfACompletableFuture() {
    sweep(
        "await of a CompletableFuture",
        world -> {
          CompletableFuture<String> stage = new CompletableFuture<>();
          world.victim(() -> await(stage));
          world.helper(() -> {
            await(sleep(seconds(1)));
            stage.complete("value");
          });
          world.check(() -> {
            if (stage.isCancelled()) {
              cancelledAlong++;
            } else {
              assertThat(stage.join()).isEqualTo("value");
            }
          });
        });
    assertThat(cancelledAlong).isPositive();
  }

  @Test
  void awaitOfAStageLeavesTheStageItself() {
    sweep(
        "await of a minimal stage",
        world -> {
          CompletableFuture<String> source = new CompletableFuture<>();
          world.victim(() -> await(source.minimalCompletionStage()));
          world.helper(() -> {
            await(sleep(seconds(1)));
            source.complete("value");
          });
          world.check(() -> assertThat(source.join()).isEqualTo("value"));
        });
  }

  @Test
  @CancelSafety(
      of = "Asyncio.await(Future)",
      safe = NO,
      then =
          "The `java.util.concurrent.Future` is cancelled too, and its thread interrupted. If it"
              + " was done already, its result stays in it.")
  void awaitOfAnExecutorsFuture() {
    sweep(
        "await of an executor's future",
        world -> {
          getRunningLoop().setDefaultExecutor(work -> getRunningLoop().callLater(seconds(2), work));
          FutureTask<String> foreign = new FutureTask<>(() -> "value");
          Task<String> victim = world.victim(() -> await(foreign));
          world.helper(() -> {
            await(sleep(seconds(1)));
            foreign.run(); // does nothing once it is cancelled
          });
          world.check(() -> {
            await(sleep(seconds(3))); // until the executor has looked at it
            assertThat(foreign.isDone()).isTrue();
            if (foreign.isCancelled()) {
              assertThat(victim.cancelled()).isTrue();
              cancelledAlong++;
            }
          });
        });
    assertThat(cancelledAlong).isPositive();
  }

  @Test
  void cancellationCaughtAndFollowedByMoreAwaitsIsNotDeliveredAgain() {
    sweep(
        "await after a cancellation",
        world -> {
          world.victimMaySurvive();
          List<@Nullable Object> log = new ArrayList<>();
          world.victim(() -> {
            for (int i = 0; i < 3; i++) {
              try {
                await(sleep(seconds(1)));
              } catch (jasyncio.CancelledError e) {
                log.add(e);
              }
            }
          });
          world.check(() -> assertThat(log.size()).isLessThanOrEqualTo(2));
        });
  }

  @Test
  @CancelSafety(
      of = "Explore.point",
      safe = YES,
      then = "It has done nothing but to let others run, and only while schedules are explored.")
  void point() {
    CancelSweep.of(
            "Explore.point",
            world -> {
              world.victim(() -> Explore.point("here"));
              world.helper(() -> turns(1));
            })
        .withConfig(LoopConfig.defaults().withChooser(_ -> 0))
        .withSchedules(5)
        .run();
  }

  @Test
  @CancelSafety(
      of = "Asyncio.yieldNow",
      safe = YES,
      then = "It has done nothing but to let others run.")
  void yieldNowHasDoneNothing() {
    sweep(
        "yieldNow",
        world -> {
          world.victim(() -> await(yieldNow()));
          world.helper(() -> turns(1));
        });
  }
}
