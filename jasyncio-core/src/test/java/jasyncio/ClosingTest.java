package jasyncio;

import static jasyncio.Asyncio.async;
import static jasyncio.Asyncio.asyncGenerator;
import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.createTask;
import static jasyncio.Asyncio.currentTask;
import static jasyncio.Asyncio.getRunningLoop;
import static jasyncio.Asyncio.seconds;
import static jasyncio.Asyncio.sleep;
import static jasyncio.Virtual.turns;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// A loop that is closed with tasks and generators still suspended: their `finally` blocks run, as
/// code of the task, and nothing goes unsaid.
class ClosingTest {
  private final List<String> log = new ArrayList<>();
  private final List<String> reports = new ArrayList<>();

  private EventLoop loopAfterAFewTurns(AsyncAction... bodies) {
    EventLoop loop = Virtual.loop(reports);
    for (AsyncAction body : bodies) {
      loop.createTask(async(body));
    }
    loop.runUntilComplete(async(() -> turns(5)));
    return loop;
  }

  @Test
  void logTellsOfTheFirstHundredTasksAndHowManyMoreThereWere() throws Exception {
    EventLoop loop = EventLoop.create(Virtual.config());
    for (int i = 0; i < 1_000; i++) {
      loop.createTask(async(() -> await(sleep(seconds(1)))), TaskOptions.named("task " + i));
    }
    LogOfTheLibrary logged = new LogOfTheLibrary();
    logged.open();
    try {
      loop.close();
    } finally {
      logged.close();
    }
    assertThat(logged.messages()).hasSize(101);
    assertThat(logged.messages().get(99)).contains("destroyed but it is pending", "task 99");
    assertThat(logged.messages().get(100)).contains("... and so were 900 more tasks");
  }

  @Test
  void exceptionHandlerIsToldOfEachTaskHoweverManyThereAre() {
    EventLoop loop = Virtual.loop(reports);
    for (int i = 0; i < 1_000; i++) {
      loop.createTask(async(() -> await(sleep(seconds(1)))));
    }
    loop.close();
    assertThat(reports).hasSize(1_000).containsOnly("Task was destroyed but it is pending!");
  }

  @Test
  void finallyBlocksOfSuspendedTasksRunAndEachTaskIsReported() {
    EventLoop loop =
        loopAfterAFewTurns(
            () -> {
              try {
                await(sleep(seconds(1)));
              } finally {
                log.add("first");
              }
            },
            () -> {
              try {
                await(getRunningLoop().createFuture());
              } finally {
                log.add("second");
              }
            });
    loop.close();
    assertThat(log).containsExactly("first", "second");
    assertThat(reports)
        .containsExactly(
            "Task was destroyed but it is pending!", "Task was destroyed but it is pending!");
  }

  @Test
  void finallyBlockIsCodeOfItsTask() {
    ContextVar<String> variable = ContextVar.withDefault("variable", "outer");
    EventLoop loop =
        loopAfterAFewTurns(() -> {
          Task<?> me = currentTask();
          variable.set("task's own");
          try {
            await(sleep(seconds(1)));
          } finally {
            log.add(variable.get());
            log.add(String.valueOf(currentTask() == me));
            log.add(String.valueOf(getRunningLoop() == me.getLoop()));
          }
        });
    loop.close();
    assertThat(log).containsExactly("task's own", "true", "true");
    assertThat(variable.get()).isEqualTo("outer");
    assertThat(currentTask()).isNull();
  }

  @Test
  void awaitInAFinallyBlockThrowsAndTheNextOneStillRuns() {
    EventLoop loop =
        loopAfterAFewTurns(() -> {
          try {
            try {
              await(sleep(seconds(1)));
            } finally {
              log.add("inner");
              await(sleep(seconds(1)));
              log.add("never");
            }
          } catch (GeneratorExit e) {
            log.add("outer");
            throw e;
          }
        });
    loop.close();
    assertThat(log).containsExactly("inner", "outer");
    assertThat(reports).containsExactly("Task was destroyed but it is pending!");
  }

  @Test
  void catchOfExceptionDoesNotHoldUpTheUnwinding() {
    EventLoop loop =
        loopAfterAFewTurns(() -> {
          while (true) {
            try {
              await(sleep(seconds(1)));
            } catch (Exception e) {
              log.add("caught " + e);
            }
          }
        });
    loop.close();
    assertThat(log).isEmpty();
  }

