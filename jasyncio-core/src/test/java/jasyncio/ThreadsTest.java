package jasyncio;

import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.createTask;
import static jasyncio.Asyncio.getRunningLoop;
import static jasyncio.Asyncio.millis;
import static jasyncio.Asyncio.seconds;
import static jasyncio.Asyncio.sleep;
import static jasyncio.Asyncio.toThread;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jasyncio.parity.Parity;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Blocking work on other threads, and work from other threads. On real time, since virtual time
/// cannot see threads; nothing here waits for it to pass.
@Timeout(60)
class ThreadsTest {
  private final ContextVar<String> variable = ContextVar.withDefault("variable", "unset");

  @Test
  @Parity({"TSK-11", "EXE-05"})
  void toThreadRunsInACopyOfTheContext() {
    Asyncio.run(() -> {
      variable.set("the caller's");
      Thread loopThread = Thread.currentThread();
      String seen =
          await(
              toThread(() -> {
                assertThat(Thread.currentThread()).isNotSameAs(loopThread);
                String before = variable.get();
                variable.set("the worker's");
                return before;
              }));
      assertThat(seen).isEqualTo("the caller's");
      assertThat(variable.get()).isEqualTo("the caller's");
    });
  }

  @Test
  @Parity("EXE-05")
  void runInExecutorRunsWithoutTheContext() {
    Asyncio.run(() -> {
      variable.set("the caller's");
      String seen = await(getRunningLoop().<String>runInExecutor(null, variable::get));
      assertThat(seen).isEqualTo("unset");
    });
  }

  @Test
  @Parity("EXE-01")
  void failureOfBlockingWorkArrivesAsItself() {
    Asyncio.run(() -> {
      Future<String> future =
          getRunningLoop()
              .runInExecutor(
                  null,
                  () -> {
                    throw new IOException("broken");
                  });
      assertThatThrownBy(() -> await(future)).isInstanceOf(IOException.class).hasMessage("broken");
    });
  }

  @Test
  @Parity("EXE-02")
  void anyExecutorCanBeTheDefaultOne() {
    List<Runnable> given = new ArrayList<>();
    Executor executor =
        work -> {
          given.add(work);
          work.run();
        };
    Asyncio.run(() -> {
      EventLoop loop = getRunningLoop();
      loop.setDefaultExecutor(executor);
      assertThat(await(toThread(() -> 1))).isEqualTo(1);
      assertThat(given).hasSize(1);
      loop.setDefaultExecutor(null);
      assertThat(await(toThread(() -> 2))).isEqualTo(2);
      assertThat(given).hasSize(1);
    });
  }

  @Test
  @Parity({"EXE-01", "EXE-03"})
  void executorThatIsShutDownHasFinishedItsWorkAndTakesNoMore() {
    List<String> log = new ArrayList<>();
    Asyncio.run(() -> {
      EventLoop loop = getRunningLoop();
      CountDownLatch go = new CountDownLatch(1);
      Future<Boolean> work =
          loop.runInExecutor(
              null,
              () -> {
                go.await();
                return log.add("worked");
              });
      go.countDown();
      await(loop.shutdownDefaultExecutor(Duration.ofMinutes(1)));
      assertThat(log).containsExactly("worked");
      await(work);
      assertThatThrownBy(() -> loop.runInExecutor(null, () -> 1))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("Executor shutdown has been called");
    });
  }

  @Test
  @Parity("EXE-03")
  void workersThatAreLateAreReportedAndInterrupted() throws InterruptedException {
    CountDownLatch interrupted = new CountDownLatch(1);
    List<String> reports = new ArrayList<>();
    Asyncio.run(() -> {
      EventLoop loop = getRunningLoop();
      loop.setExceptionHandler((_, context) -> reports.add(context.message()));
      Future<Object> work =
          loop.runInExecutor(
              null,
              () -> {
                try {
                  new CountDownLatch(1).await();
                } catch (InterruptedException e) {
                  interrupted.countDown();
                }
                return "at last";
              });
      await(loop.shutdownDefaultExecutor(millis(1)));
      assertThat(await(work)).isEqualTo("at last");
    });
    interrupted.await();
    assertThat(reports)
        .singleElement()
        .asString()
        .startsWith("The executor did not finish joining its threads within");
  }

