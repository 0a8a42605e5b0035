package jasyncio.bench;

import static jasyncio.Asyncio.async;
import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.createTask;
import static jasyncio.Asyncio.getRunningLoop;
import static jasyncio.Asyncio.sleep;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import jasyncio.Coroutine;
import jasyncio.EventLoop;
import jasyncio.Future;
import jasyncio.sync.Event;
import jasyncio.sync.Lock;
import jasyncio.sync.Queue;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/// What each operation may allocate, in bytes: as much as it does today. Unlike its time, that does
/// not depend on who else uses the machine. Whoever makes one cheaper lowers the bound.
///
/// Without C2, as the profile guard runs it, each run gives the same figures: C2 keeps some objects
/// off the heap, and which ones differs from run to run. The least of some passes counts, since
/// queues grow and classes are loaded during the first.
@Tag("benchmark")
@Tag("continuation-engine")
@Execution(ExecutionMode.SAME_THREAD)
class AllocationGuardTest {
  private static final int OPERATIONS = 20_000;
  private static final int PASSES = 25;
  private static final Duration NOW = Duration.ZERO;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /// An operation, in a task.
  @FunctionalInterface
  private interface Operation {
    void run() throws Throwable;
  }

  /// Makes an operation, in the loop that it will be measured in.
  @FunctionalInterface
  private interface Setup {
    Operation make();
  }

  @Test
  void yield() {
    assertAllocates(24, () -> () -> await(sleep(NOW)));
  }

  @Test
  void awaitOfFutureThatIsDone() {
    assertAllocates(
        0,
        () -> {
          Future<@Nullable Void> done = getRunningLoop().createFuture();
          done.setResult(null);
          return () -> await(done);
        });
  }

  @Test
  void awaitOfFutureThatCallbackCompletes() {
    assertAllocates(
        96,
        () -> {
          EventLoop loop = getRunningLoop();
          return () -> {
            Future<@Nullable Void> future = loop.createFuture();
            loop.callSoon(() -> future.setResult(null));
            await(future);
          };
        });
  }

  @Test
  void putAndGetWithoutWaiting() {
    assertAllocates(
        88,
        () -> {
          Queue<String> queue = new Queue<>(10);
          return () -> {
            await(queue.put("item"));
            await(queue.get());
          };
        });
  }

  @Test
  void lockWithoutWaiting() {
    assertAllocates(
        40,
        () -> {
          Lock lock = new Lock();
          return () -> {
            await(lock.acquire());
            lock.release();
          };
        });
  }

  @Test
  void waitForEventThatIsSet() {
    assertAllocates(
        40,
        () -> {
          Event event = new Event();
          event.set();
          return () -> await(event.waitSet());
        });
  }

  @Test
  void timerCreatedAndCancelled() {
    assertAllocates(
        56,
        () -> {
          EventLoop loop = getRunningLoop();
          Duration minute = Duration.ofMinutes(1);
          Runnable nothing = () -> {};
          return () -> loop.callLater(minute, nothing).cancel();
        });
  }

  /// Counts the yield that lets it run.
  @Test
  void callback() {
    assertAllocates(
        64,
        () -> {
          EventLoop loop = getRunningLoop();
          Runnable nothing = () -> {};
          return () -> {
            loop.callSoon(nothing);
            await(sleep(NOW));
          };
        });
  }

  @Test
  void taskCreatedAndAwaited() {
    assertAllocates(
        216,
        () -> {
          return () -> {
            Coroutine<@Nullable Void> nothing = async(() -> {});
            await(createTask(nothing));
          };
        });
  }

  /// Both tasks yield, so this counts two switches.
  @Test
  void switchToAnotherTaskAndBack() {
    assertAllocates(
        48,
        () -> {
          createTask(() -> {
            while (true) {
              await(sleep(NOW));
            }
          });
          return () -> await(sleep(NOW));
        });
  }

  private static void assertAllocates(long bound, Setup setup) {
    long[] least = {Long.MAX_VALUE};
    try (jasyncio.Runner runner = jasyncio.Runner.create()) {
      runner.run(
          async(() -> {
            Operation operation = setup.make();
            for (int pass = 0; pass < PASSES; pass++) {
              long before = THREADS.getThreadAllocatedBytes(Thread.currentThread().threadId());
              for (int i = 0; i < OPERATIONS; i++) {
                operation.run();
              }
              long after = THREADS.getThreadAllocatedBytes(Thread.currentThread().threadId());
              least[0] = Math.min(least[0], (after - before) / OPERATIONS);
            }
          }));
    }
    assertThat(least[0]).as("bytes for one operation").isLessThanOrEqualTo(bound);
  }
}
