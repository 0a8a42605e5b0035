package jasyncio.bench;

import static jasyncio.Asyncio.async;
import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.createTask;
import static jasyncio.Asyncio.gather;
import static jasyncio.Asyncio.getRunningLoop;
import static jasyncio.Asyncio.sleep;

import jasyncio.Coroutine;
import jasyncio.EventLoop;
import jasyncio.Future;
import jasyncio.Runner;
import jasyncio.engine.Carrier;
import jasyncio.engine.Engine;
import jasyncio.engine.Fiber;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// What it costs a task to let others run, and to come back.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class SwitchBenchmark {
  private static final int OPERATIONS = 100_000;

  private Runner runner = Runner.create();

  /// JMH makes the state.
  public SwitchBenchmark() {}

  /// One loop for all invocations of a trial.
  @Setup
  public void open() {
    runner = Runner.create();
  }

  /// Closes the loop.
  @TearDown
  public void close() {
    runner.close();
  }

  /// One task yields, and nobody else wants to run.
  @Benchmark
  @OperationsPerInvocation(OPERATIONS)
  public void yieldAlone() {
    runner.run(yields(OPERATIONS));
  }

  /// Two tasks yield to each other: every yield is a switch.
  @Benchmark
  @OperationsPerInvocation(OPERATIONS)
  public void switchBetween2() {
    runner.run(tasks(2, OPERATIONS / 2));
  }

  /// A thousand tasks yield in turn: every yield is a switch, and nothing is in the cache.
  @Benchmark
  @OperationsPerInvocation(OPERATIONS)
  public void switchBetween1000() {
    runner.run(tasks(1000, OPERATIONS / 1000));
  }

  /// A task awaits a future that a callback completes.
  @Benchmark
  @OperationsPerInvocation(OPERATIONS)
  public void awaitCallback() {
    runner.run(
        async(() -> {
          EventLoop loop = getRunningLoop();
          for (int i = 0; i < OPERATIONS; i++) {
            Future<@Nullable Void> future = loop.createFuture();
            loop.callSoon(() -> future.setResult(null));
            await(future);
          }
        }));
  }

  /// The floor: two bare fibers that suspend in turn, with nothing around them.
  @Benchmark
  @OperationsPerInvocation(OPERATIONS)
  public void bareFibers() {
    Carrier carrier = Engine.selected().newCarrier();
    carrier.run(() -> {
      Fiber[] fibers = new Fiber[2];
      for (int i = 0; i < 2; i++) {
        int me = i;
        fibers[i] =
            carrier.newFiber(() -> {
              for (int n = 0; n < OPERATIONS / 2; n++) {
                fibers[me].suspend();
              }
            });
      }
      while (!fibers[1].isDone()) {
        fibers[0].resume();
        fibers[1].resume();
      }
    });
    carrier.close();
  }

  /// Tasks that do nothing are made and awaited, a thousand at a time.
  @Benchmark
  @OperationsPerInvocation(OPERATIONS)
  public void spawn() {
    runner.run(
        async(() -> {
          for (int batch = 0; batch < OPERATIONS / 1000; batch++) {
            await(gather(coroutines(1000, 0)));
          }
        }));
  }

  private static Coroutine<@Nullable Void> tasks(int count, int yieldsEach) {
    return async(() -> {
      List<Future<@Nullable Void>> tasks = new ArrayList<>();
      coroutines(count, yieldsEach).forEach(coroutine -> tasks.add(createTask(coroutine)));
      await(gather(tasks));
    });
  }

  private static List<Coroutine<@Nullable Void>> coroutines(int count, int yieldsEach) {
    List<Coroutine<@Nullable Void>> coroutines = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      coroutines.add(yields(yieldsEach));
    }
    return coroutines;
  }

  private static Coroutine<@Nullable Void> yields(int count) {
    return async(() -> {
      for (int i = 0; i < count; i++) {
        await(sleep(Duration.ZERO));
      }
    });
  }
}
