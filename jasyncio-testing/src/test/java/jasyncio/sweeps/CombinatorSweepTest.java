package jasyncio.sweeps;

import static jasyncio.Asyncio.asCompleted;
import static jasyncio.Asyncio.async;
import static jasyncio.Asyncio.asyncFor;
import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.createTask;
import static jasyncio.Asyncio.gather;
import static jasyncio.Asyncio.gatherReturningExceptions;
import static jasyncio.Asyncio.getRunningLoop;
import static jasyncio.Asyncio.seconds;
import static jasyncio.Asyncio.shield;
import static jasyncio.Asyncio.sleep;
import static jasyncio.Asyncio.waitFor;
import static jasyncio.sweeps.CancelSafety.Safe.AS_THE_BODY;
import static jasyncio.sweeps.CancelSafety.Safe.NO;
import static jasyncio.sweeps.CancelSafety.Safe.YES;
import static jasyncio.sweeps.Sweeps.sweep;
import static org.assertj.core.api.Assertions.assertThat;

import jasyncio.Asyncio;
import jasyncio.Coroutine;
import jasyncio.Future;
import jasyncio.LoopTime;
import jasyncio.ReturnWhen;
import jasyncio.Task;
import jasyncio.TimeoutError;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Topic("Several at once, and limits of time")
class CombinatorSweepTest {
  /// How often something was lost that way.
  private int losses;

  /// Pieces of work that need to be closed, and take a second for each half.
  private static final class Work {
    private int open;

    Coroutine<String> of(String name) {
      return async(() -> {
        open++;
        try {
          await(sleep(seconds(1)));
          return name;
        } finally {
          try {
            await(sleep(seconds(1)));
          } finally {
            open--;
          }
        }
      });
    }

    void assertClosed() {
      assertThat(open).as("open").isZero();
    }
  }

  // ---- gather ----

  @Test
  @CancelSafety(
      of = "Asyncio.gather",
      safe = NO,
      then =
          "All that are not done are cancelled, and the `CancelledError` comes when they have"
              + " ended; the results of those that were done are lost, unless you have kept the"
              + " tasks.")
  void gatherEndsItsChildren() {
    sweep(
        "gather",
        world -> {
          Work work = new Work();
          List<Task<String>> children = new ArrayList<>();
          Task<List<String>> victim =
              world.victim(() -> {
                for (String name : List.of("a", "b", "c")) {
                  children.add(createTask(work.of(name)));
                }
                return await(gather(children));
              });
          world.check(() -> {
            work.assertClosed();
            assertThat(children).allMatch(Task::done);
            if (victim.cancelled() && children.stream().anyMatch(Task::cancelled)) {
              losses++;
            }
          });
        });
    assertThat(losses).isPositive();
  }

  @Test
  void gatherWithAFailedChildLeavesTheOthers() {
    sweep(
        "gather with a failure",
        world -> {
          Work work = new Work();
          List<Task<String>> children = new ArrayList<>();
          world.victim(() -> {
            children.add(createTask(work.of("a")));
            children.add(
                createTask(() -> {
                  throw new IllegalArgumentException("b");
                }));
            try {
              await(gather(children));
            } catch (IllegalArgumentException e) {
              await(sleep(seconds(5)));
            }
          });
          world.check(() -> {
            if (!children.isEmpty()) {
              await(Asyncio.wait(children));
            }
            work.assertClosed();
          });
        });
  }

  @Test
  @CancelSafety(
      of = "Asyncio.gatherReturningExceptions",
      safe = NO,
      then = "As `gather`. The exceptions of those that were done are lost too.")
  void gatherReturningExceptionsEndsItsChildren() {
    sweep(
        "gatherReturningExceptions",
        world -> {
          Work work = new Work();
          List<Task<String>> children = new ArrayList<>();
          Task<?> victim =
              world.victim(() -> {
                children.add(createTask(work.of("a")));
                children.add(
                    createTask(() -> {
                      await(sleep(seconds(1)));
                      throw new IllegalArgumentException("b");
                    }));
                children.add(createTask(work.of("c")));
                return await(gatherReturningExceptions(children));
              });
          world.check(() -> {
            work.assertClosed();
            assertThat(children).allMatch(Task::done);
            if (victim.cancelled() && children.stream().anyMatch(Task::cancelled)) {
              losses++;
            }
          });
        });
    assertThat(losses).isPositive();
  }

