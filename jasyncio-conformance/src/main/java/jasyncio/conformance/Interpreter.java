package jasyncio.conformance;

import jasyncio.Asyncio;
import jasyncio.CancelledError;
import jasyncio.Context;
import jasyncio.EventLoop;
import jasyncio.ExceptionContext;
import jasyncio.Future;
import jasyncio.LoopConfig;
import jasyncio.Task;
import jasyncio.spi.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Runs a scenario on a loop of its own, and returns the trace.
final class Interpreter {
  /// A scenario looks at the clock some thousand times at most: one that does so more often runs in
  /// circles.
  private static final long MAX_CLOCK_READINGS = 200_000;

  /// The loop ran in circles.
  static final class Runaway extends Error {
    private static final long serialVersionUID = 1;

    Runaway() {
      super("the clock was read " + MAX_CLOCK_READINGS + " times: the scenario does not end");
    }
  }

  private final World world;
  private final EventLoop loop;
  private long clockReadings;

  private Interpreter(Program program, LoopConfig base) {
    VirtualTime time = new VirtualTime();
    LoopConfig config =
        base.withClock(
                () -> {
                  if (++clockReadings > MAX_CLOCK_READINGS) {
                    throw new Runaway();
                  }
                  return time.nanoTime();
                })
            .withDriver((_, _) -> time)
            .withBlockedLimit(Duration.ZERO); // real time has no place in here
    this.loop = EventLoop.create(config);
    this.world = new World(program, loop);
  }

  /// Runs `program` in an empty context.
  static List<List<?>> run(Program program) {
    return run(program, LoopConfig.defaults());
  }

  /// The same on a loop made with `config`, apart from clock and driver; for tests that plant
  /// defects.
  static List<List<?>> run(Program program, LoopConfig config) {
    return new Context().call(() -> new Interpreter(program, config).run());
  }

  private List<List<?>> run() {
    Task<@Nullable Object> main = loop.createTask(world.labelled("main", "main"));
    runMain(main);
    if (world.program.shutdown()) {
      shutDown();
    }
    recordEnds();
    return world.trace();
  }

  private void runMain(Task<@Nullable Object> main) {
    while (true) {
      try {
        Object value = loop.runUntilComplete(main);
        world.event("main", "result", world.value(value));
      } catch (VirtualTime.Deadlock e) {
        world.event("main", "deadlock");
      } catch (CancelledError e) {
        world.event("main", "cancelled", world.exceptions.show(e));
      } catch (Throwable t) {
        if (!main.done() && isStopped(t)) {
          world.event("stopped");
          continue;
        }
        world.event("main", "exception", world.exceptions.show(t));
      }
      return;
    }
  }

  private static boolean isStopped(Throwable t) {
    return t instanceof IllegalStateException
        && "Event loop stopped before Future completed.".equals(t.getMessage());
  }

  /// The end of `asyncio.run`.
  private void shutDown() {
    world.event("shutdown_begin");
    try {
      List<Task<?>> tasks = new ArrayList<>(loop.allTasks());
      tasks.sort(world.names.order());
      if (!tasks.isEmpty()) {
        tasks.forEach(Task::cancel);
        loop.runUntilComplete(Asyncio.gatherReturningExceptions(tasks));
        for (Task<?> task : tasks) {
          Throwable failure = task.cancelled() ? null : task.exception();
          if (failure != null) {
            loop.callExceptionHandler(
                ExceptionContext.of("unhandled exception during asyncio.run() shutdown")
                    .withException(failure)
                    .withFuture(task));
          }
        }
      }
      loop.runUntilComplete(loop.shutdownAsyncgens());
      world.finalEvent("shutdown_end");
    } catch (VirtualTime.Deadlock e) {
      world.event("shutdown_deadlock");
    } catch (IllegalStateException e) {
      if (!isStopped(e)) {
        throw e;
      }
      world.event("shutdown_stopped");
    }
  }

  /// How every task and future has ended. The loop is closed in between, because it then tells
  /// which failures nobody has looked at.
  private void recordEnds() {
    List<Names.Slot> slots = world.names.slots().stream().filter(s -> s.future != null).toList();
    List<String> states = slots.stream().map(s -> World.state(future(s))).toList();
    world.freeze();
    loop.close();
    world.thaw();
    for (int i = 0; i < slots.size(); i++) {
      Future<?> future = future(slots.get(i));
      String label = slots.get(i).label;
      String state = states.get(i);
      switch (state) {
        case "result" -> world.finalEvent("final", label, state, world.value(future.result()));
        case "exception" ->
            world.finalEvent(
                "final",
                label,
                state,
                world.exceptions.show(future.exception()),
                world.unretrieved.contains(future) ? "unretrieved" : "retrieved");
        default -> world.finalEvent("final", label, state);
      }
    }
  }

  private static Future<?> future(Names.Slot slot) {
    return java.util.Objects.requireNonNull(slot.future);
  }
}
