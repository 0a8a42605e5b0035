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

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A task whose own wake-up is next does not leave its stack, and nobody can tell.
class InPlaceTest {
  private final List<String> log = new ArrayList<>();

  /// A chooser that keeps the order of arrival changes nothing, but keeps tasks from going on in
  /// place; so does debug mode.
  @ParameterizedTest
  @ValueSource(longs = {0, 1000, 2000, 3000})
  void everyProgramTakesTheSameWayInPlaceOrNot(long base) {
    for (long seed = base; seed < base + 150; seed++) {
      List<String> inPlace = RandomProgram.trace(seed, Virtual.config());
      List<String> leaving = RandomProgram.trace(seed, Virtual.config().withChooser(ready -> 0));
      assertThat(inPlace).as("seed %d", seed).isEqualTo(leaving);
      assertThat(inPlace).noneMatch(line -> line.contains("NOT ITSELF") || line.contains("LOST"));
      if (seed % 10 == 0) {
        assertThat(RandomProgram.trace(seed, Virtual.config().withDebug(true)))
            .as("seed %d in debug mode", seed)
            .isEqualTo(inPlace);
      }
    }
  }

  @Test
  void oneTaskSeesEveryTurnOnce() {
    Virtual.run(() -> {
      long first = getRunningLoop().turn();
      for (int i = 1; i <= 200; i++) {
        await(sleep(Duration.ZERO));
        assertThat(getRunningLoop().turn()).isEqualTo(first + i);
      }
    });
  }

  @Test
  void callbackThatRunsInPlaceIsNotInTheTask() {
    Virtual.run(() -> {
      EventLoop loop = getRunningLoop();
      for (int i = 0; i < 3; i++) {
        loop.callSoon(() -> {
          assertThat(currentTask()).isNull();
          assertThat(loop.currentTask()).isNull();
          assertThatThrownBy(() -> await(sleep(Duration.ZERO)))
              .isInstanceOf(IllegalStateException.class)
              .hasMessageContaining("outside a task: this is a callback of");
          log.add("callback");
        });
        Task<?> me = currentTask();
        await(sleep(Duration.ZERO));
        assertThat(currentTask()).isSameAs(me);
      }
    });
    assertThat(log).containsExactly("callback", "callback", "callback");
  }

  @Test
  void callbackHasItsOwnContextAndLeavesTheTasksAlone() {
    ContextVar<String> variable = ContextVar.withDefault("variable", "unset");
    Virtual.run(() -> {
      EventLoop loop = getRunningLoop();
      variable.set("task");
      for (int i = 0; i < 3; i++) {
        loop.callSoon(() -> {
          log.add(variable.get());
          variable.set("callback");
        });
        loop.callSoon(() -> log.add(variable.get()), new Context());
        await(sleep(Duration.ZERO));
        assertThat(variable.get()).isEqualTo("task");
      }
    });
    assertThat(log).containsExactly("task", "unset", "task", "unset", "task", "unset");
  }

  @Test
  void callbackInTheTasksOwnContextIsAllowedWhileTheTaskWaits() {
    ContextVar<String> variable = ContextVar.withDefault("variable", "unset");
    Virtual.run(() -> {
      for (int i = 0; i < 3; i++) {
        getRunningLoop().callSoon(() -> variable.set("set for you"), currentTask().getContext());
        await(sleep(Duration.ZERO));
        assertThat(variable.get()).isEqualTo("set for you");
        variable.set("mine");
      }
    });
  }

  @Test
  void callbackThatStopsTheLoopLeavesTheTaskSuspendedForTheNextRun() {
    EventLoop loop = Virtual.loop(log);
    Task<String> task =
        loop.createTask(
            async(() -> {
              for (int i = 0; i < 5; i++) {
                loop.callSoon(loop::stop);
                log.add("before " + i);
                await(sleep(Duration.ZERO));
              }
              return "end";
            }));
    int runs = 0;
    while (!task.done()) {
      loop.runForever();
      log.add("stopped");
      runs++;
    }
    assertThat(runs).isEqualTo(5);
    assertThat(task.result()).isEqualTo("end");
    assertThat(log)
        .containsExactly(
            "before 0",
            "before 1",
            "stopped",
            "before 2",
            "stopped",
            "before 3",
            "stopped",
            "before 4",
            "stopped",
            "stopped");
    loop.close();
  }

