package jasyncio;

import static jasyncio.Asyncio.async;
import static jasyncio.Asyncio.asyncFor;
import static jasyncio.Asyncio.asyncGenerator;
import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.gather;
import static jasyncio.Asyncio.getRunningLoop;
import static jasyncio.Asyncio.seconds;
import static jasyncio.Asyncio.shield;
import static jasyncio.Asyncio.sleep;
import static jasyncio.Asyncio.taskGroup;
import static jasyncio.Asyncio.timeout;
import static jasyncio.Asyncio.waitFor;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// A program made from a seed: tasks that do everything the library offers, in random order, and a
/// trace of what happened when.
///
/// Every line of the trace carries the turn and the time, so two runs with the same trace took the
/// same way.
final class RandomProgram {
  private static final int MOST_TASKS = 40;
  private static final ContextVar<String> NAME = ContextVar.withDefault("name", "nobody");

  private final long seed;
  private final List<String> trace = new ArrayList<>();
  private final List<Task<?>> tasks = new ArrayList<>();
  private final List<Future<Object>> futures = new ArrayList<>();
  private EventLoop loop;

  private RandomProgram(long seed) {
    this.seed = seed;
  }

  static List<String> trace(long seed, LoopConfig config) {
    RandomProgram program = new RandomProgram(seed);
    Asyncio.run(async(program::main), config);
    program.trace.add("closed");
    return program.trace;
  }

  private void main() {
    loop = getRunningLoop();
    int count = 1 + (int) (seed % 4); // alone, a task never leaves its stack
    for (int i = 0; i < count; i++) {
      spawn(TaskOptions.defaults());
    }
    for (int i = 0; i < tasks.size(); i++) {
      await(gather(List.of(swallowed(tasks.get(i)))));
    }
    log("main", "ends");
  }

  private Coroutine<Object> swallowed(Task<?> task) {
    return async(() -> {
      try {
        return String.valueOf(await(shield(task)));
      } catch (Exception | CancelledError e) {
        return e.toString();
      }
    });
  }

  private Task<Object> spawn(TaskOptions options) {
    int number = tasks.size();
    Random random = new Random(seed * 1000 + number);
    String name = "t" + number;
    tasks.add(null);
    Task<Object> task = loop.createTask(async(() -> live(name, random)), options.withName(name));
    tasks.set(number, task);
    task.addDoneCallback(done ->
        log(
            name,
            done.cancelled()
                ? "cancelled " + done.cancelMessage()
                : "done " + (done.exception() == null ? done.result() : done.exception())));
    return task;
  }

  private void log(String who, String what) {
    trace.add(loop.turn() + " " + loop.time().nanos() / 1_000_000_000 + " " + who + " " + what);
  }

  private Object live(String name, Random random) {
    NAME.set(name);
    log(name, "starts");
    int steps = 2 + random.nextInt(12);
    for (int i = 0; i < steps; i++) {
      int action = random.nextInt(18);
      try {
        act(name, random, action);
        log(name, action + " done");
      } catch (CancelledError e) {
        log(name, action + " cancelled " + e.getMessage());
        if (random.nextBoolean()) {
          throw e;
        }
        if (random.nextBoolean()) {
          Asyncio.currentTask().uncancel();
        }
      } catch (RuntimeException e) {
        log(name, action + " failed " + e.getClass().getSimpleName());
      }
      check(name);
    }
    if (random.nextInt(5) == 0) {
      throw new IllegalArgumentException("end of " + name);
    }
    return name;
  }

  private void check(String name) {
    if (!NAME.get().equals(name) || !Asyncio.currentTask().getName().equals(name)) {
      log(name, "IS NOT ITSELF but " + NAME.get() + " " + Asyncio.currentTask());
    }
  }

  private void act(String name, Random random, int action) {
    switch (action) {
      case 0, 1, 2 -> await(sleep(Duration.ZERO));
      case 3 -> await(sleep(seconds(1 + random.nextInt(4))));
      case 4 -> {
        Future<Object> future = loop.createFuture();
        futures.add(future);
        loop.callSoon(() -> set(future, name));
        await(future);
      }
      case 5 -> {
        Future<Object> future = loop.createFuture();
        futures.add(future);
        loop.callLater(seconds(random.nextInt(4)), () -> set(future, name));
        if (random.nextBoolean()) {
          await(future);
        }
      }
      case 6 -> {
        if (!futures.isEmpty()) {
          await(shield(futures.get(random.nextInt(futures.size()))));
        }
      }
      case 7 -> loop.callSoon(() -> callback(name, random.nextInt()));
      case 8 -> loop.callLater(seconds(random.nextInt(3)), () -> callback(name, 0));
      case 9 -> child(random, TaskOptions.defaults());
      case 10 -> child(random, TaskOptions.defaults().withEagerStart(true));
      case 11 -> {
        Task<?> victim = tasks.get(random.nextInt(tasks.size()));
        log(name, "cancels " + (victim != null && victim.cancel("by " + name)));
      }
      case 12 -> await(gather(yieldTimes(random.nextInt(3)), yieldTimes(random.nextInt(3))));
      case 13 -> await(waitFor(sleep(seconds(random.nextInt(3))), seconds(1)));
      case 14 ->
          await(
              timeout(
                  seconds(random.nextInt(3)),
                  () -> {
                    await(sleep(seconds(random.nextInt(3))));
                    await(yieldTimes(2));
                  }));
      case 15 ->
          await(
              taskGroup(group -> {
                group.createTask(yieldTimes(random.nextInt(4)));
                group.createTask(() -> {
                  await(yieldTimes(random.nextInt(3)));
                  if (random.nextBoolean()) {
                    throw new IllegalStateException("member");
                  }
                });
              }));
      case 16 -> generate(name, random);
      default -> changeContext(name, random);
    }
  }

  private void generate(String name, Random random) {
    AsyncGenerator<Integer> numbers =
        asyncGenerator(yielder -> {
          for (int i = 0; i < 3; i++) {
            await(yieldTimes(random.nextInt(2)));
            yielder.yield(i);
          }
        });
    try (numbers) {
      for (int number : asyncFor(numbers)) {
        log(name, "got " + number);
      }
    }
  }

  private void changeContext(String name, Random random) {
    Context other = new Context();
    other.call(() -> {
      NAME.set("other");
      await(yieldTimes(1 + random.nextInt(2)));
      if (!NAME.get().equals("other")) {
        log(name, "LOST ITS CONTEXT");
      }
      return null;
    });
  }

  private static void set(Future<Object> future, String value) {
    if (!future.done()) {
      future.setResult(value);
    }
  }

  private void callback(String name, int kind) {
    log(name, "callback in " + NAME.get() + " and " + Asyncio.currentTask());
    if (kind % 5 == 1) {
      loop.callSoon(() -> callback(name, 0));
    } else if (kind % 5 == 2) {
      loop.createTask(yieldTimes(1), TaskOptions.defaults().withEagerStart(true));
    }
  }

  private void child(Random random, TaskOptions options) {
    if (tasks.size() < MOST_TASKS) {
      Task<Object> child = spawn(options);
      if (random.nextBoolean()) {
        await(child);
      }
    }
  }

  private static Coroutine<Void> yieldTimes(int n) {
    return async(() -> {
      for (int i = 0; i < n; i++) {
        await(sleep(Duration.ZERO));
      }
      return null;
    });
  }
}
