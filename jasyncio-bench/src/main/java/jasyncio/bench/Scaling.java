package jasyncio.bench;

import static jasyncio.Asyncio.async;
import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.createTask;
import static jasyncio.Asyncio.gather;
import static jasyncio.Asyncio.getRunningLoop;
import static jasyncio.Asyncio.sleep;

import jasyncio.AsyncAction;
import jasyncio.EventLoop;
import jasyncio.Future;
import jasyncio.LoopConfig;
import jasyncio.Task;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/// Cost against size: processor time for each item, when there are more and more of them.
final class Scaling {
  private static final int MILLION = 1_000_000;
  private static final int YIELDS = 2_000_000;
  private static final int TASKS_OF_A_LOOP = 100;
  private static final int PASSES = 3;

  private final Measure measure;

  Scaling(Measure measure) {
    this.measure = measure;
  }

  /// Runs `scale_tasks_N`, `scale_timers_N` or `scale_loops_N`.
  ///
  /// @return false if there is none of that name
  boolean run(String name) throws Exception {
    String[] words = name.split("_", -1);
    if (words.length != 3 || !words[0].equals("scale")) {
      return false;
    }
    int size = Integer.parseInt(words[2]);
    switch (words[1]) {
      case "tasks" -> each(name, size, Scaling::tasks);
      case "timers" -> each(name, size, Scaling::timers);
      case "loops" -> loops(name, size);
      default -> {
        return false;
      }
    }
    return true;
  }

  private static void run(AsyncAction body) {
    jasyncio.Asyncio.run(body);
  }

  /// Prints the least of some passes of a million items, or of a tenth of that where sizes are
  /// small, and the most of the work is around them.
  private void each(String name, int size, Sized pass) throws Exception {
    int times = size < 1000 ? Math.max(1, MILLION / 10 / size) : MILLION / size;
    int passes = size < MILLION ? PASSES : 1;
    double least = Double.POSITIVE_INFINITY;
    for (int i = 0; i <= passes; i++) {
      long start = CpuClock.nanos();
      pass.run(size, times);
      if (i > 0) {
        least = Math.min(least, (CpuClock.nanos() - start) / ((double) size * times));
      }
    }
    measure.print(name, least, "ns");
  }

  /// Does something of a size so many times.
  @FunctionalInterface
  private interface Sized {
    void run(int size, int times) throws Exception;
  }

  private static void tasks(int size, int times) {
    run(() -> {
      for (int i = 0; i < times; i++) {
        yieldingTasks(size, 1);
      }
    });
  }

  private static void yieldingTasks(int count, int yieldsEach) {
    List<Task<@Nullable Void>> tasks = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      tasks.add(
          createTask(() -> {
            for (int n = 0; n < yieldsEach; n++) {
              await(sleep(Duration.ZERO));
            }
          }));
    }
    await(gather(tasks));
  }

  /// Timers in random order, created and run; on virtual time, so nothing waits.
  private static void timers(int size, int times) {
    jasyncio.Asyncio.run(
        async(() -> {
          Random random = new Random(42);
          for (int i = 0; i < times; i++) {
            timers(size, random);
          }
        }),
        LoopConfig.defaults().withVirtualTime());
  }

  private static void timers(int size, Random random) {
    EventLoop loop = getRunningLoop();
    Future<@Nullable Void> last = loop.createFuture();
    int[] calls = new int[1];
    Runnable callback =
        () -> {
          if (++calls[0] == size) {
            last.setResult(null);
          }
        };
    for (int i = 0; i < size; i++) {
      loop.callLater(Duration.ofNanos(random.nextLong(60_000_000_000L)), callback);
    }
    await(last);
  }

  /// So many loops, each on a thread of its own, that have nothing in common: what a switch costs.
  private void loops(String name, int count) throws Exception {
    double least = Double.POSITIVE_INFINITY;
    for (int i = 0; i <= PASSES; i++) {
      List<Thread> threads = new ArrayList<>();
      long start = CpuClock.nanos();
      for (int n = 0; n < count; n++) {
        threads.add(
            Thread.ofPlatform()
                .start(() -> run(() -> yieldingTasks(TASKS_OF_A_LOOP, YIELDS / TASKS_OF_A_LOOP))));
      }
      for (Thread thread : threads) {
        thread.join();
      }
      if (i > 0) {
        least = Math.min(least, (CpuClock.nanos() - start) / ((double) YIELDS * count));
      }
    }
    measure.print(name, least, "ns");
  }
}
