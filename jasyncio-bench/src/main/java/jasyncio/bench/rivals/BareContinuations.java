package jasyncio.bench.rivals;

import jasyncio.bench.Measure;
import java.util.ArrayDeque;
import jdk.internal.vm.Continuation;
import jdk.internal.vm.ContinuationScope;

/// The floor under everything that suspends on the JVM: the JDK's continuations and a queue, with
/// no futures, no timers, no errors and no cancellation.
final class BareContinuations {
  private static final int MILLION = 1_000_000;
  private static final ContinuationScope SCOPE = new ContinuationScope("rival");

  private final Measure measure;
  private final ArrayDeque<Continuation> ready = new ArrayDeque<>();
  private boolean parked;
  private int calls;

  BareContinuations(Measure measure) {
    this.measure = measure;
  }

  /// Runs one workload.
  ///
  /// @return false if a continuation alone cannot do it
  boolean run(String name) throws Exception {
    switch (name) {
      case "w1_spawn" -> measure.time(name, MILLION, this::spawn);
      case "w2_yield1" -> measure.time(name, 5 * MILLION, () -> yields(1, 5 * MILLION));
      case "w2_yield1000" -> measure.time(name, 5 * MILLION, () -> yields(1000, 5000));
      case "w3_queue" -> measure.time(name, MILLION, this::handOver);
      case "w6_mem" -> memory();
      case "w9_agen" -> measure.time(name, 5 * MILLION, BareContinuations::generate);
      default -> {
        return false;
      }
    }
    return true;
  }

  private void drain() {
    for (Continuation next = ready.poll(); next != null; next = ready.poll()) {
      parked = false;
      next.run();
      if (!parked && !next.isDone()) {
        ready.add(next);
      }
    }
  }

  private void spawn() {
    for (int batch = 0; batch < 100; batch++) {
      for (int i = 0; i < 10_000; i++) {
        ready.add(new Continuation(SCOPE, () -> calls++));
      }
      drain();
    }
  }

  private void yields(int tasks, int each) {
    for (int task = 0; task < tasks; task++) {
      ready.add(
          new Continuation(
              SCOPE,
              () -> {
                for (int i = 0; i < each; i++) {
                  Continuation.yield(SCOPE);
                }
              }));
    }
    drain();
  }

  /// Two continuations that make each other ready and park: a ping-pong without a queue of items.
  private void handOver() {
    Continuation[] players = new Continuation[2];
    for (int i = 0; i < 2; i++) {
      int other = 1 - i;
      players[i] =
          new Continuation(
              SCOPE,
              () -> {
                for (int n = 0; n < MILLION; n++) {
                  ready.add(players[other]);
                  parked = true;
                  Continuation.yield(SCOPE);
                }
              });
    }
    ready.add(players[0]);
    drain();
  }

  private void memory() throws InterruptedException {
    Continuation[] waiting = new Continuation[MILLION];
    long heap = Measure.usedHeap();
    long rss = Measure.processBytes("VmRSS");
    for (int i = 0; i < MILLION; i++) {
      waiting[i] = new Continuation(SCOPE, () -> Continuation.yield(SCOPE));
      waiting[i].run();
    }
    measure.print("w6_heap", (Measure.usedHeap() - heap) / (double) MILLION, "B");
    measure.print("w6_rss", (Measure.processBytes("VmRSS") - rss) / (double) MILLION, "B");
    for (Continuation each : waiting) {
      each.run();
    }
  }

  private static void generate() {
    int[] item = new int[1];
    Continuation generator =
        new Continuation(
            SCOPE,
            () -> {
              for (int i = 0; i < 5 * MILLION; i++) {
                item[0] = i;
                Continuation.yield(SCOPE);
              }
            });
    long sum = 0;
    for (generator.run(); !generator.isDone(); generator.run()) {
      sum += item[0];
    }
    if (sum == 0) {
      throw new IllegalStateException("the generator gave nothing");
    }
  }
}
