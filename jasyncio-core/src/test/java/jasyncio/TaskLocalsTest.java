package jasyncio;

import static jasyncio.Asyncio.async;
import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.createTask;
import static jasyncio.Asyncio.gather;
import static jasyncio.Asyncio.getEventLoop;
import static jasyncio.Asyncio.getRunningLoop;
import static jasyncio.Asyncio.newEventLoop;
import static jasyncio.Asyncio.run;
import static jasyncio.Asyncio.setEventLoop;
import static jasyncio.Asyncio.sleep;
import static org.assertj.core.api.Assertions.assertThat;

import jasyncio.engine.Engine;
import jasyncio.spi.Clock;
import jasyncio.spi.Instrument;
import jasyncio.spi.IoDriver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Thread locals and scoped values belong to the task that set or bound them; callbacks and drivers
/// have those of the loop's thread, wherever they run.
class TaskLocalsTest {
  private static final ThreadLocal<String> NAME = new ThreadLocal<>();
  private static final InheritableThreadLocal<String> FAMILY = new InheritableThreadLocal<>();
  private static final ScopedValue<String> BOUND = ScopedValue.newInstance();

  /// More than a task needs to leave its stack now and then and to stay on it mostly.
  private static final int OFTEN = 200;

  private final Set<String> seen = ConcurrentHashMap.newKeySet();

  @AfterEach
  void forget() {
    NAME.remove();
    FAMILY.remove();
  }

  private static String look() {
    return NAME.get() + ", " + FAMILY.get() + ", " + BOUND.orElse("unbound");
  }

  private static void set(String name) {
    NAME.set(name);
    FAMILY.set(name);
  }

  @Test
  void taskFindsItsOwnAfterEveryAwaitAndStartsWithoutAny() {
    Virtual.run(() -> {
      List<Task<String>> tasks = new ArrayList<>();
      for (String name : List.of("a", "b", "c")) {
        tasks.add(
            createTask(
                async(() -> {
                  String before = look();
                  set(name);
                  for (int i = 0; i < OFTEN; i++) {
                    await(sleep(i % 3 == 0 ? Duration.ZERO : Duration.ofMillis(1)));
                    seen.add(NAME.get() + FAMILY.get());
                  }
                  return before + "; " + look();
                })));
      }
      set("parent");
      assertThat(await(gather(tasks)))
          .containsExactly(
              "null, null, unbound; a, a, unbound",
              "null, null, unbound; b, b, unbound",
              "null, null, unbound; c, c, unbound");
    });
    assertThat(seen).containsExactlyInAnyOrder("aa", "bb", "cc");
  }

  @Test
  void eagerTaskHasItsOwnAndItsParentKeepsWhatItHas() {
    Virtual.run(() -> {
      set("parent");
      Task<String> child =
          createTask(
              async(() -> {
                String before = look();
                set("child");
                await(sleep(Duration.ZERO));
                return before + "; " + look();
              }),
              TaskOptions.defaults().withEagerStart(true));
      assertThat(look()).isEqualTo("parent, parent, unbound");
      assertThat(await(child)).isEqualTo("null, null, unbound; child, child, unbound");
      assertThat(look()).isEqualTo("parent, parent, unbound");
    });
  }

  @Test
  void callbackHasNothingOfTheTaskInWhosePlaceItRuns() {
    Virtual.run(() -> {
      EventLoop loop = getRunningLoop();
      set("task");
      for (int i = 0; i < OFTEN; i++) {
        Future<String> future = loop.createFuture();
        loop.callSoon(() -> future.setResult(look()));
        seen.add(await(future));
        assertThat(look()).isEqualTo("task, task, unbound");
      }
      ScopedValue.where(BOUND, "task")
          .run(() -> {
            for (int i = 0; i < OFTEN; i++) {
              Future<String> future = loop.createFuture();
              assertThat(BOUND.get()).isEqualTo("task"); // the JVM remembers what is asked for
              loop.callSoon(() -> future.setResult(look()));
              seen.add(await(future));
              assertThat(look()).isEqualTo("task, task, task");
            }
          });
    });
    assertThat(seen).containsExactly("null, null, unbound");
  }

  @Test
  void callbacksShareWhatTheySet() {
    Virtual.run(() -> {
      EventLoop loop = getRunningLoop();
      loop.callSoon(() -> set("callbacks"));
      for (int i = 0; i < OFTEN; i++) {
        await(sleep(Duration.ZERO));
        loop.callSoon(() -> seen.add(look()));
        await(sleep(Duration.ZERO));
        assertThat(look()).isEqualTo("null, null, unbound");
      }
      loop.callSoon(TaskLocalsTest::forgetAll);
      await(sleep(Duration.ZERO));
    });
    assertThat(seen).containsExactly("callbacks, callbacks, unbound");
  }

