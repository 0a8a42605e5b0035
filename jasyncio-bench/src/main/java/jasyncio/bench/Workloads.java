package jasyncio.bench;

import static jasyncio.Asyncio.async;
import static jasyncio.Asyncio.asyncFor;
import static jasyncio.Asyncio.asyncGenerator;
import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.createTask;
import static jasyncio.Asyncio.gather;
import static jasyncio.Asyncio.getRunningLoop;
import static jasyncio.Asyncio.millis;
import static jasyncio.Asyncio.runCoroutineThreadsafe;
import static jasyncio.Asyncio.sleep;
import static jasyncio.Asyncio.toThread;
import static jasyncio.net.Subprocess.createSubprocessExec;

import jasyncio.AsyncAction;
import jasyncio.AsyncGenerator;
import jasyncio.Coroutine;
import jasyncio.EventLoop;
import jasyncio.Future;
import jasyncio.LoopTime;
import jasyncio.Task;
import jasyncio.TimerHandle;
import jasyncio.sync.Event;
import jasyncio.sync.Lock;
import jasyncio.sync.Queue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/// The small workloads that other runtimes are measured with too: the same work, the same number of
/// operations.
final class Workloads {
  private static final int MILLION = 1_000_000;
  private static final Duration NOW = Duration.ZERO;

  private final Measure measure;

  Workloads(Measure measure) {
    this.measure = measure;
  }

  /// Runs one workload.
  ///
  /// @return false if there is none of that name
  boolean run(String name) throws Exception {
    switch (name) {
      case "w1_spawn" -> measure.time(name, MILLION, () -> main(this::spawn));
      case "w2_yield1" -> measure.time(name, 5 * MILLION, () -> main(() -> tasks(1, 5 * MILLION)));
      case "w2_yield1000" -> measure.time(name, 5 * MILLION, () -> main(() -> tasks(1000, 5000)));
      case "await_callback" -> measure.time(name, MILLION, () -> main(this::callbacks));
      case "w3_queue" -> measure.time(name, MILLION, () -> main(this::queuePingPong));
      case "w3_future" ->
          measure.time(name, MILLION, () -> main(() -> new FuturePingPong().play()));
      case "w4_1p1c" -> measure.time(name, 2 * MILLION, () -> main(() -> queue(1, 2 * MILLION)));
      case "w4_100p1c" -> measure.time(name, 2 * MILLION, () -> main(() -> queue(100, 20_000)));
      case "w5_sleep" -> sleepers();
      case "w5_cancel" -> measure.time(name, MILLION, () -> main(this::cancelTimers));
      case "w6_mem" -> memory();
      case "w7_call" -> measure.time(name, 2 * MILLION, () -> main(this::posts));
      case "w7_rt" -> roundTrips();
      case "w8_rt" -> measure.time(name, 10_000, () -> main(this::threadRoundTrips));
      case "w8_block" -> blockingSleeps();
      case "w9_push" -> measure.time(name, 5 * MILLION, () -> main(this::pushed));
      case "w9_agen" -> measure.time(name, 5 * MILLION, () -> main(this::generator));
      case "hello" ->
          main(() -> {
            await(sleep(millis(1)));
            System.out.println("hello");
          });
      case "w10_lock" -> measure.time(name, MILLION, () -> main(this::lock));
      case "w16_subproc" -> main(this::subprocesses);
      default -> {
        return new Scaling(measure).run(name);
      }
    }
    return true;
  }

  private static void main(AsyncAction body) {
    jasyncio.Asyncio.run(body);
  }

  private void spawn() {
    for (int batch = 0; batch < 100; batch++) {
      List<Coroutine<@Nullable Void>> nothing = new ArrayList<>(10_000);
      for (int i = 0; i < 10_000; i++) {
        nothing.add(async(() -> {}));
      }
      await(gather(nothing));
    }
  }