  @Test
  @Parity("EXE-03")
  void workThatEndsByThatInterruptIsNotReportedTwice() {
    List<String> reports = new ArrayList<>();
    Asyncio.run(() -> {
      EventLoop loop = getRunningLoop();
      loop.setExceptionHandler((_, context) -> reports.add(context.message()));
      Future<Object> work =
          loop.runInExecutor(
              null,
              () -> {
                new CountDownLatch(1).await();
                return "never";
              });
      await(loop.shutdownDefaultExecutor(millis(1)));
      while (!work.done()) {
        await(sleep(Duration.ZERO));
      }
    });
    assertThat(reports)
        .singleElement()
        .asString()
        .startsWith("The executor did not finish joining its threads within");
  }

  @Test
  @Parity("EXE-04")
  void cancellingInterruptsTheCodeAndDoesNotWaitForIt() throws InterruptedException {
    CountDownLatch started = new CountDownLatch(1);
    CountDownLatch interrupted = new CountDownLatch(1);
    CountDownLatch letGo = new CountDownLatch(1);
    Asyncio.run(() -> {
      Task<String> task =
          createTask(
              toThread(() -> {
                started.countDown();
                try {
                  new CountDownLatch(1).await();
                } catch (InterruptedException e) {
                  interrupted.countDown();
                }
                letGo.await();
                return "too late";
              }));
      await(sleep(Duration.ZERO));
      started.await();
      task.cancel();
      assertThatThrownBy(() -> await(task)).isInstanceOf(CancelledError.class);
      letGo.countDown();
    });
    interrupted.await();
  }

  /// As a driver of a database does: what runs can be cancelled, and is broken by an interrupt.
  private final class Query {
    final CountDownLatch started = new CountDownLatch(1);
    final CountDownLatch cancelled = new CountDownLatch(1);
    final CompletableFuture<String> end = new CompletableFuture<>();
    final CompletableFuture<String> canceller = new CompletableFuture<>();

    String execute() {
      started.countDown();
      try {
        cancelled.await();
        end.complete("cancelled, connection usable");
      } catch (InterruptedException e) {
        end.complete("connection broken");
      }
      return "too late";
    }

    void cancel() {
      canceller.complete(Thread.currentThread().getName() + " " + variable.get());
      cancelled.countDown();
    }
  }

  @Test
  @Parity("EXE-04")
  void cancellingCallsTheHookInsteadOfInterrupting() {
    Query query = new Query();
    Asyncio.run(() -> {
      variable.set("the caller's");
      Task<String> task = createTask(toThread(query::execute, query::cancel));
      await(sleep(Duration.ZERO));
      query.started.await();
      task.cancel();
      assertThatThrownBy(() -> await(task)).isInstanceOf(CancelledError.class);
    });
    assertThat(query.end.join()).isEqualTo("cancelled, connection usable");
    assertThat(query.canceller.join()).isEqualTo("jasyncio-canceller the caller's");
  }

  @Test
  @Parity("EXE-04")
  void theHookWorksOnAnyExecutorAndMayBlock() throws InterruptedException {
    Query query = new Query();
    CountDownLatch letGo = new CountDownLatch(1);
    try (var executor = Executors.newSingleThreadExecutor()) {
      Asyncio.run(() -> {
        Future<String> work =
            getRunningLoop()
                .runInExecutor(
                    executor,
                    query::execute,
                    () -> {
                      letGo.await();
                      query.cancel();
                    });
        query.started.await();
        work.cancel();
        assertThatThrownBy(() -> await(work)).isInstanceOf(CancelledError.class);
        letGo.countDown();
      });
    }
    assertThat(query.end.join()).isEqualTo("cancelled, connection usable");
    assertThat(query.canceller.join()).isEqualTo("jasyncio-canceller unset");
  }

  @Test
  @Parity("EXE-04")
  void theHookIsNotCalledBeforeTheWorkHasBegunNorAfterItHasEnded() {
    List<String> log = new ArrayList<>();
    Asyncio.run(() -> {
      EventLoop loop = getRunningLoop();
      List<Runnable> waiting = new ArrayList<>();
      Future<Boolean> early =
          loop.runInExecutor(waiting::add, () -> log.add("worked"), () -> log.add("hook"));
      early.cancel();
      await(sleep(Duration.ZERO));
      waiting.forEach(Runnable::run);
      Future<Boolean> late =
          loop.runInExecutor(Runnable::run, () -> log.add("worked"), () -> log.add("hook"));
      late.cancel();
      await(sleep(Duration.ZERO));
      assertThat(late.cancelled()).isTrue();
      await(loop.shutdownDefaultExecutor(seconds(60))); // would wait for a hook
    });
    assertThat(log).containsExactly("worked");
  }