  private static void forgetAll() {
    NAME.remove();
    FAMILY.remove();
  }

  /// A driver that looks at what it has each time it is polled.
  private final class LookingDriver implements IoDriver {
    private final ParkDriver real = new ParkDriver();

    @Override
    public void flush() {
      seen.add(look());
    }

    @Override
    public void poll(long maxNanos, Inbox inbox) {
      seen.add(look());
      real.poll(maxNanos, inbox);
    }

    @Override
    public void wake() {
      real.wake();
    }

    @Override
    public void close() {}
  }

  /// A clock that goes on with each look, so that a busy loop polls in every turn.
  private static Clock hurrying() {
    long[] now = new long[1];
    return () -> now[0] += 1_000_000;
  }

  @Test
  void driverPolledInPlaceOfATaskHasNothingOfIt() {
    LoopConfig config =
        LoopConfig.defaults().withClock(hurrying()).withDriver((_, _) -> new LookingDriver());
    run(
        async(() -> {
          set("task");
          for (int i = 0; i < OFTEN; i++) {
            await(sleep(Duration.ZERO));
          }
          ScopedValue.where(BOUND, "task")
              .run(() -> {
                for (int i = 0; i < OFTEN; i++) {
                  await(sleep(Duration.ZERO));
                  assertThat(look()).isEqualTo("task, task, task");
                }
              });
        }),
        config);
    assertThat(seen).containsExactly("null, null, unbound");
  }

  @Test
  void instrumentHasNothingOfTheTasksItWatches() {
    Instrument instrument =
        new Instrument() {
          @Override
          public void beforeTurn(long turn) {
            seen.add(look());
          }

          @Override
          public void beforeStep(Task<?> task) {
            seen.add(look());
          }

          @Override
          public void afterStep(Task<?> task) {
            seen.add(look());
          }
        };
    run(
        async(() -> {
          set("task");
          for (int i = 0; i < OFTEN; i++) {
            await(sleep(Duration.ZERO));
          }
        }),
        Virtual.config().withInstrument(instrument));
    assertThat(seen).containsExactly("null, null, unbound");
  }

  @Test
  void bridgeInsideATaskBorrowsThoseOfTheLoopsThread() {
    Virtual.run(() -> {
      EventLoop loop = getRunningLoop();
      loop.callSoon(() -> set("thread"));
      await(sleep(Duration.ZERO));
      set("task");
      boolean entered = LoopLocals.enter(loop);
      assertThat(entered).isEqualTo(Engine.selected().isFast());
      if (entered) {
        assertThat(look()).isEqualTo("thread, thread, unbound");
        LoopLocals.leave(loop);
      }
      assertThat(look()).isEqualTo("task, task, unbound");
      loop.callSoon(() -> assertThat(LoopLocals.enter(loop)).isFalse());
      loop.callSoon(TaskLocalsTest::forgetAll);
      await(sleep(Duration.ZERO));
    });
  }

  @Test
  void callerOfRunKeepsItsOwn() {
    set("caller");
    Virtual.run(() -> {
      set("task");
      await(sleep(Duration.ZERO));
    });
    assertThat(look()).isEqualTo("caller, caller, unbound");
  }

  @Test
  void tasksFindTheirLoopWhereSeveralLoopsRun() {
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      String name = "loop " + i;
      threads.add(
          Thread.ofPlatform()
              .start(() ->
                  run(() -> {
                    EventLoop mine = getRunningLoop();
                    set(name);
                    for (int j = 0; j < OFTEN; j++) {
                      await(gather(sleep(Duration.ZERO), sleep(Duration.ofNanos(1000))));
                      boolean right = getRunningLoop() == mine && NAME.get().equals(name);
                      seen.add(right ? "right" : "wrong");
                    }
                  })));
    }
    for (Thread thread : threads) {
      join(thread);
    }
    assertThat(seen).containsExactly("right");
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void loopSetInATaskIsThatOfTheThreadAfterwards() {
    if (!Engine.selected().isFast()) {
      return; // a task is a thread there
    }
    EventLoop other = newEventLoop();
    try {
      Virtual.run(() -> {
        set("task");
        setEventLoop(other);
        assertThat(look()).isEqualTo("task, task, unbound");
      });
      assertThat(getEventLoop()).isSameAs(other);
    } finally {
      setEventLoop(null);
      other.close();
    }
  }
}