  @Test
  void callbackCannotCloseTheLoop() {
    Virtual.run(() -> {
      List<String> reports = Virtual.reports();
      EventLoop loop = getRunningLoop();
      turns(1);
      loop.callSoon(loop::close);
      turns(1);
      assertThat(reports).hasSize(1);
      assertThat(reports.getFirst()).contains("Cannot close a running event loop");
      assertThat(loop.isClosed()).isFalse();
    });
  }

  @Test
  void keyboardInterruptOfACallbackLeavesTheLoopAndNotTheTask() {
    EventLoop loop = Virtual.loop(log);
    Task<String> task =
        loop.createTask(
            async(() -> {
              turns(2);
              loop.callSoon(() -> {
                throw new KeyboardInterrupt();
              });
              loop.callSoon(() -> log.add("callback behind it"));
              await(sleep(Duration.ZERO));
              log.add("task goes on");
              return "end";
            }));
    assertThatThrownBy(() -> loop.runUntilComplete(task)).isInstanceOf(KeyboardInterrupt.class);
    assertThat(log).isEmpty();
    assertThat(task.done()).isFalse();
    assertThat(loop.runUntilComplete(task)).isEqualTo("end");
    assertThat(log).containsExactly("callback behind it", "task goes on");
    loop.close();
  }

  @Test
  void keyboardInterruptOfTheExceptionHandlerLeavesTheLoopAndNotTheTask() {
    EventLoop loop = Virtual.loop(log);
    loop.setExceptionHandler((_, _) -> {
      throw new KeyboardInterrupt();
    });
    Task<String> task =
        loop.createTask(
            async(() -> {
              turns(2);
              loop.callSoon(() -> {
                throw new IllegalArgumentException("reported");
              });
              await(sleep(Duration.ZERO));
              assertThat(currentTask()).isNotNull();
              return "end";
            }));
    assertThatThrownBy(() -> loop.runUntilComplete(task)).isInstanceOf(KeyboardInterrupt.class);
    assertThat(task.done()).isFalse();
    assertThat(loop.runUntilComplete(task)).isEqualTo("end");
    loop.close();
  }

  @Test
  void callbackMayCancelTheTaskItRunsInPlaceOf() {
    Virtual.run(() -> {
      Task<?> me = currentTask();
      turns(1);
      for (boolean timer : new boolean[] {false, true}) {
        getRunningLoop().callSoon(() -> me.cancel("from a callback"));
        assertThatThrownBy(() -> await(sleep(timer ? seconds(1) : Duration.ZERO)))
            .isInstanceOf(CancelledError.class)
            .hasMessage("from a callback");
        me.uncancel();
        await(sleep(Duration.ZERO)); // and nothing is left of it
      }
    });
  }

  @Test
  void callbackMayStartAnEagerTask() {
    Virtual.run(() -> {
      EventLoop loop = getRunningLoop();
      Task<?> me = currentTask();
      turns(1);
      loop.callSoon(() -> {
        Task<Object> eager =
            loop.createTask(
                async(() -> {
                  log.add("eager starts");
                  assertThat(currentTask()).isNotSameAs(me);
                  await(sleep(Duration.ZERO));
                  log.add("eager ends");
                  return null;
                }),
                TaskOptions.defaults().withEagerStart(true));
        assertThat(eager.done()).isFalse();
        assertThat(currentTask()).isNull();
        log.add("callback ends");
      });
      await(sleep(Duration.ZERO));
      log.add("task");
      assertThat(currentTask()).isSameAs(me);
      turns(2);
    });
    assertThat(log).containsExactly("eager starts", "callback ends", "task", "eager ends");
  }

