package jasyncio.testing;

import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.createTask;
import static jasyncio.Asyncio.getRunningLoop;
import static jasyncio.Asyncio.seconds;
import static jasyncio.Asyncio.sleep;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jasyncio.CancelledError;
import jasyncio.ExceptionContext;
import jasyncio.Future;
import jasyncio.LoopConfig;
import jasyncio.Task;
import jasyncio.testing.BrokenLock.Defect;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CancelSweepTest {

  private static CancelSweep sweepOfLock(Defect defect) {
    return CancelSweep.of(
        "BrokenLock",
        world -> {
          BrokenLock lock = new BrokenLock(defect);
          world.helper(() -> {
            lock.acquire();
            await(sleep(seconds(1)));
            lock.release();
          });
          world.victim(() -> {
            lock.acquire();
            try {
              await(sleep(seconds(1)));
            } finally {
              lock.release();
            }
          });
          world.helper(() -> {
            lock.acquire();
            lock.release();
          });
          world.check(() -> assertThat(lock.locked()).as("locked").isFalse());
        });
  }

  @Test
  void soundLockPassesAtEveryPoint() {
    CancelSweep.Report report = sweepOfLock(Defect.NONE).run();
    assertThat(report).isEqualTo(new CancelSweep.Report("BrokenLock", 2, 6, 0));
  }

  @Test
  void soundLockPassesUnderManySchedules() {
    assertThat(sweepOfLock(Defect.NONE).withSchedules(20).run().runs()).isGreaterThan(100);
  }

  @ParameterizedTest
  @CsvSource({
    "KEEPS_CANCELLED_WAITER,  CancelPoint.suspended(1), a helper does not end",
    "LOSES_WAKE_UP,           CancelPoint.woken(1),     a helper does not end",
    "TAKES_ALTHOUGH_CANCELLED, CancelPoint.woken(1),    a helper does not end",
    "SWALLOWS_CANCELLATION,   CancelPoint.suspended(1), the victim ended in a wrong way",
  })
  void plantedDefectIsFoundAtItsPoint(Defect defect, String point, String what) {
    assertThatThrownBy(() -> sweepOfLock(defect).run())
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("Cancel sweep of BrokenLock: ")
        .hasMessageContaining(what)
        .hasMessageContaining("sweep.only(" + point + ")");
  }

  @Test
  void errorSaysWhereTheVictimStoodAndWhoWaits() {
    assertThatThrownBy(() -> sweepOfLock(Defect.LOSES_WAKE_UP).run())
        .hasMessageContaining("cancelled when woken, before it ran, from suspension 1")
        .hasMessageContaining("deadlock at 1.0 s")
        .hasMessageContaining("Task(name='helper-2'")
        .hasMessageContaining("The victim stood at:\n\tat jasyncio.testing.BrokenLock.waitForTurn(")
        .hasMessageNotContaining("jasyncio.Traps");
  }

  @Test
  void onlyRepeatsOnePoint() {
    CancelSweep sweep = sweepOfLock(Defect.LOSES_WAKE_UP);
    assertThatCode(() -> sweep.only(CancelPoint.suspended(1))).doesNotThrowAnyException();
    assertThatThrownBy(() -> sweep.only(CancelPoint.woken(1))).isInstanceOf(AssertionError.class);
  }

  @Test
  void unreachedPointIsAnError() {
    assertThatThrownBy(() -> sweepOfLock(Defect.NONE).only(CancelPoint.suspended(3)))
        .hasMessageContaining("this point was not reached");
  }

  /// Suspends as often as `suspensions` says for each run.
  private static CancelSweep sweepOfVarying(IntUnaryOperator suspensions) {
    AtomicInteger runs = new AtomicInteger();
    return CancelSweep.of(
        "what differs",
        world -> {
          int count = suspensions.applyAsInt(runs.getAndIncrement());
          world.victim(() -> {
            for (int i = 0; i < count; i++) {
              await(sleep(Duration.ZERO));
            }
          });
        });
  }

  @Test
  void aRunThatDoesNotRepeatItselfIsAnErrorOnVirtualTime() {
    assertThatThrownBy(() -> sweepOfVarying(run -> run == 0 ? 3 : 2).run())
        .hasMessageContaining("this point was not reached")
        .hasMessageContaining("sweep.only(CancelPoint.suspended(3))");
  }

  @Test
  void aPointThatARunOnRealTimeEndsBeforeIsTriedThreeTimesAndCounted() {
    CancelSweep.Report report = sweepOfVarying(run -> run == 0 ? 3 : 2).onRealTime().run();
    assertThat(report).isEqualTo(new CancelSweep.Report("what differs", 3, 1 + 1 + 4 + 6, 2));
    // the seventh run, the first one that needs the third suspension, falls short
    report = sweepOfVarying(run -> run == 6 ? 2 : 3).onRealTime().run();
    assertThat(report).isEqualTo(new CancelSweep.Report("what differs", 3, 1 + 1 + 6 + 1, 0));
  }

  @Test
  void aSweepOnRealTimeThatNeverComesToASuspensionAgainIsAnError() {
    assertThatThrownBy(() -> sweepOfVarying(run -> run == 0 ? 2 : 0).onRealTime().run())
        .hasMessageContaining("nothing was swept");
  }

  @Test
  void itemLostBetweenWakeUpAndStepIsFound() {
    CancelSweep sweep =
        CancelSweep.of(
            "hand-over that loses",
            world -> {
              ArrayDeque<Future<String>> getters = new ArrayDeque<>();
              List<String> got = new ArrayList<>();
              var victim =
                  world.victim(() -> {
                    Future<String> getter = getRunningLoop().createFuture();
                    getters.add(getter);
                    got.add(await(getter)); // the item is in the future: lost if cancelled now
                  });
              List<String> kept = new ArrayList<>();
              world.helper(() -> {
                await(sleep(seconds(1)));
                Future<String> getter = getters.poll();
                if (getter == null || getter.done()) {
                  kept.add("item");
                } else {
                  getter.setResult("item");
                }
              });
              world.check(() -> {
                await(sleep(seconds(2)));
                assertThat(victim.done()).isTrue();
                assertThat(got.size() + kept.size()).as("items").isEqualTo(1);
              });
            });
    assertThatThrownBy(sweep::run)
        .hasMessageContaining("[items]")
        .hasMessageContaining("sweep.only(CancelPoint.woken(1))");
  }

  @Test
  void secondCancellationDuringTheCleanUpIsTried() {
    CancelSweep sweep =
        CancelSweep.of(
            "clean-up that can be cancelled",
            world -> {
              List<String> log = new ArrayList<>();
              world.victim(() -> {
                log.add("open");
                try {
                  await(sleep(seconds(1)));
                } finally {
                  await(sleep(seconds(1)));
                  log.add("closed");
                }
              });
              world.check(() -> assertThat(log.size()).isNotEqualTo(1));
            });
    assertThatThrownBy(sweep::run)
        .hasMessageContaining("and again at suspension 1 after that")
        .hasMessageContaining("sweep.only(CancelPoint.suspended(1).again(1))");
  }

  @Test
  void taskLeftBehindIsFound() {
    assertThatThrownBy(() ->
            CancelSweep.of(
                    "leak",
                    world ->
                        world.victim(() -> {
                          var child = createTask(() -> await(sleep(seconds(5))));
                          await(sleep(seconds(1)));
                          await(child);
                        }))
                .run())
        .hasMessageContaining("a task was left running")
        .hasMessageContaining("sweep.only(CancelPoint.suspended(1))");
  }

  @Test
  void timerLeftBehindIsFoundUnlessAllowed() {
    CancelSweep sweep =
        CancelSweep.of(
            "timer",
            world ->
                world.victim(() -> {
                  var timer = getRunningLoop().callLater(seconds(9), () -> {});
                  await(sleep(seconds(1)));
                  timer.cancel();
                }));
    assertThatThrownBy(sweep::run)
        .hasMessageContaining("a timer is still set")
        .hasMessageContaining("sweep.only(CancelPoint.suspended(1))");
    assertThat(sweep.leavingTimers().run().runs()).isEqualTo(4);
  }

  @Test
  void reportToTheExceptionHandlerIsFound() {
    assertThatThrownBy(() ->
            CancelSweep.of(
                    "report",
                    world ->
                        world.victim(() -> {
                          try {
                            await(sleep(seconds(1)));
                          } catch (CancelledError e) {
                            getRunningLoop()
                                .callExceptionHandler(ExceptionContext.of("something is wrong"));
                            throw e;
                          }
                        }))
                .run())
        .hasMessageContaining("the exception handler was told: something is wrong");
  }

  @Test
  void unbalancedUncancelIsFound() {
    assertThatThrownBy(() ->
            CancelSweep.of(
                    "uncancel",
                    world -> {
                      var holder =
                          new Object() {
                            @Nullable Task<?> victim;
                          };
                      holder.victim =
                          world.victim(() -> {
                            try {
                              await(sleep(seconds(1)));
                            } catch (CancelledError e) {
                              holder.victim.uncancel();
                              throw e;
                            }
                          });
                    })
                .run())
        .hasMessageContaining("victim.cancelling() is 0 after 1 requests");
  }

  @Test
  void endlessPollingIsCutOffByTheLimit() {
    assertThatThrownBy(() ->
            CancelSweep.of(
                    "polls",
                    world ->
                        world.victim(() -> {
                          while (true) {
                            await(sleep(seconds(1)));
                          }
                        }))
                .withLimit(Duration.ofMinutes(1))
                .run())
        .hasMessageContaining("the victim does not end, when it is without any cancellation")
        .hasMessageContaining("not done within PT1M of virtual time");
  }

  @Test
  void circleOfTurnsWithoutTimeIsCutOff() {
    assertThatThrownBy(() ->
            CancelSweep.of(
                    "spins",
                    world ->
                        world.victim(() -> {
                          while (true) {
                            await(sleep(Duration.ZERO));
                          }
                        }))
                .run())
        .hasMessageContaining("the victim does not end");
  }

  @Test
  void victimThatNeverSuspendsIsAnError() {
    assertThatThrownBy(() -> CancelSweep.of("nothing", world -> world.victim(() -> {})).run())
        .hasMessageContaining("the victim never suspends");
  }

  @Test
  void scenarioWithoutAVictimIsAnError() {
    assertThatThrownBy(() -> CancelSweep.of("nobody", _ -> {}).run())
        .hasMessageContaining("the scenario has no victim");
  }

  @Test
  void scenarioThatFailsByItselfIsAnError() {
    assertThatThrownBy(() ->
            CancelSweep.of(
                    "fails",
                    world ->
                        world.victim(() -> {
                          await(sleep(seconds(1)));
                          throw new IllegalArgumentException("by itself");
                        }))
                .run())
        .hasMessageContaining("without any cancellation")
        .hasMessageContaining("by itself")
        .hasCauseInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void helperThatFailsIsAnError() {
    assertThatThrownBy(() ->
            CancelSweep.of(
                    "helper",
                    world -> {
                      world.victim(() -> await(sleep(seconds(1))));
                      world.helper(() -> {
                        throw new IllegalArgumentException("helpless");
                      });
                    })
                .run())
        .hasMessageContaining("a helper failed")
        .hasMessageContaining("helpless");
  }

  @Test
  void backgroundTaskIsEndedAfterTheChecks() {
    List<String> log = new ArrayList<>();
    CancelSweep.of(
            "background",
            world -> {
              world.background(() -> {
                try {
                  while (true) {
                    await(sleep(seconds(1)));
                  }
                } finally {
                  log.add("ended");
                }
              });
              world.victim(() -> await(sleep(seconds(3))));
              world.check(() -> log.add("checked"));
            })
        .run();
    assertThat(log.subList(0, 4)).containsExactly("checked", "ended", "checked", "ended");
  }

  @Test
  void survivingVictimIsAllowedOnRequest() {
    CancelSweep.Report report =
        CancelSweep.of(
                "survivor",
                world -> {
                  world.victimMaySurvive();
                  world.victim(() -> {
                    try {
                      await(sleep(seconds(1)));
                    } catch (CancelledError e) {
                      return "survived";
                    }
                    return "undisturbed";
                  });
                })
            .run();
    assertThat(report.runs()).isEqualTo(4);
  }

  @Test
  void debugModeFindsCoroutinesThatAreNeverAwaited() {
    CancelSweep sweep =
        CancelSweep.of(
            "forgets",
            world ->
                world.victim(() -> {
                  var later = sleep(seconds(1));
                  await(sleep(seconds(1)));
                  await(later);
                }));
    sweep.run();
    assertThatThrownBy(() -> sweep.withConfig(LoopConfig.defaults().withDebug(true)).run())
        .hasMessageContaining("was never awaited")
        .hasMessageContaining("sweep.only(CancelPoint.suspended(1))");
  }

  @Test
  void realTimeLimitEndsAWaitWithoutEnd() {
    assertThatThrownBy(() ->
            CancelSweep.of(
                    "stuck", world -> world.victim(() -> await(getRunningLoop().createFuture())))
                .withLimit(Duration.ofMillis(20))
                .onRealTime()
                .run())
        .hasMessageContaining("not done within PT0.02S");
  }

  @Test
  void refusesToSweepUnderNoSchedule() {
    assertThatThrownBy(() -> sweepOfLock(Defect.NONE).withSchedules(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not 0");
  }
}
