package jasyncio;

import static jasyncio.Asyncio.async;
import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.createTask;
import static jasyncio.Asyncio.currentTask;
import static jasyncio.Asyncio.getRunningLoop;
import static jasyncio.Asyncio.seconds;
import static jasyncio.Asyncio.sleep;
import static jasyncio.Virtual.turns;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jasyncio.parity.Parity;
import jasyncio.spi.VirtualTime;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/// `run` and `Runner`: one loop for each, cleaned up whatever happens.
class RunnerTest {
  private final List<String> log = new ArrayList<>();

  @Test
  @Parity("RUN-01")
  void resultOfTheMainTaskIsReturned() {
    assertThat(Virtual.<String>call(() -> "result")).isEqualTo("result");
    assertThat(Asyncio.<String>run(() -> "result")).isEqualTo("result");
  }

  @Test
  void failureOfTheMainTaskArrivesAsItself() {
    IOException failure = new IOException("disk");
    assertThatThrownBy(() ->
            Virtual.run(() -> {
              throw failure;
            }))
        .isSameAs(failure);
  }

  @Test
  @Parity({"RUN-01", "RUN-05"})
  void leftoverTasksAreCancelledAndAwaited() {
    Virtual.run(() -> {
      for (int i = 0; i < 3; i++) {
        String name = "task " + i;
        createTask(() -> {
          try {
            await(sleep(seconds(100)));
          } finally {
            await(sleep(seconds(1)));
            log.add(name + " cleaned up");
          }
        });
      }
      turns(1);
      log.add("main ends");
    });
    assertThat(log)
        .containsExactly(
            "main ends", "task 0 cleaned up", "task 1 cleaned up", "task 2 cleaned up");
  }

  @Test
  void leftoversAreCleanedUpWhenTheMainTaskFails() {
    assertThatThrownBy(() ->
            Virtual.run(() -> {
              createTask(() -> {
                try {
                  await(sleep(seconds(100)));
                } finally {
                  log.add("cleaned up");
                }
              });
              turns(1);
              throw new IllegalStateException("main");
            }))
        .hasMessage("main");
    assertThat(log).containsExactly("cleaned up");
  }

  @Test
  @Parity("RUN-01")
  void failureOfALeftoverWhileItIsCancelledIsReported() {
    List<String> reports = new ArrayList<>();
    Virtual.run(() -> {
      Virtual.collect(getRunningLoop(), reports);
      createTask(() -> {
        try {
          await(sleep(seconds(100)));
        } finally {
          throwIt();
        }
      });
      turns(1);
    });
    assertThat(reports)
        .containsExactly(
            "unhandled exception during asyncio.run() shutdown: IllegalArgumentException cleanup");
  }

  private static void throwIt() {
    throw new IllegalArgumentException("cleanup");
  }

  /// The interrupt leaves the main task's callback in the queue, which must not stop the shutdown.
  @Test
  void keyboardInterruptOfTheMainTaskDoesNotCutTheShutdownShort() {
    List<String> reports = new ArrayList<>();
    assertThatThrownBy(() ->
            Virtual.run(() -> {
              Virtual.collect(getRunningLoop(), reports);
              AsyncGenerator<Integer> generator =
                  Asyncio.asyncGenerator(yielder -> {
                    try {
                      yielder.yield(1);
                    } finally {
                      await(sleep(seconds(1)));
                      log.add("generator");
                    }
                  });
              await(generator.anext());
              createTask(() -> {
                try {
                  await(sleep(seconds(100)));
                } finally {
                  await(sleep(seconds(1)));
                  log.add("task");
                }
              });
              turns(1);
              throw new KeyboardInterrupt();
            }))
        .isInstanceOf(KeyboardInterrupt.class)
        .hasNoSuppressedExceptions();
    assertThat(log).containsExactly("task", "generator");
    assertThat(reports).isEmpty();
  }

  @Test
  void generatorsAreClosedBeforeTheLoop() {
    Virtual.run(() -> {
      for (int i = 0; i < 3; i++) {
        String name = "generator " + i;
        AsyncGenerator<Integer> generator =
            Asyncio.asyncGenerator(yielder -> {
              try {
                yielder.yield(1);
              } finally {
                await(sleep(seconds(1)));
                log.add(name);
              }
            });
        await(generator.anext());
      }
    });
    assertThat(log).containsExactly("generator 0", "generator 1", "generator 2");
  }