  @Test
  @Parity("EXE-04")
  void aHookThatFailsIsReportedAndTheWorkGoesOn() {
    Query query = new Query();
    RuntimeException failure = new RuntimeException("no such statement");
    Asyncio.run(() -> {
      EventLoop loop = getRunningLoop();
      Future<ExceptionContext> reported = loop.createFuture();
      loop.setExceptionHandler((_, context) -> reported.setResult(context));
      Future<String> work =
          loop.runInExecutor(
              null,
              query::execute,
              () -> {
                throw failure;
              });
      query.started.await();
      work.cancel();
      ExceptionContext report = await(reported);
      assertThat(report.message())
          .isEqualTo("Exception in onCancel of work on another thread, which goes on");
      assertThat(report.exception()).isSameAs(failure);
      assertThat(query.end).isNotDone();
      query.cancelled.countDown();
    });
    assertThat(query.end.join()).isEqualTo("cancelled, connection usable");
  }

  @Test
  @Parity({"TSK-12", "SCH-02"})
  void resultAndFailureComeBackToTheCallingThread() throws Exception {
    AtomicReference<String> result = new AtomicReference<>();
    AtomicReference<Throwable> failure = new AtomicReference<>();
    Asyncio.run(() -> {
      EventLoop loop = getRunningLoop();
      Future<String> end = loop.createFuture();
      Thread caller =
          Thread.ofPlatform()
              .start(() -> {
                result.set(
                    Asyncio.<String>runCoroutineThreadsafe(() -> "from the loop", loop).join());
                CompletableFuture<String> failing =
                    Asyncio.runCoroutineThreadsafe(
                        () -> {
                          throw new IOException("on the loop");
                        },
                        loop);
                try {
                  failing.get();
                } catch (ExecutionException e) {
                  failure.set(e.getCause());
                } catch (InterruptedException e) {
                  throw new AssertionError(e);
                }
                loop.callSoonThreadsafe(() -> end.setResult("end"));
              });
      await(end);
      caller.join();
    });
    assertThat(result.get()).isEqualTo("from the loop");
    assertThat(failure.get()).isInstanceOf(IOException.class).hasMessage("on the loop");
  }

  @Test
  @Parity("TSK-12")
  void cancellingTheFutureCancelsTheTask() {
    Asyncio.run(() -> {
      EventLoop loop = getRunningLoop();
      Future<String> end = loop.createFuture();
      Future<String> begun = loop.createFuture();
      CompletableFuture<Object> future =
          Asyncio.runCoroutineThreadsafe(
              () -> {
                begun.setResult("begun");
                try {
                  return await(loop.createFuture());
                } catch (CancelledError e) {
                  end.setResult("cancelled");
                  throw e;
                }
              },
              loop);
      await(begun);
      Thread canceller = Thread.ofPlatform().start(() -> future.cancel(true));
      assertThat(await(end)).isEqualTo("cancelled");
      canceller.join();
    });
  }

  @Test
  @Parity({"SCH-02", "SCH-05"})
  void callbackFromAnotherThreadCanBeCancelledThere() {
    List<String> log = new ArrayList<>();
    Asyncio.run(() -> {
      EventLoop loop = getRunningLoop();
      Thread caller =
          Thread.ofPlatform()
              .start(() -> {
                loop.callSoonThreadsafe(() -> log.add("not this")).cancel();
                loop.callSoonThreadsafe(() -> log.add("this"));
              });
      caller.join(); // both are posted, and the loop has not run since
      await(sleep(millis(1)));
    });
    assertThat(log).containsExactly("this");
  }

  @Test
  @Parity({"SCH-02", "LCY-11"})
  void closedLoopTurnsOtherThreadsDown() {
    EventLoop loop = EventLoop.create();
    loop.close();
    assertThatThrownBy(() -> loop.callSoonThreadsafe(() -> {}))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("Event loop is closed");
  }
}
