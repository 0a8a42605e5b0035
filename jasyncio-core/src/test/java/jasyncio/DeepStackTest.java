package jasyncio;

import static jasyncio.Asyncio.async;
import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.createTask;
import static jasyncio.Asyncio.getRunningLoop;
import static jasyncio.Asyncio.seconds;
import static jasyncio.Asyncio.sleep;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Deep stacks, and stacks that end: only the task that stands on one suffers.
class DeepStackTest {
  private static final long STACK_BYTES = 700_000;

  /// Runs `body` on a platform thread with a small stack.
  private static void onSmallStack(AsyncAction body) {
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    Thread thread =
        new Thread(
            null,
            () -> {
              try {
                body.run();
              } catch (Throwable t) {
                thrown.set(t);
              }
            },
            "small",
            STACK_BYTES);
    thread.start();
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    if (thrown.get() != null) {
      throw new AssertionError(thrown.get());
    }
  }

  private static Coroutine<Integer> descend(int depth) {
    return async(() -> {
      if (depth % 10 == 0) {
        await(sleep(Duration.ZERO));
      }
      int below = depth == 0 ? 0 : await(descend(depth - 1));
      if (depth % 7 == 0) {
        await(sleep(seconds(1)));
      }
      return below + 1;
    });
  }

  @Test
  void coroutinesAwaitEachOtherToAnyReasonableDepth() {
    Virtual.run(() -> {
      assertThat(await(descend(400))).isEqualTo(401);
      assertThat(await(Asyncio.gather(descend(200), descend(200)))).containsExactly(201, 201);
    });
  }

  @SuppressWarnings("InfiniteRecursion")
  private static void recurse() {
    recurse();
  }

  @Test
  void taskMayCatchAnOverflowAndAwaitAfterwards() {
    onSmallStack(() ->
        Virtual.run(() -> {
          Task<?> other =
              createTask(() -> {
                for (int i = 0; i < 20; i++) {
                  await(sleep(seconds(1)));
                }
              });
          for (int i = 0; i < 10; i++) {
            assertThatThrownBy(DeepStackTest::recurse).isInstanceOf(StackOverflowError.class);
            await(sleep(Duration.ZERO));
            await(sleep(seconds(1)));
          }
          await(other);
        }));
  }

  @Test
  void overflowThatLeavesATaskIsItsFailure() {
    onSmallStack(() ->
        Virtual.run(() -> {
          Task<?> task = createTask(() -> recurse());
          assertThatThrownBy(() -> await(task)).isInstanceOf(StackOverflowError.class);
          await(sleep(seconds(1)));
        }));
  }

  /// Overflows the stack, and on the way back tries to wait at every level: so the loop's turn goes
  /// on in place where there is no room for it, little room, and at last enough.
  private static void waitWhereTheStackEnds(int[] levels, Runnable schedule) {
    try {
      waitWhereTheStackEnds(levels, schedule);
    } finally {
      if (levels[0] > 0) {
        levels[0]--;
        schedule.run();
        await(sleep(Duration.ZERO));
      }
    }
  }

  @RepeatedTest(5)
  void waitingWhereTheStackEndsTakesNobodyAlong() {
    onSmallStack(() -> {
      int[] scheduled = new int[1];
      int[] ran = new int[1];
      List<Object> failed = new ArrayList<>();
      Asyncio.run(() -> {
        EventLoop loop = getRunningLoop();
        loop.setExceptionHandler((_, context) -> {
          assertThat(context.exception()).isInstanceOf(StackOverflowError.class);
          failed.add(context.handle());
        });
        Runnable schedule =
            () -> {
              Runnable callback = () -> ran[0]++;
              loop.callSoonThreadsafe(callback);
              scheduled[0]++;
              loop.callLater(Duration.ofNanos(1), callback);
              scheduled[0]++;
              loop.callSoon(callback);
              scheduled[0]++;
            };
        Task<?> me = Asyncio.currentTask();
        Task<?> bystander =
            createTask(() -> {
              await(sleep(Duration.ofNanos(1)));
              await(sleep(Duration.ZERO));
            });
        for (int i = 0; i < 10; i++) {
          int[] levels = {400};
          assertThatThrownBy(() -> waitWhereTheStackEnds(levels, schedule))
              .isInstanceOf(StackOverflowError.class);
          assertThat(Asyncio.currentTask()).isSameAs(me);
        }
        await(bystander);
        while (ran[0] + failed.size() < scheduled[0]) {
          await(sleep(Duration.ZERO));
        }
        await(sleep(Duration.ofNanos(1)));
        await(sleep(Duration.ZERO));
      });
      assertThat(scheduled[0]).isPositive();
      assertThat(ran[0] + failed.size()).isEqualTo(scheduled[0]);
      assertThat(failed).doesNotHaveDuplicates();
    });
  }

  @RepeatedTest(60) // where exactly it ends depends on what has been compiled
  void eagerTasksWithoutEndFailWhereTheStackEnds() {
    onSmallStack(() ->
        Virtual.run(() -> {
          List<String> reports = Virtual.reports();
          int[] depth = new int[1];
          Task<?> task = createTask(() -> startEagerly(depth));
          try {
            await(task);
          } catch (StackOverflowError e) {
            depth[0]++;
          }
          await(sleep(seconds(1)));
          assertThat(depth[0]).isPositive();
          assertThat(reports).allMatch(report -> report.contains("StackOverflowError"));
          assertThat(Asyncio.currentTask()).isNotNull();
          assertThat(Asyncio.allTasks()).hasSize(1);
        }));
  }

  /// On the thread engine every task has a stack of its own, hence the limit.
  private static void startEagerly(int[] depth) {
    if (depth[0]++ < 3000) {
      createTask(async(() -> startEagerly(depth)), TaskOptions.defaults().withEagerStart(true));
    }
  }

  private boolean ended;

  /// Goes to the end of the stack, comes back `slack` levels, and waits there.
  private int waitNearTheEnd(int slack) {
    int level;
    try {
      level = waitNearTheEnd(slack);
    } catch (StackOverflowError e) {
      if (ended) {
        throw e;
      }
      ended = true;
      level = -slack;
    }
    if (level == -1) {
      await(sleep(seconds(1)));
    }
    return level < 0 ? level + 1 : level;
  }

  /// The JVM would crash: see `StackRoom` in the engine. It takes compiled code to get so near.
  @Test
  @Tag("continuation-engine")
  void taskWhoseStackCannotBeBroughtBackFailsAndTheLoopGoesOn() {
    onSmallStack(() ->
        Virtual.run(() -> {
          int lost = 0;
          for (int round = 0; lost == 0; round++) {
            assertThat(round).isLessThan(20_000);
            ended = false;
            int slack = 1 + round % 60;
            Task<Integer> deep = createTask(async(() -> waitNearTheEnd(slack)));
            Object outcome = await(Asyncio.gatherReturningExceptions(deep)).getFirst();
            if (String.valueOf(outcome).contains("finally blocks did not run")) {
              assertThat(outcome).isInstanceOf(StackOverflowError.class);
              lost++;
            }
            assertThat(Asyncio.allTasks()).hasSize(1);
          }
          await(sleep(seconds(1)));
        }));
  }
}
