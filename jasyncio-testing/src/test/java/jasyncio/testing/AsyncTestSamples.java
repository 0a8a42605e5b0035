package jasyncio.testing;

import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.createTask;
import static jasyncio.Asyncio.currentTask;
import static jasyncio.Asyncio.getRunningLoop;
import static jasyncio.Asyncio.seconds;
import static jasyncio.Asyncio.sleep;
import static jasyncio.Asyncio.toThread;
import static org.assertj.core.api.Assertions.assertThat;

import jasyncio.BackgroundLoop;
import jasyncio.CancelledError;
import jasyncio.EventLoop;
import jasyncio.ExceptionContext;
import jasyncio.Future;
import jasyncio.Task;
import jasyncio.spi.ResourceWatch;
import jasyncio.sync.Lock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Test classes that [AsyncTestTest] runs; the build does not, since they are nested.
final class AsyncTestSamples {
  static final List<String> LOG = new ArrayList<>();

  private AsyncTestSamples() {}

  static class Passing {
    private @Nullable EventLoop loop;
    private @Nullable Task<?> server;

    @BeforeEach
    void setUp() {
      loop = getRunningLoop();
      await(sleep(seconds(10)));
      server =
          createTask(() -> {
            while (true) {
              await(sleep(seconds(1)));
            }
          });
      LOG.add("setUp");
    }

    @AsyncTest
    void awaitsForHours() {
      assertThat(getRunningLoop()).isSameAs(loop);
      assertThat(currentTask()).isNotNull();
      await(sleep(seconds(7200)));
      assertThat(getRunningLoop().time().nanos()).isEqualTo(7_210_000_000_000L);
      LOG.add("test");
    }

    @AfterEach
    void tearDown() {
      assertThat(getRunningLoop()).isSameAs(loop);
      await(sleep(seconds(1)));
      server.cancel();
      await(jasyncio.Asyncio.wait(List.of(server)));
      LOG.add("tearDown");
    }
  }

  static class OnRealTime {
    @AsyncTest(realTime = true)
    void waitsForAThread() {
      CountDownLatch latch = new CountDownLatch(1);
      Task<String> worker =
          createTask(() ->
              await(
                  toThread(() -> {
                    latch.await();
                    return "done";
                  })));
      await(
          toThread(() -> {
            latch.countDown();
            return null;
          }));
      assertThat(await(worker)).isEqualTo("done");
    }
  }

  static class Parameterized {
    @ParameterizedTest
    @ExtendWith(AsyncExtension.class)
    @ValueSource(ints = {1, 2, 3})
    void sleeps(int n) {
      await(sleep(seconds(n)));
      assertThat(getRunningLoop().time().nanos()).isEqualTo(n * 1_000_000_000L);
    }
  }

  @ExtendWith(AsyncExtension.class)
  static class WholeClass {
    @Test
    void plainTestMayAwait() {
      await(sleep(seconds(1)));
    }

    @AsyncTest
    void asyncTestIsNotRunTwice() {
      LOG.add("once");
    }
  }

  static class OwnHandler {
    @AsyncTest
    void expectsAReport() {
      getRunningLoop().setExceptionHandler((_, report) -> LOG.add(report.message()));
      getRunningLoop().callExceptionHandler(ExceptionContext.of("expected"));
    }
  }

  static class Deadlocked {
    @AsyncTest
    void twoTasksWaitForEachOther() {
      Lock first = new Lock();
      Lock second = new Lock();
      await(first.acquire());
      Task<?> other =
          createTask(() -> {
            await(second.acquire());
            await(first.acquire());
          });
      await(sleep(seconds(3)));
      await(other);
    }

    @AfterEach
    void tearDown() {
      await(sleep(seconds(1)));
      LOG.add("tearDown");
    }
  }