  @Test
  void callbackCannotRunALoop() {
    Virtual.run(() -> {
      List<String> reports = Virtual.reports();
      turns(1);
      getRunningLoop().callSoon(() -> Asyncio.run(() -> {}));
      getRunningLoop().callSoon(getRunningLoop()::runForever);
      turns(1);
      assertThat(reports).hasSize(2);
      assertThat(reports.get(0)).contains("cannot be called from a running event loop");
      assertThat(reports.get(1)).contains("This event loop is already running");
    });
  }

  @Test
  void failingCallbackIsReportedAndTheTaskGoesOn() {
    Virtual.run(() -> {
      List<String> reports = Virtual.reports();
      turns(1);
      getRunningLoop()
          .callSoon(() -> {
            throw new IllegalArgumentException("broken");
          });
      turns(1);
      assertThat(reports).hasSize(1);
      assertThat(reports.getFirst())
          .startsWith("Exception in callback ")
          .endsWith(": IllegalArgumentException broken");
    });
  }

  @Test
  void stackOfATaskThatWaitsInPlaceIsItsOwn() {
    Virtual.run(() -> {
      EventLoop loop = getRunningLoop();
      Task<?> me = currentTask();
      for (int i = 0; i < 3; i++) {
        List<List<StackTraceElement>> stacks = new ArrayList<>();
        loop.callSoon(() -> stacks.add(me.getStack()));
        yieldDeep(4);
        List<String> methods =
            stacks.getFirst().stream().map(StackTraceElement::getMethodName).toList();
        assertThat(methods.subList(0, 5)).containsOnly("yieldDeep");
        assertThat(stacks.getFirst())
            .noneMatch(frame -> frame.getClassName().startsWith("jasyncio.Turn"));
      }
    });
  }

  private static void yieldDeep(int depth) {
    if (depth > 0) {
      yieldDeep(depth - 1);
    } else {
      await(sleep(Duration.ZERO));
    }
  }

  @Test
  void spinningTaskHearsFromOtherThreadsAndTimers() {
    Asyncio.run(() -> { // on real time, but nothing here depends on how much of it passes
      EventLoop loop = getRunningLoop();
      boolean[] told = new boolean[2];
      Thread.ofVirtual().start(() -> loop.callSoonThreadsafe(() -> told[0] = true));
      loop.callLater(Duration.ofNanos(1000), () -> told[1] = true);
      while (!told[0] || !told[1]) {
        await(sleep(Duration.ZERO));
      }
    });
  }

  @Test
  void contextOfACallIsKeptAcrossAwaits() {
    ContextVar<String> variable = ContextVar.withDefault("variable", "outer");
    Virtual.run(() -> {
      Task<?> other =
          createTask(() -> {
            for (int i = 0; i < 10; i++) {
              assertThat(variable.get()).isEqualTo("outer");
              await(sleep(Duration.ZERO));
            }
          });
      Context inner = new Context();
      String result =
          inner.call(() -> {
            variable.set("inner");
            turns(3);
            await(sleep(seconds(1)));
            log.add(variable.get());
            turns(3);
            return variable.get();
          });
      assertThat(result).isEqualTo("inner");
      assertThat(variable.get()).isEqualTo("outer");
      await(other);
    });
    assertThat(log).containsExactly("inner");
  }

  @Test
  void generatorThatYieldsInsideAContextCallDoesNotImposeItOnItsConsumer() {
    ContextVar<String> variable = ContextVar.withDefault("variable", "outer");
    Virtual.run(() -> {
      Context inner = new Context();
      AsyncGenerator<Integer> generator =
          Asyncio.asyncGenerator(yielder -> {
            inner.call(() -> {
              variable.set("inner");
              for (int i = 0; i < 3; i++) {
                log.add(variable.get());
                yielder.yield(i);
                await(sleep(Duration.ZERO));
              }
              return null;
            });
            log.add(variable.get());
          });
      for (int _ : Asyncio.asyncFor(generator)) {
        log.add("consumer " + variable.get());
        await(sleep(Duration.ZERO));
      }
    });
    assertThat(log)
        .containsExactly(
            "inner",
            "consumer outer",
            "inner",
            "consumer outer",
            "inner",
            "consumer outer",
            "outer");
  }
}
