package jasyncio;

import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.createTask;
import static jasyncio.Asyncio.getRunningLoop;
import static jasyncio.Asyncio.millis;
import static jasyncio.Asyncio.seconds;
import static jasyncio.Asyncio.sleep;
import static jasyncio.Asyncio.timeout;
import static jasyncio.Asyncio.timeoutAt;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What a deadline does to its body, and how it can be moved.
class TimeoutTest {
  private static long clock() {
    return getRunningLoop().time().nanos() / 1_000_000_000;
  }

  @Test
  void aBodyThatIsDoneInTimeGivesItsResultAndLeavesNoTimer() {
    Virtual.run(() -> {
      long start = clock();
      assertThat(await(timeout(seconds(60), () -> await(sleep(seconds(1), "done")))))
          .isEqualTo("done");
      await(sleep(seconds(100)));
      assertThat(clock() - start).isEqualTo(101);
    });
  }

  @Test
  void theCancellationThatUnwoundTheBodyIsTheCause() {
    Virtual.run(() -> {
      List<Throwable> unwound = new ArrayList<>();
      Coroutine<Object> limited =
          timeout(
              seconds(1),
              () -> {
                try {
                  return await(getRunningLoop().createFuture());
                } catch (CancelledError e) {
                  unwound.add(e);
                  throw e;
                }
              });
      assertThatThrownBy(() -> await(limited))
          .isInstanceOf(TimeoutError.class)
          .cause()
          .isSameAs(unwound.getFirst());
      assertThat(getRunningLoop().currentTask().cancelling()).isZero();
    });
  }

  @Test
  void aBodyThatSwallowsTheCancellationGoesOn() {
    Virtual.run(() -> {
      Timeout[] seen = new Timeout[1];
      String result =
          await(
              timeout(
                  seconds(1),
                  limit -> {
                    seen[0] = limit;
                    try {
                      await(sleep(seconds(60)));
                    } catch (CancelledError e) {
                      assertThat(limit.expired()).isTrue();
                    }
                    await(sleep(seconds(5)));
                    return "stubborn";
                  }));
      assertThat(result).isEqualTo("stubborn");
      assertThat(seen[0].expired()).isTrue();
      assertThat(seen[0]).hasToString("<Timeout [expired]>");
      assertThat(getRunningLoop().currentTask().cancelling()).isZero();
    });
  }

  @Test
  void whatTheBodyThrowsInsteadOfTheCancellationComesOut() {
    Virtual.run(() -> {
      IOException failure = new IOException("while cleaning up");
      assertThatThrownBy(() ->
              await(
                  timeout(
                      seconds(1),
                      () -> {
                        try {
                          await(sleep(seconds(60)));
                        } finally {
                          throwIt(failure);
                        }
                      })))
          .isSameAs(failure);
      assertThat(getRunningLoop().currentTask().cancelling()).isZero();
    });
  }

  private static void throwIt(IOException failure) throws IOException {
    throw failure;
  }

  @Test
  void aCancellationFromOutsideInTheSameTurnIsNotATimeout() {
    Virtual.run(() -> {
      Task<@Nullable Void> task =
          createTask(() -> await(timeout(seconds(1), () -> await(sleep(seconds(60))))));
      await(sleep(Duration.ZERO));
      getRunningLoop().callLater(seconds(1), () -> task.cancel("outside"));
      assertThatThrownBy(() -> await(task)).isInstanceOf(CancelledError.class);
    });
  }

  @Test
  void aDeadlineThatHasPassedEndsTheBodyAtItsFirstWait() {
    for (Duration gone : List.of(Duration.ZERO, seconds(-5))) {
      Virtual.run(() -> {
        List<String> log = new ArrayList<>();
        assertThatThrownBy(() ->
                await(
                    timeout(
                        gone,
                        () -> {
                          log.add("begun");
                          await(sleep(seconds(1)));
                          log.add("not reached");
                        })))
            .isInstanceOf(TimeoutError.class);
        assertThat(log).containsExactly("begun");
      });
    }
  }

  @Test
  void aBodyThatDoesNotWaitIsNotEndedByADeadlineThatHasPassed() {
    Virtual.run(() -> {
      assertThat(await(timeout(Duration.ZERO, () -> "quick"))).isEqualTo("quick");
      await(sleep(seconds(1))); // the expiry does not come later
    });
  }