  // ---- wait ----

  @ParameterizedTest
  @EnumSource(ReturnWhen.class)
  @CancelSafety(of = "Asyncio.wait", safe = YES, then = "The futures are left as they are.")
  void waitLeavesTheFutures(ReturnWhen returnWhen) {
    for (Duration timeout : List.of(Duration.ZERO, seconds(1), seconds(2), seconds(60))) {
      sweep(
          "wait until " + returnWhen + " for " + timeout,
          world -> {
            List<Task<String>> tasks = new ArrayList<>();
            for (int i = 1; i <= 3; i++) {
              tasks.add(createTask(sleep(seconds(i), "slept")));
            }
            tasks.add(
                createTask(() -> {
                  await(sleep(seconds(2)));
                  throw new IllegalArgumentException("failed");
                }));
            world.victim(() -> {
              await(Asyncio.wait(tasks, timeout, returnWhen));
            });
            world.check(() -> {
              await(Asyncio.wait(tasks));
              assertThat(tasks).noneMatch(Task::cancelled);
              assertThat(tasks.getLast().exception()).hasMessage("failed");
            });
          });
    }
  }

  // ---- shield ----

  @Test
  @CancelSafety(
      of = "Asyncio.shield",
      safe = YES,
      then =
          "What is shielded goes on. Keep it, to await it later: if it fails and nobody awaits it,"
              + " the exception handler is told.")
  void shieldedTaskGoesOn() {
    sweep(
        "shield",
        world -> {
          Work work = new Work();
          Task<String> inner = createTask(work.of("value"));
          world.victim(() -> await(shield(inner)));
          world.check(() -> {
            assertThat(await(inner)).isEqualTo("value");
            work.assertClosed();
          });
        });
  }

  // ---- waitFor and timeout ----

  @Test
  @CancelSafety(
      of = "Asyncio.waitFor",
      safe = NO,
      then =
          "What it waits for is cancelled too, as by `await`. A cancellation from outside wins over"
              + " the timeout.")
  void waitForEndsWhatItWaitsFor() {
    for (Duration timeout : List.of(Duration.ZERO, seconds(1), seconds(2), seconds(60))) {
      sweep(
          "waitFor " + timeout,
          world -> {
            Work work = new Work();
            Task<?> victim =
                world.victim(() -> {
                  try {
                    await(waitFor(work.of("value"), timeout));
                  } catch (TimeoutError e) {
                    await(sleep(seconds(1)));
                  }
                });
            world.check(() -> {
              if (victim.cancelled()) {
                losses++;
              }
              work.assertClosed();
            });
          });
    }
    assertThat(losses).isPositive();
  }

  @Test
  void waitForOfATaskEndsIt() {
    for (@Nullable Duration timeout :
        new @Nullable Duration[] {null, Duration.ZERO, Duration.ofSeconds(-1), seconds(1)}) {
      sweep(
          "waitFor of a task, " + timeout,
          world -> {
            Work work = new Work();
            Task<String> inner = createTask(work.of("value"));
            world.victim(() -> {
              await(sleep(Duration.ZERO));
              try {
                await(waitFor(inner, timeout));
              } catch (TimeoutError e) {
                await(sleep(seconds(1)));
              }
            });
            world.check(() -> {
              await(Asyncio.wait(List.of(inner)));
              work.assertClosed();
            });
          });
    }
  }

