package jasyncio;

import static jasyncio.Asyncio.async;
import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.createTask;
import static jasyncio.Asyncio.currentTask;
import static jasyncio.Asyncio.ensureFuture;
import static jasyncio.Asyncio.getRunningLoop;
import static jasyncio.Asyncio.seconds;
import static jasyncio.Asyncio.sleep;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jasyncio.parity.Parity;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Coroutines, and how tasks are made of them.
class CoroutineTest {
  private static void run(AsyncAction body) {
    Asyncio.run(async(body), LoopConfig.defaults().withVirtualTime());
  }

  @Test
  @Parity("TSK-01")
  void nothingRunsBeforeItIsAwaitedAndItRunsOnce() {
    run(() -> {
      List<String> log = new ArrayList<>();
      Coroutine<@Nullable Void> coroutine =
          async(() -> {
            log.add("ran");
          });
      await(sleep(seconds(1)));
      assertThat(log).isEmpty();
      await(coroutine);
      assertThat(log).containsExactly("ran");
      assertThatThrownBy(() -> await(coroutine))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageStartingWith("cannot reuse already awaited coroutine");
    });
  }

  @Test
  @Parity({"TSK-01", "DBG-05"})
  void coroutineNobodyAwaitsIsReportedInDebugMode() {
    List<ExceptionContext> reports = new ArrayList<>();
    Asyncio.run(
        async(() -> {
          getRunningLoop().setExceptionHandler((_, context) -> reports.add(context));
          Coroutine<?> _ = sleep(seconds(1));
        }),
        LoopConfig.defaults().withVirtualTime().withDebug(true));
    assertThat(reports)
        .singleElement()
        .satisfies(report -> {
          assertThat(report.message()).startsWith("coroutine ").contains("was never awaited");
          assertThat(report.source().getStackTrace()[0].getClassName())
              .isEqualTo(CoroutineTest.class.getName());
        });
  }

  @Test
  @Parity("TSK-04")
  void taskNeedsARunningLoop() {
    assertThatThrownBy(() -> createTask(() -> {}))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("no running event loop");
  }

  @Test
  @Parity({"TSK-04", "TOB-09"})
  void taskHasANameAndAContext() {
    run(() -> {
      ContextVar<Integer> variable = ContextVar.withDefault("variable", 0);
      Context context = Context.copyOfCurrent();
      TaskOptions options = TaskOptions.named("worker").withContext(context);
      Coroutine<@Nullable Void> coroutine =
          async(() -> {
            variable.set(7);
          });
      Task<@Nullable Void> task = createTask(coroutine, options);
      await(task);
      assertThat(task.getName()).isEqualTo("worker");
      assertThat(task.getContext()).isSameAs(context);
      assertThat(task.getCoro()).isSameAs(coroutine);
      assertThat(context.<Integer>call(variable::get)).isEqualTo(7);
      assertThat(variable.get()).isZero();
      task.setName("done");
      assertThat(task.getName()).isEqualTo("done");
      assertThat(createTask(() -> {}).getName()).matches("Task-\\d+");
    });
  }

  @Test
  @Parity("TSK-05")
  void ensureFutureGivesFuturesAsTheyAreAndTasksForCoroutines() {
    run(() -> {
      Future<String> future = getRunningLoop().createFuture();
      assertThat(ensureFuture(future)).isSameAs(future);
      assertThat(ensureFuture(async(() -> "made"))).isInstanceOf(Task.class);
      try (EventLoop other = EventLoop.create()) {
        Future<String> foreign = other.createFuture();
        assertThatThrownBy(() -> getRunningLoop().ensureFuture(foreign))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageStartingWith("The future belongs to a different loop");
      }
    });
  }

  @Test
  @Parity({"TSK-06", "TSK-07"})
  void callbackIsNoTask() {
    run(() -> {
      List<@Nullable Task<?>> seen = new ArrayList<>();
      getRunningLoop().callSoon(() -> seen.add(currentTask()));
      await(sleep(Duration.ZERO));
      assertThat(seen).containsOnlyNulls();
      assertThat(Asyncio.allTasks()).containsExactly(currentTask());
    });
  }

  @Test
  @Parity({"TSK-09", "FAC-02", "FAC-03"})
  void factoryIsGivenEveryOption() {
    run(() -> {
      List<TaskOptions> seen = new ArrayList<>();
      TaskFactory factory =
          new TaskFactory() {
            @Override
            public <T extends @Nullable Object> Task<T> createTask(
                EventLoop loop, Coroutine<? extends T> coroutine, TaskOptions options) {
              seen.add(options);
              return Task.create(loop, coroutine, options);
            }
          };
      EventLoop loop = getRunningLoop();
      loop.setTaskFactory(factory);
      assertThat(loop.getTaskFactory()).isSameAs(factory);
      TaskOptions options =
          TaskOptions.named("made").withContext(new Context()).withEagerStart(true);
      Task<String> task = createTask(async(() -> "at once"), options);
      assertThat(task.done()).isTrue();
      assertThat(seen).containsExactly(options);
      loop.setTaskFactory(null);
      assertThat(loop.getTaskFactory()).isNull();
      await(createTask(() -> {}));
      assertThat(seen).hasSize(1);
    });
  }

  @Test
  @Parity({"TSK-08", "TSK-09"})
  void eagerFactoryLeavesAnExplicitWishAlone() {
    run(() -> {
      getRunningLoop().setTaskFactory(TaskFactory.eager());
      assertThat(createTask(() -> {}).done()).isTrue();
      TaskOptions lazily = TaskOptions.defaults().withEagerStart(false);
      Task<@Nullable Void> task = createTask(async(() -> {}), lazily);
      assertThat(task.done()).isFalse();
      await(task);
    });
  }

  @Test
  @Parity("TSK-10")
  void noTimeCanBeNaN() {
    assertThatThrownBy(() -> seconds(Double.NaN))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid delay: NaN (not a number)");
  }
}