  @Test
  @Parity({"RUN-01", "RUN-03"})
  void runInsideARunIsRefusedAndClosesTheCoroutine() {
    Virtual.run(() -> {
      Coroutine<Void> inner = async(() -> null);
      assertThatThrownBy(() -> Asyncio.run(inner))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageStartingWith("asyncio.run() cannot be called from a running event loop")
          .hasMessageContaining(getRunningLoop().toString())
          .hasMessageContaining("await the coroutine instead");
      assertThatThrownBy(() -> await(inner)).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> EventLoop.create().runForever())
          .isInstanceOf(IllegalStateException.class)
          .hasMessageStartingWith("Cannot run the event loop while another loop is running")
          .hasMessageContaining(getRunningLoop().toString())
          .hasMessageContaining("in a thread of its own");
      assertThat(currentTask()).isNotNull();
      await(sleep(seconds(1)));
    });
  }

  @Test
  @Parity({"RUN-02", "RUN-03", "RUN-04"})
  void runnerRunsOneAfterTheOtherOnTheSameLoopAndContext() {
    ContextVar<String> variable = ContextVar.withDefault("variable", "unset");
    try (Runner runner = Runner.of(Virtual.config())) {
      EventLoop first = runner.run(async(() -> getRunningLoop()));
      runner.run(() -> {
        variable.set("set in a run");
      });
      assertThat(runner.<String>run(() -> variable.get())).isEqualTo("set in a run");
      assertThat(runner.<String>run(async(() -> variable.get()), new Context())).isEqualTo("unset");
      assertThat(runner.<EventLoop>run(() -> getRunningLoop())).isSameAs(first);
      assertThat(runner.getLoop()).isSameAs(first);
    }
    assertThat(variable.get()).isEqualTo("unset");
  }

  @Test
  void tasksOfOneRunGoOnInTheNext() {
    try (Runner runner = Runner.of(Virtual.config())) {
      Task<String> task =
          runner.run(
              async(() ->
                  createTask(() -> {
                    await(sleep(seconds(10)));
                    return "slept";
                  })));
      assertThat(task.done()).isFalse();
      assertThat(runner.<String>run(task)).isEqualTo("slept");
    }
  }

  @Test
  @Parity({"RUN-03", "RUN-05"})
  void closedRunnerRefusesToRunAndClosesTwice() {
    Runner runner = Runner.of(Virtual.config());
    EventLoop loop = runner.getLoop();
    runner.close();
    runner.close();
    assertThat(loop.isClosed()).isTrue();
    assertThatThrownBy(() -> runner.run(() -> {}))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("Runner is closed");
    assertThatThrownBy(runner::getLoop).hasMessage("Runner is closed");
  }

  @Test
  @Parity("RUN-02")
  void runnerThatWasNeverUsedBuildsNothing() {
    int[] built = new int[1];
    try (Runner runner =
        Runner.of(
            LoopConfig.defaults()
                .withDriver((_, _) -> {
                  built[0]++;
                  return new ParkDriver();
                }))) {
      assertThat(runner).isNotNull();
    }
    assertThat(built[0]).isZero();
  }

  @Test
  void cancelledMainTaskArrivesAsCancelledError() {
    assertThatThrownBy(() ->
            Virtual.run(() -> {
              currentTask().cancel("by itself");
              await(sleep(seconds(1)));
            }))
        .isInstanceOf(CancelledError.class)
        .hasMessage("by itself");
  }

  @Test
  void deadlockOnVirtualTimeLeavesRunAndCleansUp() {
    assertThatThrownBy(() ->
            Virtual.run(() -> {
              try {
                await(getRunningLoop().createFuture());
              } finally {
                log.add("cleaned up");
              }
            }))
        .isInstanceOf(VirtualTime.Deadlock.class);
    assertThat(log).containsExactly("cleaned up");
  }

  @Test
  @Parity("CST-10")
  void blockingWorkHasFiveMinutesToEnd() {
    VirtualTime time = new VirtualTime();
    LoopConfig config = LoopConfig.defaults().withClock(time).withDriver((_, _) -> time);
    Asyncio.run(
        async(() -> {
          EventLoop loop = getRunningLoop();
          loop.setExceptionHandler((_, context) -> log.add(context.message()));
          loop.runInExecutor(
              null,
              () -> {
                new CountDownLatch(1).await();
                return null;
              });
        }),
        config);
    assertThat(time.nanoTime()).isEqualTo(seconds(300).toNanos());
    assertThat(log)
        .containsExactly(
            "The executor did not finish joining its threads within 300 seconds; still running: 1");
  }

  @Test
  @Parity("LCY-14")
  void severalLoopsRunInSeveralThreads() {
    List<Thread> threads = new ArrayList<>();
    List<String> results = java.util.Collections.synchronizedList(new ArrayList<>());
    for (int i = 0; i < 4; i++) {
      int me = i;
      Thread.Builder builder = i % 2 == 0 ? Thread.ofPlatform() : Thread.ofVirtual();
      threads.add(
          builder.start(() ->
              results.add(
                  Virtual.call(() -> {
                    EventLoop loop = getRunningLoop();
                    for (int n = 0; n < 300; n++) {
                      turns(1);
                      assertThat(getRunningLoop()).isSameAs(loop);
                      assertThat(currentTask().getLoop()).isSameAs(loop);
                      await(sleep(seconds(1)));
                    }
                    return "loop " + me;
                  }))));
    }
    for (Thread thread : threads) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
    assertThat(results).containsExactlyInAnyOrder("loop 0", "loop 1", "loop 2", "loop 3");
  }
}
