package jasyncio.sweeps;

import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.seconds;
import static jasyncio.Asyncio.sleep;
import static jasyncio.Asyncio.waitFor;
import static jasyncio.sweeps.CancelSafety.Safe.YES;
import static jasyncio.sweeps.Sweeps.sweep;
import static jasyncio.sweeps.Sweeps.turns;
import static org.assertj.core.api.Assertions.assertThat;

import jasyncio.Asyncio;
import jasyncio.Task;
import jasyncio.TimeoutError;
import jasyncio.sync.LifoQueue;
import jasyncio.sync.PriorityQueue;
import jasyncio.sync.Queue;
import jasyncio.sync.QueueShutDown;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Topic("Queues")
class QueueSweepTest {
  enum Kind {
    QUEUE,
    PRIORITY_QUEUE,
    LIFO_QUEUE;

    private Queue<String> make(int maxsize) {
      return switch (this) {
        case QUEUE -> new Queue<>(maxsize);
        case PRIORITY_QUEUE -> new PriorityQueue<>(maxsize);
        case LIFO_QUEUE -> new LifoQueue<>(maxsize);
      };
    }
  }

  private static void assertAtRest(Queue<String> queue) {
    assertThat(queue.statistics())
        .isEqualTo(new Queue.Statistics(0, queue.maxsize(), 0, 0, 0, false));
  }

  @ParameterizedTest
  @EnumSource
  @CancelSafety(
      of = {"Queue.get", "PriorityQueue.get", "LifoQueue.get"},
      safe = YES,
      then = "No item is taken; the next one who waits gets it.")
  void cancelledGetTakesNoItem(Kind kind) {
    sweep(
        "get from " + kind,
        world -> {
          Queue<String> queue = kind.make(0);
          List<String> got = new ArrayList<>();
          Task<?> victim = world.victim(() -> got.add(await(queue.get())));
          world.helper(() -> got.add(await(queue.get())));
          world.helper(() -> {
            await(sleep(seconds(1)));
            await(queue.put("first"));
            await(Asyncio.wait(List.of(victim)));
            turns(3);
            // Without a second put, the first item must have reached whoever was left.
            assertThat(got).containsExactly("first");
            if (!victim.cancelled()) {
              await(queue.put("second"));
            }
          });
          world.check(() -> {
            got.forEach(_ -> queue.taskDone());
            await(queue.join());
            assertAtRest(queue);
          });
        });
  }

  @ParameterizedTest
  @EnumSource
  void cancelledWaiterIsForgottenAtOnce(Kind kind) {
    sweep(
        "waiter in " + kind,
        world -> {
          Queue<String> empty = kind.make(0);
          Queue<String> full = kind.make(1);
          full.putNowait("x");
          Task<?> victim =
              world.victim(() -> {
                await(empty.get());
                await(full.put("y"));
              });
          world.helper(() -> {
            await(sleep(seconds(1)));
            if (!victim.done()) {
              empty.putNowait("x");
            }
            await(sleep(seconds(1)));
            if (!victim.done()) {
              full.getNowait();
            }
          });
          world.check(() -> {
            assertThat(empty.statistics().gettersWaiting()).isZero();
            assertThat(full.statistics().puttersWaiting()).isZero();
          });
        });
  }

  @ParameterizedTest
  @EnumSource
  @CancelSafety(
      of = {"Queue.put", "PriorityQueue.put", "LifoQueue.put"},
      safe = YES,
      then = "The item is not in the queue; the next one who waits may put his.")
  void cancelledPutPutsNothing(Kind kind) {
    sweep(
        "put into " + kind,
        world -> {
          Queue<String> queue = kind.make(1);
          queue.putNowait("zero");
          Task<?> victim = world.victim(() -> await(queue.put("victim's")));
          Task<?> other = world.helper(() -> await(queue.put("other's")));
          List<String> got = new ArrayList<>();
          world.helper(() -> {
            await(sleep(seconds(1)));
            got.add(queue.getNowait());
            await(Asyncio.wait(List.of(victim)));
            if (victim.cancelled()) {
              turns(3);
              // Without a second get, the room must have reached the other one.
              assertThat(other.done()).isTrue();
            }
            while (!queue.empty()) {
              got.add(queue.getNowait());
              turns(3);
            }
          });
          world.check(() -> {
            List<String> expected = new ArrayList<>(List.of("zero", "other's"));
            if (!victim.cancelled()) {
              expected.add("victim's");
            }
            assertThat(got).containsExactlyInAnyOrderElementsOf(expected);
            got.forEach(_ -> queue.taskDone());
            await(queue.join());
            assertAtRest(queue);
          });
        });
  }

