package jasyncio.bench.rivals;

import jasyncio.bench.Measure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;

/// The workloads in the JDK's own style: virtual threads that block, and `java.util.concurrent`.
/// How many carriers they have is set from outside.
final class VirtualThreads {
  private static final int MILLION = 1_000_000;
  private static final int HALF = MILLION / 2;

  private final Measure measure;

  VirtualThreads(Measure measure) {
    this.measure = measure;
  }

  /// What a thread does.
  @FunctionalInterface
  private interface Body {
    void run() throws Exception;
  }

  /// Runs one workload, from inside a virtual thread.
  ///
  /// @return false if there is none of that name
  boolean run(String name) throws Exception {
    CompletableFuture<Boolean> result = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(() -> {
          try {
            result.complete(measure(name));
          } catch (Exception e) {
            result.completeExceptionally(e);
          }
        });
    return result.get();
  }

  private boolean measure(String name) throws Exception {
    switch (name) {
      case "w1_spawn" -> measure.time(name, MILLION, VirtualThreads::spawn);
      case "w2_yield1" -> measure.time(name, 5 * MILLION, () -> yields(1, 5 * MILLION));
      case "w2_yield1000" -> measure.time(name, 5 * MILLION, () -> yields(1000, 5000));
      case "w3_queue" -> measure.time(name, HALF, VirtualThreads::queuePingPong);
      case "w3_future" -> measure.time(name, HALF, VirtualThreads::futurePingPong);
      case "w4_1p1c" -> measure.time(name, 2 * MILLION, () -> queue(1, 2 * MILLION));
      case "w4_100p1c" -> measure.time(name, 2 * MILLION, () -> queue(100, 20_000));
      case "w5_sleep" -> sleepers();
      case "w5_cancel" -> cancelTimers();
      case "w6_mem" -> memory();
      case "w7_call" -> posts();
      case "w7_rt" -> measure.time(name, 50_000, VirtualThreads::roundTrips);
      case "w8_rt" -> poolRoundTrips();
      case "w8_block" -> blockingSleeps();
      case "w10_lock" -> measure.time(name, MILLION, VirtualThreads::lock);
      case "w16_subproc" -> subprocesses();
      default -> {
        return false;
      }
    }
    return true;
  }