  @Test
  void noDeadlineIsNone() {
    Virtual.run(() ->
        await(
            timeout(
                (Duration) null,
                limit -> {
                  assertThat(limit.when()).isEmpty();
                  assertThat(limit).hasToString("<Timeout [active]>");
                  await(sleep(Duration.ofDays(365)));
                })));
  }

  @Test
  void theInnermostDeadlineThatPassesIsTheOneThatThrows() {
    Virtual.run(() -> {
      List<String> log = new ArrayList<>();
      assertThatThrownBy(() ->
              await(
                  timeout(
                      seconds(2),
                      () -> {
                        try {
                          await(timeout(seconds(1), () -> await(sleep(seconds(60)))));
                        } catch (TimeoutError e) {
                          log.add("inner");
                        }
                        await(sleep(seconds(60)));
                      })))
          .isInstanceOf(TimeoutError.class);
      assertThat(log).containsExactly("inner");
    });
  }

  @Test
  void anOuterDeadlineIsNotTakenForAnInnerOne() {
    Virtual.run(() -> {
      List<String> log = new ArrayList<>();
      assertThatThrownBy(() ->
              await(
                  timeout(
                      seconds(1),
                      () -> {
                        try {
                          await(timeout(seconds(2), () -> await(sleep(seconds(60)))));
                        } catch (TimeoutError e) {
                          log.add("inner");
                        }
                      })))
          .isInstanceOf(TimeoutError.class);
      assertThat(log).isEmpty();
    });
  }

  @Test
  void canBeMovedWhileTheBodyRuns() {
    Virtual.run(() -> {
      long start = getRunningLoop().time().nanos();
      assertThatThrownBy(() ->
              await(
                  timeout(
                      seconds(1),
                      limit -> {
                        limit.reschedule(seconds(10));
                        assertThat(limit.when()).hasValue(new LoopTime(start).plus(seconds(10)));
                        await(sleep(seconds(5)));
                        limit.rescheduleAt(new LoopTime(start).plus(seconds(7)));
                        await(sleep(seconds(60)));
                      })))
          .isInstanceOf(TimeoutError.class);
      assertThat(getRunningLoop().time().nanos() - start).isEqualTo(7_000_000_000L);
    });
  }

  @Test
  void canBeTakenAwayAndSetAgain() {
    Virtual.run(() -> {
      long start = clock();
      assertThatThrownBy(() ->
              await(
                  timeoutAt(
                      getRunningLoop().in(seconds(1)),
                      limit -> {
                        limit.disarm();
                        assertThat(limit.when()).isEmpty();
                        await(sleep(seconds(60)));
                        limit.reschedule(seconds(1));
                        await(sleep(seconds(60)));
                      })))
          .isInstanceOf(TimeoutError.class);
      assertThat(clock() - start).isEqualTo(61);
    });
  }

  @Test
  void cannotBeMovedOnceItHasPassedOrItsBodyWasLeft() {
    Virtual.run(() -> {
      Timeout[] kept = new Timeout[1];
      await(
          timeout(
              millis(1),
              limit -> {
                kept[0] = limit;
                try {
                  await(sleep(seconds(1)));
                } catch (CancelledError e) {
                  assertThatThrownBy(() -> limit.reschedule(seconds(1)))
                      .isInstanceOf(IllegalStateException.class)
                      .hasMessage("Cannot change state of expiring Timeout");
                }
              }));
      assertThatThrownBy(kept[0]::disarm)
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("Cannot change state of expired Timeout");
      await(
          timeout(
              seconds(1),
              limit -> {
                kept[0] = limit;
              }));
      assertThat(kept[0].expired()).isFalse();
      assertThatThrownBy(() -> kept[0].rescheduleAt(new LoopTime(0)))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("Cannot change state of finished Timeout");
    });
  }

  @Test
  void showsItsDeadlineWhileItRuns() {
    Virtual.run(() ->
        await(
            timeoutAt(
                new LoopTime(5_000_000_000L),
                limit -> {
                  assertThat(limit).hasToString("<Timeout [active] when=5 s>");
                })));
  }

  @Test
  void outsideATaskThereIsNothingToCancel() {
    assertThatThrownBy(() -> Timeout.after(seconds(1)).call(_ -> "never"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("timeout outside a task");
    Timeout unused = Timeout.after(seconds(1));
    assertThatThrownBy(unused::disarm)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("Timeout has not been entered");
  }
}