  @ParameterizedTest
  @EnumSource
  @CancelSafety(
      of = {"Queue.join", "PriorityQueue.join", "LifoQueue.join"},
      safe = YES,
      then = "Nothing is lost.")
  void cancelledJoinLeavesTheWork(Kind kind) {
    sweep(
        "join of " + kind,
        world -> {
          Queue<String> queue = kind.make(0);
          queue.putNowait("a");
          queue.putNowait("b");
          world.victim(() -> await(queue.join()));
          world.helper(() -> await(queue.join()));
          world.helper(() -> {
            for (int i = 0; i < 2; i++) {
              await(queue.get());
              await(sleep(seconds(1)));
              queue.taskDone();
            }
          });
          world.check(() -> assertAtRest(queue));
        });
  }

  @ParameterizedTest
  @EnumSource
  void manyMakersAndUsersLoseAndDoubleNothing(Kind kind) {
    sweep(
        "makers and users of " + kind,
        world -> {
          Queue<String> queue = kind.make(1);
          List<String> put = new ArrayList<>();
          List<String> got = new ArrayList<>();
          world.victim(() -> {
            turns(1);
            for (int i = 0; i < 2; i++) {
              await(queue.put("v" + i));
              put.add("v" + i);
              String item = await(queue.get());
              got.add(item);
              queue.taskDone();
            }
          });
          for (String maker : List.of("a", "b")) {
            world.helper(() -> {
              for (int i = 0; i < 2; i++) {
                await(queue.put(maker + i));
                put.add(maker + i);
              }
            });
          }
          world.background(() -> {
            while (true) {
              got.add(await(queue.get()));
              queue.taskDone();
            }
          });
          world.check(() -> {
            await(queue.join());
            assertThat(got).containsExactlyInAnyOrderElementsOf(put);
            assertThat(queue.statistics().puttersWaiting()).isZero();
          });
        });
  }

  @ParameterizedTest
  @EnumSource
  void shutdownReachesEveryoneWhoIsNotCancelled(Kind kind) {
    sweep(
        "shutdown of " + kind,
        world -> {
          Queue<String> queue = kind.make(1);
          List<String> told = new ArrayList<>();
          Task<?> victim =
              world.victim(() -> {
                try {
                  await(queue.get());
                } catch (QueueShutDown e) {
                  told.add("victim");
                  await(sleep(seconds(1)));
                }
              });
          world.helper(() -> {
            try {
              await(queue.get());
            } catch (QueueShutDown e) {
              told.add("helper");
            }
          });
          world.helper(() -> {
            await(sleep(seconds(1)));
            queue.shutdown();
          });
          world.check(() -> {
            assertThat(told).contains("helper");
            assertThat(told.contains("victim") || victim.cancelled()).isTrue();
            assertThat(queue.statistics().gettersWaiting()).isZero();
          });
        });
  }

  @ParameterizedTest
  @EnumSource
  void timeoutInTheMomentOfThePutLosesNothing(Kind kind) {
    sweep(
        "waitFor of get from " + kind,
        world -> {
          Queue<String> queue = kind.make(0);
          List<String> got = new ArrayList<>();
          world.victim(() -> {
            while (got.size() < 2) {
              try {
                got.add(await(waitFor(queue.get(), seconds(1))));
              } catch (TimeoutError e) {
                turns(1);
              }
            }
          });
          world.helper(() -> {
            for (String item : List.of("a", "b")) {
              await(sleep(seconds(1)));
              queue.putNowait(item);
            }
          });
          world.check(() -> {
            while (!queue.empty()) {
              got.add(queue.getNowait());
            }
            assertThat(got).containsExactlyInAnyOrder("a", "b");
            assertThat(queue.statistics().gettersWaiting()).isZero();
          });
        });
  }
}