  private static void tasks(int count, int yieldsEach) {
    List<Task<@Nullable Void>> tasks = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      tasks.add(
          createTask(() -> {
            for (int n = 0; n < yieldsEach; n++) {
              await(sleep(NOW));
            }
          }));
    }
    await(gather(tasks));
  }

  private void callbacks() {
    EventLoop loop = getRunningLoop();
    for (int i = 0; i < MILLION; i++) {
      Future<@Nullable Void> future = loop.createFuture();
      loop.callSoon(() -> future.setResult(null));
      await(future);
    }
  }

  private void queuePingPong() {
    Queue<Integer> there = new Queue<>(1);
    Queue<Integer> back = new Queue<>(1);
    Task<@Nullable Void> ping =
        createTask(() -> {
          for (int i = 0; i < MILLION; i++) {
            await(there.put(i));
            await(back.get());
          }
        });
    Task<@Nullable Void> pong =
        createTask(() -> {
          for (int i = 0; i < MILLION; i++) {
            await(back.put(await(there.get())));
          }
        });
    await(gather(ping, pong));
  }

  /// Two tasks that hand a fresh future to each other in turn.
  private static final class FuturePingPong {
    private Future<Integer> first = getRunningLoop().createFuture();
    private Future<Integer> second = getRunningLoop().createFuture();

    void play() {
      EventLoop loop = getRunningLoop();
      Task<@Nullable Void> ping =
          createTask(() -> {
            for (int i = 0; i < MILLION; i++) {
              Future<Integer> mine = second;
              first.setResult(i);
              await(mine);
            }
          });
      Task<@Nullable Void> pong =
          createTask(() -> {
            for (int i = 0; i < MILLION; i++) {
              Integer value = await(first);
              first = loop.createFuture();
              Future<Integer> theirs = second;
              second = loop.createFuture();
              theirs.setResult(value);
            }
          });
      await(gather(ping, pong));
    }
  }

  private static void queue(int producers, int itemsEach) {
    Queue<Integer> queue = new Queue<>(100);
    List<Task<@Nullable Void>> tasks = new ArrayList<>();
    tasks.add(
        createTask(() -> {
          for (int i = 0; i < producers * itemsEach; i++) {
            await(queue.get());
          }
        }));
    for (int p = 0; p < producers; p++) {
      tasks.add(
          createTask(() -> {
            for (int i = 0; i < itemsEach; i++) {
              await(queue.put(i));
            }
          }));
    }
    await(gather(tasks));
  }

  private void sleepers() {
    Random random = new Random(42);
    long before = Measure.processBytes("VmRSS");
    long start = System.nanoTime();
    main(() -> {
      List<Task<@Nullable Void>> tasks = new ArrayList<>(MILLION);
      for (int i = 0; i < MILLION; i++) {
        tasks.add(createTask(sleep(millis((long) (random.nextDouble() * 1000)))));
      }
      await(gather(tasks));
    });
    measure.print("w5_sleep_total", (System.nanoTime() - start) / 1e6, "ms");
    measure.print("w5_sleep_rss", (Measure.processBytes("VmHWM") - before) / 1048576.0, "MiB");
  }

  private void cancelTimers() {
    EventLoop loop = getRunningLoop();
    TimerHandle[] timers = new TimerHandle[MILLION];
    Runnable nothing = () -> {};
    long base = loop.in(Duration.ofSeconds(60)).nanos();
    for (int i = 0; i < MILLION; i++) {
      timers[i] = loop.callAt(new LoopTime(base + i * 1000L), nothing);
    }
    for (TimerHandle timer : timers) {
      timer.cancel();
    }
    await(sleep(NOW));
  }

  private void memory() {
    main(() -> {
      Event[] events = new Event[MILLION];
      List<Task<Boolean>> tasks = new ArrayList<>(MILLION);
      long heap = Measure.usedHeap();
      long rss = Measure.processBytes("VmRSS");
      for (int i = 0; i < MILLION; i++) {
        Event event = new Event();
        events[i] = event;
        tasks.add(createTask(event.waitSet()));
      }
      await(sleep(NOW));
      await(sleep(NOW));
      measure.print("w6_heap", (Measure.usedHeap() - heap) / (double) MILLION, "B");
      measure.print("w6_rss", (Measure.processBytes("VmRSS") - rss) / (double) MILLION, "B");
      for (Event event : events) {
        event.set();
      }
      await(gather(tasks));
    });
  }

  private void posts() {
    EventLoop loop = getRunningLoop();
    Future<@Nullable Void> last = loop.createFuture();
    int[] count = {0};
    Runnable callback =
        () -> {
          if (++count[0] == 2 * MILLION) {
            last.setResult(null);
          }
        };
    Thread.ofPlatform()
        .start(() -> {
          for (int i = 0; i < 2 * MILLION; i++) {
            loop.callSoonThreadsafe(callback);
          }
        });
    await(last);
  }

  private void roundTrips() throws Exception {
    EventLoop loop = EventLoop.create();
    Thread runner = Thread.ofPlatform().daemon().start(loop::runForever);
    measure.time(
        "w7_rt",
        50_000,
        () -> {
          for (int i = 0; i < 50_000; i++) {
            runCoroutineThreadsafe(() -> {}, loop).get();
          }
        });
    loop.callSoonThreadsafe(loop::stop);
    runner.join();
    loop.close();
  }

  private void threadRoundTrips() {
    for (int i = 0; i < 10_000; i++) {
      await(toThread(() -> {}));
    }
  }

  private void blockingSleeps() {
    main(() -> {
      EventLoop loop = getRunningLoop();
      try (ExecutorService pool = Executors.newFixedThreadPool(64)) {
        long start = System.nanoTime();
        List<Future<@Nullable Void>> calls = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
          calls.add(loop.runInExecutor(pool, Workloads::block));
        }
        await(gather(calls));
        measure.print("w8_block64", (System.nanoTime() - start) / 1e6, "ms");
      }
      long start = System.nanoTime();
      List<Future<@Nullable Void>> calls = new ArrayList<>();
      for (int i = 0; i < 10_000; i++) {
        calls.add(loop.runInExecutor(null, Workloads::block));
      }
      await(gather(calls));
      measure.print("w8_blockdef", (System.nanoTime() - start) / 1e6, "ms");
    });
  }

  private static @Nullable Void block() throws InterruptedException {
    Thread.sleep(10);
    return null;
  }

  private void generator() {
    long sum = 0;
    for (Object number : asyncFor(numbers())) {
      sum += (Integer) number;
    }
    requireSum(sum);
  }

  private void pushed() {
    long[] sum = new long[1];
    await(numbers().forEach(number -> sum[0] += (Integer) number));
    requireSum(sum[0]);
  }

  private static AsyncGenerator<Object> numbers() {
    return asyncGenerator(yielder -> {
      for (int i = 0; i < 5 * MILLION; i++) {
        yielder.yield(i);
      }
    });
  }

  private static void requireSum(long sum) {
    if (sum == 0) {
      throw new IllegalStateException("the generator gave nothing");
    }
  }

  private void lock() {
    Lock lock = new Lock();
    List<Task<@Nullable Void>> tasks = new ArrayList<>();
    for (int t = 0; t < 100; t++) {
      tasks.add(
          createTask(() -> {
            for (int i = 0; i < 10_000; i++) {
              await(lock.acquire());
              try {
                await(sleep(NOW));
              } finally {
                lock.release();
              }
            }
          }));
    }
    await(gather(tasks));
  }

  private void subprocesses() {
    long start = 0;
    for (int i = -20; i < 500; i++) {
      if (i == 0) {
        start = System.nanoTime();
      }
      await(await(createSubprocessExec("true")).waitExit());
    }
    measure.print("w16_subproc", (System.nanoTime() - start) / 1e6 / 500, "ms");
  }
}