  private static Thread start(Body body) {
    return Thread.ofVirtual()
        .start(() -> {
          try {
            body.run();
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
        });
  }

  private static void join(List<Thread> threads) throws InterruptedException {
    for (Thread thread : threads) {
      thread.join();
    }
  }

  private static void spawn() throws InterruptedException {
    for (int batch = 0; batch < 100; batch++) {
      List<Thread> threads = new ArrayList<>(10_000);
      for (int i = 0; i < 10_000; i++) {
        threads.add(Thread.ofVirtual().start(() -> {}));
      }
      join(threads);
    }
  }

  private static void yields(int count, int each) throws InterruptedException {
    List<Thread> threads = new ArrayList<>(count);
    for (int t = 0; t < count; t++) {
      threads.add(
          start(() -> {
            for (int i = 0; i < each; i++) {
              Thread.yield();
            }
          }));
    }
    join(threads);
  }

  private static void queuePingPong() throws InterruptedException {
    var there = new ArrayBlockingQueue<Integer>(1);
    var back = new ArrayBlockingQueue<Integer>(1);
    Thread ping =
        start(() -> {
          for (int i = 0; i < HALF; i++) {
            there.put(i);
            back.take();
          }
        });
    Thread pong =
        start(() -> {
          for (int i = 0; i < HALF; i++) {
            back.put(there.take());
          }
        });
    join(List.of(ping, pong));
  }

  private static void futurePingPong() throws InterruptedException {
    var first = new AtomicReference<>(new CompletableFuture<Integer>());
    var second = new AtomicReference<>(new CompletableFuture<Integer>());
    Thread ping =
        start(() -> {
          for (int i = 0; i < HALF; i++) {
            CompletableFuture<Integer> mine = second.get();
            first.get().complete(i);
            mine.get();
          }
        });
    Thread pong =
        start(() -> {
          for (int i = 0; i < HALF; i++) {
            Integer value = first.get().get();
            first.set(new CompletableFuture<>());
            CompletableFuture<Integer> theirs = second.getAndSet(new CompletableFuture<>());
            theirs.complete(value);
          }
        });
    join(List.of(ping, pong));
  }

  private static void queue(int producers, int itemsEach) throws InterruptedException {
    var queue = new ArrayBlockingQueue<Integer>(100);
    List<Thread> threads = new ArrayList<>();
    threads.add(
        start(() -> {
          for (int i = 0; i < producers * itemsEach; i++) {
            queue.take();
          }
        }));
    for (int p = 0; p < producers; p++) {
      threads.add(
          start(() -> {
            for (int i = 0; i < itemsEach; i++) {
              queue.put(i);
            }
          }));
    }
    join(threads);
  }

  private void sleepers() throws InterruptedException {
    Random random = new Random(42);
    long before = Measure.processBytes("VmRSS");
    long start = System.nanoTime();
    List<Thread> threads = new ArrayList<>(MILLION);
    for (int i = 0; i < MILLION; i++) {
      Duration time = Duration.ofNanos((long) (random.nextDouble() * 1e9));
      threads.add(start(() -> Thread.sleep(time)));
    }
    join(threads);
    measure.print("w5_sleep_total", (System.nanoTime() - start) / 1e6, "ms");
    measure.print("w5_sleep_rss", (Measure.processBytes("VmHWM") - before) / 1048576.0, "MiB");
  }

  private void cancelTimers() throws Exception {
    try (var timers = new ScheduledThreadPoolExecutor(1)) {
      timers.setRemoveOnCancelPolicy(true);
      Future<?>[] scheduled = new Future<?>[MILLION];
      measure.time(
          "w5_cancel",
          MILLION,
          () -> {
            for (int i = 0; i < MILLION; i++) {
              scheduled[i] = timers.schedule(() -> {}, 60_000_000L + i, TimeUnit.MICROSECONDS);
            }
            for (Future<?> each : scheduled) {
              each.cancel(false);
            }
          });
    }
  }

  private void memory() throws InterruptedException {
    CountDownLatch[] events = new CountDownLatch[MILLION];
    List<Thread> threads = new ArrayList<>(MILLION);
    long heap = Measure.usedHeap();
    long rss = Measure.processBytes("VmRSS");
    for (int i = 0; i < MILLION; i++) {
      CountDownLatch event = new CountDownLatch(1);
      events[i] = event;
      threads.add(start(event::await));
    }
    while (threads.getLast().getState() != Thread.State.WAITING) {
      Thread.sleep(50);
    }
    measure.print("w6_heap", (Measure.usedHeap() - heap) / (double) MILLION, "B");
    measure.print("w6_rss", (Measure.processBytes("VmRSS") - rss) / (double) MILLION, "B");
    for (CountDownLatch event : events) {
      event.countDown();
    }
    join(threads);
  }

  private void posts() throws Exception {
    try (ExecutorService loop = Executors.newSingleThreadExecutor()) {
      measure.time("w7_call", 2 * MILLION, () -> Posts.run(loop, 2 * MILLION));
    }
  }

  private static void roundTrips() throws InterruptedException {
    Thread asker =
        Thread.ofPlatform()
            .start(() -> {
              try {
                for (int i = 0; i < 50_000; i++) {
                  Thread.ofVirtual().start(() -> {}).join();
                }
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    asker.join();
  }

  private void poolRoundTrips() throws Exception {
    try (ExecutorService pool = Executors.newFixedThreadPool(8)) {
      measure.time(
          "w8_rt",
          10_000,
          () -> {
            for (int i = 0; i < 10_000; i++) {
              pool.submit(() -> {}).get();
            }
          });
    }
  }

  private void blockingSleeps() throws Exception {
    try (ExecutorService pool = Executors.newFixedThreadPool(64)) {
      blockingSleeps("w8_block64", pool);
    }
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      blockingSleeps("w8_blockdef", threads);
    }
  }

  private void blockingSleeps(String metric, ExecutorService pool) throws Exception {
    long start = System.nanoTime();
    List<Future<?>> calls = new ArrayList<>(10_000);
    for (int i = 0; i < 10_000; i++) {
      calls.add(
          pool.submit(() -> {
            Thread.sleep(10);
            return "slept";
          }));
    }
    for (Future<?> call : calls) {
      call.get();
    }
    measure.print(metric, (System.nanoTime() - start) / 1e6, "ms");
  }

  /// The lock is fair, as asyncio's is.
  private static void lock() throws InterruptedException {
    var lock = new ReentrantLock(true);
    List<Thread> threads = new ArrayList<>();
    for (int t = 0; t < 100; t++) {
      threads.add(
          start(() -> {
            for (int i = 0; i < 10_000; i++) {
              lock.lock();
              try {
                Thread.yield();
              } finally {
                lock.unlock();
              }
            }
          }));
    }
    join(threads);
  }

  private void subprocesses() throws Exception {
    long start = 0;
    for (int i = -20; i < 500; i++) {
      if (i == 0) {
        start = System.nanoTime();
      }
      new ProcessBuilder("true").start().waitFor();
    }
    measure.print("w16_subproc", (System.nanoTime() - start) / 1e6 / 500, "ms");
  }
}