  static class Circle {
    @AsyncTest
    void tasksWaitInACircle() {
      Task<?>[] tasks = new Task<?>[2];
      tasks[0] = createTask(() -> await(tasks[1]));
      tasks[0].setName("left");
      tasks[1] = createTask(() -> await(tasks[0]));
      tasks[1].setName("right");
      await(tasks[0]);
    }
  }

  static class Leaking {
    @AsyncTest
    void leavesATask() {
      createTask(() -> await(sleep(seconds(1)))).setName("forgotten");
    }
  }

  static class LeakingExecutor {
    @AsyncTest(realTime = true)
    void leavesOne() {
      ExecutorService left = Executors.newCachedThreadPool();
      await(getRunningLoop().runInExecutor(left, () -> 1));
    }

    @AsyncTest(realTime = true)
    void shutsOneDown() {
      try (ExecutorService executor = Executors.newCachedThreadPool()) {
        await(getRunningLoop().runInExecutor(executor, () -> 1));
      }
    }

    @AsyncTest(realTime = true)
    void sharesOne() {
      await(getRunningLoop().runInExecutor(Testing.leavingOpen(SHARED), () -> 1));
      await(getRunningLoop().runInExecutor(ForkJoinPool.commonPool(), () -> 1));
      await(getRunningLoop().runInExecutor(Runnable::run, () -> 1));
    }

    private static final ExecutorService SHARED = Executors.newCachedThreadPool();
  }

  static class LeakingLoop {
    static @Nullable BackgroundLoop left;

    @AsyncTest
    void leavesALoop() {
      left = BackgroundLoop.start();
    }

    @AsyncTest
    void closesALoop() {
      try (BackgroundLoop background = BackgroundLoop.start()) {
        assertThat(background.loop().isClosed()).isFalse();
      }
    }
  }

  static class LeakingResource {
    @AsyncTest
    void opensTwoAndClosesOne() {
      AutoCloseable closed = () -> {};
      AutoCloseable open =
          new AutoCloseable() {
            @Override
            public void close() {}

            @Override
            public String toString() {
              return "the open one";
            }
          };
      ResourceWatch watch = getRunningLoop().getResourceWatch();
      watch.opened(closed);
      watch.opened(open);
      watch.closed(closed);
    }
  }

  static class Reporting {
    @AsyncTest
    void callbackFails() {
      getRunningLoop()
          .callSoon(() -> {
            throw new IllegalArgumentException("in the callback");
          });
      await(sleep(seconds(1)));
    }

    @AsyncTest
    void failureIsNeverRetrieved() {
      Future<String> future = getRunningLoop().createFuture();
      future.setException(new IllegalArgumentException("nobody looked"));
    }
  }

  static class Failing {
    static final AssertionError FAILURE = new AssertionError("as it is");

    @AsyncTest
    void failsAndLeavesATaskAndAReport() {
      createTask(() -> await(sleep(seconds(1))));
      getRunningLoop().callExceptionHandler(ExceptionContext.of("the reason"));
      throw FAILURE;
    }
  }

  static class Cancelled {
    @AsyncTest
    void isCancelled() {
      currentTask().cancel("by itself");
      await(sleep(seconds(1)));
    }
  }

  static class FailingSetUp {
    @BeforeEach
    void setUp() {
      await(sleep(seconds(1)));
      throw new IllegalStateException("no set-up");
    }

    @AsyncTest
    void doesNotRun() {
      LOG.add("ran");
    }
  }

  static class Endless {
    @AsyncTest(limitSeconds = 100)
    void pollsForEver() {
      while (true) {
        await(sleep(seconds(1)));
      }
    }
  }

  static class EndlessAndStubborn {
    @AsyncTest
    void ignoresItsCancellation() {
      while (true) {
        try {
          await(getRunningLoop().createFuture());
        } catch (CancelledError e) {
          LOG.add("ignored");
        }
      }
    }
  }

  static class BadLimit {
    @AsyncTest(limitSeconds = -1)
    void isRefused() {}
  }
}