  @Test
  void taskThatCatchesEverythingForEverIsLeftBehindAndReported() {
    EventLoop loop =
        loopAfterAFewTurns(
            () -> {
              while (true) {
                try {
                  await(sleep(seconds(1)));
                } catch (Throwable ignored) {
                  // hostile
                }
              }
            },
            () -> {
              try {
                await(sleep(seconds(1)));
              } finally {
                log.add("the next task is unwound all the same");
              }
            });
    loop.close();
    assertThat(loop.isClosed()).isTrue();
    assertThat(log).containsExactly("the next task is unwound all the same");
    assertThat(reports)
        .containsExactly(
            "Task was destroyed but it is pending!",
            "coroutine ignored GeneratorExit",
            "Task was destroyed but it is pending!");
  }

  @Test
  void exceptionOfAFinallyBlockIsReported() {
    EventLoop loop =
        loopAfterAFewTurns(() -> {
          try {
            await(sleep(seconds(1)));
          } finally {
            throwIt();
          }
        });
    loop.close();
    assertThat(reports)
        .containsExactly(
            "Task was destroyed but it is pending!",
            "Exception ignored while the loop closed under Task-1: IllegalArgumentException"
                + " cleanup failed");
  }

  private static void throwIt() {
    throw new IllegalArgumentException("cleanup failed");
  }

  @Test
  void keyboardInterruptOfAFinallyBlockComesOutOfClose() {
    EventLoop loop =
        loopAfterAFewTurns(() -> {
          try {
            await(sleep(seconds(1)));
          } catch (GeneratorExit e) {
            throw new KeyboardInterrupt();
          }
        });
    assertThatThrownBy(loop::close).isInstanceOf(KeyboardInterrupt.class);
    assertThat(loop.isClosed()).isTrue();
    loop.close();
  }

  @Test
  void taskThatNeverStartedIsReportedAndItsBodyDoesNotRun() {
    EventLoop loop = Virtual.loop(reports);
    Task<?> task = loop.createTask(async(() -> log.add("ran")));
    loop.close();
    assertThat(log).isEmpty();
    assertThat(task.done()).isFalse();
    assertThat(reports).containsExactly("Task was destroyed but it is pending!");
  }

  @Test
  void tasksMadeWhileUnwindingDoNotRun() {
    EventLoop loop =
        loopAfterAFewTurns(() -> {
          try {
            await(sleep(seconds(1)));
          } finally {
            createTask(() -> log.add("ran"));
            createTask(async(() -> log.add("ran")), TaskOptions.defaults().withEagerStart(true));
            getRunningLoop().callSoon(() -> log.add("callback ran"));
          }
        });
    loop.close();
    assertThat(log).isEmpty();
    assertThat(reports).hasSize(3).containsOnly("Task was destroyed but it is pending!");
  }

  @Test
  void generatorThatWasNotUsedUpIsClosedToo() {
    AtomicReference<AsyncGenerator<Integer>> kept = new AtomicReference<>();
    EventLoop loop =
        loopAfterAFewTurns(() -> {
          AsyncGenerator<Integer> generator =
              asyncGenerator(yielder -> {
                try {
                  yielder.yield(1);
                } finally {
                  log.add("generator");
                  try {
                    await(sleep(seconds(1)));
                  } catch (GeneratorExit e) {
                    log.add("cannot wait");
                    throw e;
                  }
                }
              });
          kept.set(generator);
          await(generator.anext());
        });
    loop.close();
    assertThat(log).containsExactly("generator", "cannot wait");
    assertThat(reports).isEmpty();
  }

  @Test
  void taskThatWaitsInsideAGeneratorIsUnwoundThroughBoth() {
    EventLoop loop =
        loopAfterAFewTurns(() -> {
          AsyncGenerator<Integer> generator =
              asyncGenerator(yielder -> {
                try {
                  await(sleep(seconds(1)));
                  yielder.yield(1);
                } finally {
                  log.add("generator");
                }
              });
          try {
            await(generator.anext());
          } finally {
            log.add("consumer");
          }
        });
    loop.close();
    assertThat(log).containsExactly("generator", "consumer");
    assertThat(reports).containsExactly("Task was destroyed but it is pending!");
  }