  @Test
  @CancelSafety(
      of = "Asyncio.timeout",
      safe = AS_THE_BODY,
      then =
          "The body's await throws the `CancelledError`, and it stays one even if the time is up"
              + " too.")
  void timeoutLetsACancellationThrough() {
    for (Duration delay : List.of(Duration.ZERO, seconds(1), seconds(2), seconds(60))) {
      sweep(
          "timeout " + delay,
          world -> {
            Work work = new Work();
            world.victim(() -> {
              try {
                await(Asyncio.timeout(delay, () -> await(work.of("value"))));
              } catch (TimeoutError e) {
                await(sleep(seconds(1)));
              }
            });
            world.check(work::assertClosed);
          });
    }
  }

  @Test
  @CancelSafety(of = "Asyncio.timeoutAt", safe = AS_THE_BODY, then = "As `timeout`.")
  void timeoutAtLetsACancellationThrough() {
    for (long second : new long[] {0, 1, 2, 60}) {
      sweep(
          "timeoutAt " + second,
          world -> {
            Work work = new Work();
            world.victim(() -> {
              try {
                await(
                    Asyncio.timeoutAt(
                        new LoopTime(second * 1_000_000_000),
                        _ -> {
                          await(work.of("value"));
                        }));
              } catch (TimeoutError e) {
                await(sleep(seconds(1)));
              }
            });
            world.check(work::assertClosed);
          });
    }
  }

  @Test
  void nestedTimeoutsOfTheSameTimeKeepTheirAccounts() {
    sweep(
        "nested timeouts",
        world -> {
          Work work = new Work();
          world.victim(() -> {
            try {
              await(
                  Asyncio.timeout(
                      seconds(1),
                      () ->
                          await(
                              Asyncio.timeout(
                                  seconds(1),
                                  () ->
                                      await(
                                          Asyncio.timeout(
                                              seconds(1), () -> await(work.of("x"))))))));
            } catch (TimeoutError e) {
              await(sleep(seconds(1)));
            }
          });
          world.check(work::assertClosed);
        });
  }

  @Test
  void rescheduledTimeoutLeavesNoTimer() {
    sweep(
        "rescheduled timeout",
        world -> {
          Work work = new Work();
          world.victim(() -> {
            try {
              await(
                  Asyncio.timeout(
                      seconds(1),
                      timeout -> {
                        timeout.reschedule(seconds(100));
                        await(sleep(seconds(1)));
                        timeout.reschedule(seconds(1));
                        await(work.of("value"));
                      }));
            } catch (TimeoutError e) {
              await(sleep(seconds(1)));
            }
          });
          world.check(work::assertClosed);
        });
  }

  // ---- taskGroup ----

  @Test
  @CancelSafety(
      of = "Asyncio.taskGroup",
      safe = NO,
      then =
          "All tasks of the group are cancelled, and the `CancelledError` comes when they have"
              + " ended. If some have failed besides, their `ExceptionGroup` comes instead, and the"
              + " `CancelledError` at the next await.")
  void taskGroupEndsItsTasks() {
    sweep(
        "taskGroup",
        world -> {
          Work work = new Work();
          List<Task<String>> children = new ArrayList<>();
          world.victim(() -> {
            await(
                Asyncio.taskGroup(group -> {
                  for (String name : List.of("a", "b")) {
                    children.add(group.createTask(work.of(name)));
                    await(sleep(Duration.ofMillis(500)));
                  }
                }));
          });
          world.check(() -> {
            work.assertClosed();
            assertThat(children).allMatch(Task::done);
            if (children.stream().anyMatch(Task::cancelled)) {
              losses++;
            }
          });
        });
    assertThat(losses).isPositive();
  }

  @Test
  void taskGroupWithAFailureDoesNotLoseTheCancellation() {
    sweep(
        "taskGroup with a failure",
        world -> {
          Work work = new Work();
          world.victim(() -> {
            try {
              await(
                  Asyncio.taskGroup(group -> {
                    group.createTask(work.of("a"));
                    group.createTask(() -> {
                      await(sleep(seconds(1)));
                      throw new IllegalArgumentException("failed");
                    });
                    await(sleep(seconds(5)));
                  }));
            } catch (jasyncio.ExceptionGroup e) {
              await(sleep(seconds(1)));
            }
          });
          world.check(work::assertClosed);
        });
  }

