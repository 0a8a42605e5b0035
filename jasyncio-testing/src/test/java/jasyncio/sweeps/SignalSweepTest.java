package jasyncio.sweeps;

import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.gather;
import static jasyncio.Asyncio.seconds;
import static jasyncio.Asyncio.sleep;
import static jasyncio.sweeps.CancelSafety.Safe.YES;
import static jasyncio.sweeps.Sweeps.sweep;
import static jasyncio.sweeps.Sweeps.turns;
import static org.assertj.core.api.Assertions.assertThat;

import jasyncio.Asyncio;
import jasyncio.Task;
import jasyncio.sync.Barrier;
import jasyncio.sync.BrokenBarrierError;
import jasyncio.sync.Condition;
import jasyncio.sync.Event;
import jasyncio.sync.Lock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Topic("Events, conditions, barriers")
class SignalSweepTest {

  @Test
  @CancelSafety(of = "Event.waitSet", safe = YES, then = "Nothing is lost.")
  void eventForgetsTheWaiter() {
    sweep(
        "Event.waitSet",
        world -> {
          Event event = new Event();
          world.victim(() -> await(event.waitSet()));
          world.helper(() -> await(event.waitSet()));
          world.helper(() -> {
            await(sleep(seconds(1)));
            event.set();
            event.clear();
          });
          world.check(
              () -> assertThat(event.statistics()).isEqualTo(new Event.Statistics(false, 0)));
        });
  }

  /// Jobs that are announced one by one, and must each be done.
  private static final class Jobs {
    final Condition condition = new Condition();
    final List<String> open = new ArrayList<>();
    final List<String> done = new ArrayList<>();
    private final boolean withPredicate;
    private int inside;

    Jobs(boolean withPredicate) {
      this.withPredicate = withPredicate;
    }

    void take() {
      await(
          condition.with(() -> {
            inside++;
            try {
              awaitOne();
              done.add(open.removeFirst());
              await(sleep(seconds(1)));
            } finally {
              inside--;
            }
          }));
    }

    /// With the lock held before and after, however it ends.
    private void awaitOne() {
      inside--;
      try {
        if (withPredicate) {
          await(condition.waitFor(() -> !open.isEmpty()));
        } else {
          while (open.isEmpty()) {
            await(condition.waitNotified());
          }
        }
      } finally {
        assertThat(condition.locked()).as("locked").isTrue();
        assertThat(++inside).as("inside").isEqualTo(1);
      }
    }

    void announce(String job) {
      await(
          condition.with(() -> {
            open.add(job);
            condition.notifyOne();
          }));
    }

    void assertAtRest() {
      assertThat(condition.statistics())
          .isEqualTo(new Condition.Statistics(0, new Lock.Statistics(false, 0)));
      assertThat(open).isEmpty();
      assertThat(done).doesNotHaveDuplicates();
    }
  }

  private static void sweepCondition(boolean withPredicate) {
    sweep(
        "Condition",
        world -> {
          Jobs jobs = new Jobs(withPredicate);
          Task<?> victim = world.victim(jobs::take);
          world.helper(jobs::take);
          world.helper(() -> {
            await(sleep(seconds(1)));
            jobs.announce("first");
            await(Asyncio.wait(List.of(victim)));
            await(sleep(seconds(3)));
            // The one notification must have reached whoever was left.
            assertThat(jobs.done).containsExactly("first");
            if (jobs.condition.statistics().waiting() > 0) {
              jobs.announce("second");
            }
          });
          world.check(jobs::assertAtRest);
        });
    sweep(
        "Condition under contention",
        world -> {
          Jobs jobs = new Jobs(withPredicate);
          world.victim(jobs::take);
          for (int i = 0; i < 2; i++) {
            world.background(() -> {
              while (true) {
                jobs.take();
              }
            });
          }
          world.helper(() -> {
            await(sleep(seconds(1)));
            for (String job : List.of("a", "b", "c")) {
              jobs.announce(job);
            }
            await(sleep(seconds(10)));
            assertThat(jobs.done).containsExactly("a", "b", "c");
          });
        });
  }

  @Test
  @CancelSafety(
      of = "Condition.waitNotified",
      safe = YES,
      then =
          "It takes the lock before it throws, however often it is cancelled; a notification that"
              + " had reached it goes to another waiter.")
  void conditionPassesItsNotificationOn() {
    sweepCondition(false);
  }

  @Test
  @CancelSafety(of = "Condition.waitFor", safe = YES, then = "As `waitNotified`.")
  void conditionWithAPredicatePassesItsNotificationOn() {
    sweepCondition(true);
  }

  @Test
  @CancelSafety(
      of = "Barrier.waitAll",
      safe = YES,
      then = "It counts as not having arrived, unless all had: then the others go on.")
  void barrierForgetsWhoWasCancelled() {
    sweep(
        "Barrier.waitAll",
        world -> {
          Barrier barrier = new Barrier(2);
          Task<Integer> victim = world.victim(() -> await(barrier.waitAll()));
          Task<?> other =
              world.helper(() -> {
                await(sleep(seconds(1)));
                await(barrier.waitAll());
              });
          world.helper(() -> {
            await(sleep(seconds(2)));
            if (!other.done()) {
              assertThat(victim.cancelled()).isTrue();
              await(barrier.waitAll());
            }
          });
          world.check(() -> {
            assertThat(barrier.statistics()).isEqualTo(new Barrier.Statistics(2, 0, false));
            assertThat(await(gather(barrier.waitAll(), barrier.waitAll())))
                .containsExactlyInAnyOrder(0, 1);
          });
        });
  }

  @Test
  void barrierIsEmptiedEvenIfTheLastToLeaveIsCancelled() {
    sweep(
        "Barrier of three",
        world -> {
          Barrier barrier = new Barrier(3);
          Task<?> victim =
              world.victim(() -> {
                await(barrier.waitAll());
                await(sleep(seconds(1)));
                await(barrier.waitAll());
              });
          for (int i = 0; i < 2; i++) {
            world.background(() -> {
              while (true) {
                await(sleep(seconds(2)));
                await(barrier.waitAll());
              }
            });
          }
          world.check(() -> {
            assertThat(victim.done()).isTrue();
            // Both of the background tasks wait, or will: the barrier takes one more.
            await(barrier.waitAll());
            assertThat(barrier.broken()).isFalse();
          });
        });
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @CancelSafety(
      of = {"Barrier.reset", "Barrier.abort"},
      safe = YES,
      then = "It never has to wait, so it cannot be cancelled half-way.")
  void resetAndAbortDoNotSuspend(boolean abort) {
    var report =
        sweep(
            abort ? "Barrier.abort" : "Barrier.reset",
            world -> {
              Barrier barrier = new Barrier(3);
              List<String> log = new ArrayList<>();
              world.victim(() -> {
                turns(2);
                await(abort ? barrier.abort() : barrier.reset());
                log.add("changed");
                turns(1);
              });
              for (int i = 0; i < 2; i++) {
                world.background(() -> {
                  try {
                    await(barrier.waitAll());
                  } catch (BrokenBarrierError e) {
                    log.add("broken");
                  }
                });
              }
              world.check(() -> {
                turns(2);
                if (log.isEmpty()) {
                  assertThat(barrier.nWaiting()).isEqualTo(2);
                } else {
                  assertThat(log).containsExactly("changed", "broken", "broken");
                }
                assertThat(barrier.broken()).isEqualTo(abort && !log.isEmpty());
              });
            });
    assertThat(report.suspensions()).as("only those of turns()").isEqualTo(3);
  }
}