  @Test
  void loopCanBeClosedByATaskOfAnotherLoop() {
    EventLoop inner =
        loopAfterAFewTurns(() -> {
          try {
            await(sleep(seconds(1)));
          } finally {
            log.add("inner " + currentTask().getName());
          }
        });
    Virtual.run(() -> {
      Task<?> me = currentTask();
      turns(2);
      inner.close();
      assertThat(currentTask()).isSameAs(me);
      turns(2);
      await(sleep(seconds(1)));
      log.add("outer goes on");
    });
    assertThat(log).containsExactly("inner Task-1", "outer goes on");
  }

  @Test
  void closedLoopRefusesEverything() {
    EventLoop loop = Virtual.loop(reports);
    Future<String> future = loop.createFuture();
    future.addDoneCallback(_ -> log.add("called"));
    loop.close();
    loop.close();
    List<org.assertj.core.api.ThrowableAssert.ThrowingCallable> calls =
        List.of(
            () -> loop.callSoon(() -> {}),
            () -> loop.callSoonThreadsafe(() -> {}),
            () -> loop.callLater(seconds(1), () -> {}),
            () -> loop.callAt(new LoopTime(0), () -> {}),
            () -> loop.createTask(async(() -> {})),
            loop::runForever,
            () -> loop.runUntilComplete(async(() -> {})),
            () -> loop.runInExecutor(null, () -> ""),
            () -> Asyncio.runCoroutineThreadsafe(() -> {}, loop),
            loop::stop,
            () -> future.setResult("late"),
            () -> future.cancel());
    assertThat(calls)
        .allSatisfy(call ->
            assertThatThrownBy(call)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("Event loop is closed"));
    assertThat(loop.toString()).contains("closed");
  }

  @Test
  void runningLoopCannotBeClosed() {
    Virtual.run(() ->
        assertThatThrownBy(getRunningLoop()::close)
            .isInstanceOf(IllegalStateException.class)
            .hasMessage("Cannot close a running event loop"));
  }

  @Test
  void whoeverWaitsForAThreadsafeCallIsToldThatTheLoopHasClosed() {
    EventLoop loop = Virtual.loop(reports);
    CompletableFuture<?> suspended =
        Asyncio.runCoroutineThreadsafe(() -> await(sleep(seconds(1))), loop);
    loop.runUntilComplete(async(() -> turns(3)));
    CompletableFuture<?> notStarted = Asyncio.runCoroutineThreadsafe(() -> {}, loop);
    loop.close();
    for (CompletableFuture<?> result : List.of(suspended, notStarted)) {
      assertThat(result).isDone();
      assertThatThrownBy(result::get)
          .isInstanceOf(ExecutionException.class)
          .cause()
          .isInstanceOf(IllegalStateException.class)
          .hasMessageStartingWith("Event loop is closed");
    }
  }

  @Test
  @Tag("continuation-engine")
  void suspendedTasksCannotChangeTheirThread() throws InterruptedException {
    EventLoop loop = Virtual.loop(reports);
    Task<String> task =
        loop.createTask(
            async(() -> {
              await(sleep(seconds(1)));
              return "done";
            }));
    loop.runUntilComplete(async(() -> turns(3)));
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    Thread other =
        Thread.ofPlatform()
            .start(() -> {
              try {
                loop.runUntilComplete(task);
              } catch (Throwable t) {
                thrown.set(t);
              }
            });
    other.join();
    assertThat(thrown.get())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("has suspended tasks that belong to " + Thread.currentThread())
        .hasMessageContaining("cannot run on ");
    assertThat(loop.runUntilComplete(task)).isEqualTo("done"); // nothing was lost
    loop.close();
    assertThat(reports).isEmpty();
  }

  @Test
  @Tag("continuation-engine")
  void loopThatIsClosedOnAnotherThreadSaysWhatItCouldNotDo() throws InterruptedException {
    EventLoop loop =
        loopAfterAFewTurns(() -> {
          try {
            await(sleep(seconds(1)));
          } finally {
            log.add("ran");
          }
        });
    Thread closer = Thread.ofPlatform().start(loop::close);
    closer.join();
    assertThat(loop.isClosed()).isTrue();
    assertThat(log).isEmpty();
    assertThat(reports).hasSize(2);
    assertThat(reports.get(1)).startsWith("Task could not be unwound");
  }
}