  @Test
  void taskGroupThatEndsItselfEarlyDoesNotLoseTheCancellation() {
    sweep(
        "TaskGroup.cancel",
        world -> {
          Work work = new Work();
          world.victim(() -> {
            await(
                Asyncio.taskGroup(group -> {
                  group.createTask(work.of("a"));
                  group.createTask(() -> {
                    await(sleep(seconds(1)));
                    group.cancel();
                  });
                  await(sleep(seconds(5)));
                }));
            await(sleep(seconds(1)));
          });
          world.check(work::assertClosed);
        });
  }

  // ---- asCompleted ----

  private static List<Task<Integer>> sleepers() {
    List<Task<Integer>> tasks = new ArrayList<>();
    for (int i = 1; i <= 3; i++) {
      tasks.add(createTask(sleep(seconds(i), i)));
    }
    return tasks;
  }

  @Test
  @CancelSafety(
      of = {"Asyncio.asCompleted", "AsCompleted.anext"},
      safe = NO,
      then =
          "The futures are left as they are, but a turn is used up: one of them will not be given"
              + " any more. The same for a coroutine of the plain `for`.")
  void asCompletedLeavesTheFutures() {
    for (boolean plainFor : new boolean[] {false, true}) {
      sweep(
          "asCompleted",
          world -> {
            List<Task<Integer>> tasks = sleepers();
            var completed = asCompleted(tasks);
            List<Integer> got = new ArrayList<>();
            Task<?> victim =
                world.victim(() -> {
                  if (plainFor) {
                    for (Coroutine<Integer> next : completed) {
                      got.add(await(next));
                    }
                  } else {
                    for (Future<Integer> next : asyncFor(completed)) {
                      got.add(next.result());
                    }
                  }
                });
            world.check(() -> {
              for (Future<Integer> next : asyncFor(completed)) {
                got.add(next.result());
              }
              await(Asyncio.wait(tasks));
              assertThat(tasks).noneMatch(Task::cancelled);
              assertThat(got).doesNotHaveDuplicates().isSorted();
              if (victim.cancelled() && got.size() == 2) {
                losses++;
              } else {
                assertThat(got).hasSize(3);
              }
            });
          });
    }
    assertThat(losses).isPositive();
  }

  @Test
  void asCompletedWithATimeoutLeavesTheFutures() {
    sweep(
        "asCompleted with a timeout",
        world -> {
          List<Task<Integer>> tasks = sleepers();
          world.victim(() -> {
            try {
              for (Future<Integer> next : asyncFor(asCompleted(tasks, seconds(2)))) {
                assertThat(next.done()).isTrue();
              }
            } catch (TimeoutError e) {
              await(sleep(seconds(5)));
            }
          });
          world.check(() -> {
            await(Asyncio.wait(tasks));
            await(sleep(seconds(2))); // its timer is taken back when all are done, or passes
            assertThat(tasks).noneMatch(Task::cancelled);
          });
        });
  }

  @Test
  void asCompletedForTwoTasksPassesTheWakeUpOn() {
    sweep(
        "asCompleted for two tasks",
        world -> {
          Future<String> only = getRunningLoop().createFuture();
          Future<String> later = getRunningLoop().createFuture();
          var completed = asCompleted(List.of(only, later));
          List<String> got = new ArrayList<>();
          Task<?> victim = world.victim(() -> got.add(await(completed.anext()).result()));
          world.helper(() -> {
            await(sleep(seconds(1)));
            got.add(await(completed.anext()).result());
          });
          world.helper(() -> {
            await(sleep(seconds(2)));
            only.setResult("only");
            await(Asyncio.wait(List.of(victim)));
            if (victim.cancelled()) {
              await(sleep(seconds(1)));
              assertThat(got).as("got without a second wake-up").containsExactly("only");
            }
            later.setResult("later");
          });
        });
  }
}
