package jasyncio;

import static jasyncio.Asyncio.async;
import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.getRunningLoop;
import static jasyncio.Asyncio.seconds;
import static jasyncio.Asyncio.sleep;
import static jasyncio.Asyncio.taskGroup;
import static jasyncio.Asyncio.timeout;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jasyncio.parity.Parity;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Task groups and timeouts, where the recorded traces do not reach.
class TaskGroupTest {
  private final List<String> log = new ArrayList<>();

  private static void run(AsyncAction body) {
    Asyncio.run(async(body), LoopConfig.defaults().withVirtualTime());
  }

  private void waitUntilCancelled(String name) {
    try {
      await(sleep(seconds(100)));
    } catch (CancelledError e) {
      log.add(name + " cancelled");
      throw e;
    }
  }

  @Test
  @Parity("TGR-04")
  void keyboardInterruptOfATaskComesOutBareAfterTheOthersHaveEnded() {
    assertThatThrownBy(() ->
            run(() ->
                await(
                    taskGroup(group -> {
                      group.createTask(() -> waitUntilCancelled("sibling"));
                      group.createTask(() -> {
                        await(sleep(seconds(1)));
                        throw new KeyboardInterrupt();
                      });
                    }))))
        .isInstanceOf(KeyboardInterrupt.class);
    assertThat(log).containsExactly("sibling cancelled");
  }

  @Test
  @Parity("TGR-07")
  void cancelEndsTheGroupWithoutAnError() {
    run(() -> {
      @Nullable String result =
          await(
              taskGroup(group -> {
                group.createTask(() -> waitUntilCancelled("task"));
                group.createTask(() -> {
                  await(sleep(seconds(1)));
                  group.cancel();
                });
                waitUntilCancelled("body");
                return "not reached";
              }));
      assertThat(result).isNull();
      assertThat(Asyncio.currentTask().cancelling()).isZero();
    });
    assertThat(log).containsExactlyInAnyOrder("task cancelled", "body cancelled");
  }

  @Test
  @Parity({"TGR-01", "TGR-02"})
  void groupIsOfNoUseAfterItsEnd() {
    run(() -> {
      List<TaskGroup> groups = new ArrayList<>();
      await(
          taskGroup(group -> {
            groups.add(group);
          }));
      Coroutine<@Nullable Void> late =
          async(() -> {
            log.add("ran");
          });
      assertThatThrownBy(() -> groups.getFirst().createTask(late))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageEndingWith("is finished");
      assertThatThrownBy(() -> await(late)).isInstanceOf(IllegalStateException.class);
    });
    assertThat(log).isEmpty();
  }

  @Test
  @Parity("TGR-03")
  void failuresOfBodyAndTasksComeTogether() {
    assertThatThrownBy(() ->
            run(() ->
                await(
                    taskGroup(group -> {
                      group.createTask(() -> {
                        throw new IOException("the task's");
                      });
                      try {
                        await(sleep(seconds(1)));
                      } catch (CancelledError e) {
                        throw new IllegalArgumentException("the body's");
                      }
                    }))))
        .isInstanceOfSatisfying(
            ExceptionGroup.class,
            group -> {
              assertThat(group.message()).isEqualTo("unhandled errors in a TaskGroup");
              assertThat(group.exceptions())
                  .extracting(Throwable::getMessage)
                  .containsExactly("the task's", "the body's");
            });
  }

  @Test
  @Parity({"TGR-01", "TMO-01"})
  void groupAndTimeoutNeedATask() {
    EventLoop loop = EventLoop.create(LoopConfig.defaults().withVirtualTime());
    try (loop) {
      List<Throwable> thrown = new ArrayList<>();
      loop.setExceptionHandler((_, context) -> thrown.add(context.exception()));
      loop.callSoon(() -> await(taskGroup(_ -> {})));
      loop.callSoon(() -> await(timeout(seconds(1), () -> {})));
      loop.callSoon(loop::stop);
      loop.runForever();
      assertThat(thrown).hasSize(2).allMatch(IllegalStateException.class::isInstance);
    }
  }

  @Test
  @Parity({"TMO-01", "TMO-02", "EXC-02"})
  void deadlineThatHasPassedActsOnTheNextTurn() {
    run(() -> {
      long before = getRunningLoop().turn();
      assertThatThrownBy(() -> await(timeout(Duration.ZERO, () -> await(sleep(seconds(1))))))
          .isInstanceOf(TimeoutError.class)
          .hasCauseInstanceOf(CancelledError.class);
      assertThat(getRunningLoop().turn() - before).isLessThan(5);
      assertThat(getRunningLoop().time().nanos()).isZero();
    });
  }

  @Test
  @Parity("EXC-01")
  void catchOfExceptionsLetsACancellationPass() {
    run(() -> {
      Task<?> task =
          Asyncio.createTask(() -> {
            try {
              await(sleep(seconds(1)));
            } catch (Exception e) {
              log.add("swallowed");
            }
          });
      await(sleep(Duration.ZERO));
      task.cancel();
      await(sleep(Duration.ZERO));
      await(sleep(Duration.ZERO));
      assertThat(task.cancelled()).isTrue();
    });
    assertThat(log).isEmpty();
  }

  @Test
  @Parity("SYN-07")
  void waitingForALockIsLimitedByATimeout() {
    run(() -> {
      jasyncio.sync.Lock lock = new jasyncio.sync.Lock();
      await(lock.acquire());
      assertThatThrownBy(() -> await(Asyncio.waitFor(lock.acquire(), seconds(1))))
          .isInstanceOf(TimeoutError.class);
      lock.release();
      await(lock.acquire());
      lock.release();
    });
  }
}
