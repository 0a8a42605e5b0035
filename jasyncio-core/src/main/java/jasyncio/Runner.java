package jasyncio;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Runs coroutines on a loop of its own, one after the other, and cleans up behind them; for use in
/// try-with-resources.
///
/// [Asyncio#run(AsyncBody)] is a runner for one coroutine. Use it on one thread.
///
/// Counterpart: `asyncio.Runner`.
public final class Runner implements AutoCloseable {
  /// How long close() waits for blocking work to end. CPython: `THREAD_JOIN_TIMEOUT`.
  private static final Duration JOIN_TIMEOUT = Duration.ofMinutes(5);

  private final LoopConfig config;
  private @Nullable EventLoop loop;
  private @Nullable Context context;
  private boolean closed;

  /// What the last run threw, if it was that: close() must not throw it a second time.
  private @Nullable KeyboardInterrupt interrupt;

  private Runner(LoopConfig config) {
    this.config = config;
  }

  /// {@return a runner with the default configuration} Nothing is built before it is used.
  public static Runner create() {
    return of(LoopConfig.defaults());
  }

  /// {@return a runner whose loop is made with `config`}
  ///
  /// @param config the settings of the loop
  public static Runner of(LoopConfig config) {
    return new Runner(config);
  }

  /// {@return the runner's loop}
  ///
  /// @throws IllegalStateException if the runner is closed
  public EventLoop getLoop() {
    if (closed) {
      throw new IllegalStateException("Runner is closed");
    }
    if (loop == null) {
      loop = EventLoop.create(config);
      context = Context.copyOfCurrent();
    }
    return loop;
  }

  /// Runs `awaitable` to its end as the main task, and returns its result or throws what it failed
  /// with.
  ///
  /// While it runs, the first Ctrl-C cancels the main task, and this throws [KeyboardInterrupt]
  /// when it has unwound; a second one ends the process at once. If that ends the program, it
  /// prints where the tasks stood. That holds for one runner of the process at a time, and only if
  /// nobody else handles the signal.
  ///
  /// Counterpart: `Runner.run(coro)`.
  ///
  /// @param <T> the type of the result
  /// @param awaitable a coroutine or a future
  /// @return the result
  /// @throws IllegalStateException if a loop is running on this thread already, or the runner is
  ///   closed
  public <T extends @Nullable Object> T run(Awaitable<? extends T> awaitable) {
    return run(awaitable, null);
  }

  /// The same, with the main task in `context` instead of the runner's own.
  ///
  /// @param <T> the type of the result
  /// @param awaitable a coroutine or a future
  /// @param context the context of the main task; null for the runner's own
  /// @return the result
  public <T extends @Nullable Object> T run(
      Awaitable<? extends T> awaitable, @Nullable Context context) {
    Kernel running = RunningKernel.orNull();
    if (running != null) {
      throw new IllegalStateException(
          "Runner.run() cannot be called from a running event loop: "
              + running.loop
              + " runs on "
              + Thread.currentThread()
              + ". Inside a task, await the coroutine instead");
    }
    EventLoop mine = getLoop();
    Coroutine<? extends T> coroutine =
        awaitable instanceof Coroutine<? extends T> c
            ? c
            : Coroutine.<T>of(() -> Asyncio.await(awaitable));
    Task<T> main =
        mine.createTask(
            coroutine,
            TaskOptions.defaults().withContext(context == null ? this.context : context));
    try (CtrlC ctrlC = CtrlC.cancelling(main)) {
      try {
        return mine.runUntilComplete(main);
      } catch (CancelledError e) {
        if (ctrlC.wasPressed() && main.uncancel() == 0) {
          throw ctrlC.interrupt(e);
        }
        throw e;
      } catch (KeyboardInterrupt e) {
        interrupt = e;
        throw e;
      }
    }
  }

  /// Runs `body` as the main task.
  ///
  /// @param <T> the type of the result
  /// @param body what the main task runs
  /// @return the result
  public <T extends @Nullable Object> T run(AsyncBody<? extends T> body) {
    return run(Coroutine.<T>of(body));
  }

  /// Runs `action` as the main task.
  ///
  /// @param action what the main task runs
  public void run(AsyncAction action) {
    run(Asyncio.async(action));
  }

  /// Cancels all tasks and waits for them, closes the generators, waits up to five minutes for
  /// blocking work, and closes the loop. Does nothing the second time.
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    EventLoop mine = loop;
    if (mine == null) {
      return;
    }
    try (mine) {
      // Each of the two runs a few turns even if it has nothing to do, and as in CPython they are
      // the last chance of callbacks
      // that became ready in the main task's last turn.
      cancelAllTasks(mine);
      mine.runUntilComplete(mine.shutdownAsyncgens());
      mine.runUntilComplete(mine.shutdownDefaultExecutor(JOIN_TIMEOUT));
    }
  }

  private void cancelAllTasks(EventLoop loop) {
    List<Task<?>> tasks = new ArrayList<>(loop.allTasks());
    if (tasks.isEmpty()) {
      return;
    }
    tasks.forEach(Task::cancel);
    try (ShutdownWatch _ = ShutdownWatch.begin(loop, tasks)) {
      runToTheEnd(loop, Gather.<@Nullable Object>of(loop, tasks, true));
    }
    for (Task<?> task : tasks) {
      Throwable failure = task.cancelled() ? null : task.exception();
      if (failure != null && failure != interrupt) {
        loop.callExceptionHandler(
            ExceptionContext.of("unhandled exception during asyncio.run() shutdown")
                .withException(failure)
                .withTask(task));
      }
    }
  }

  /// The interrupt that ended the last run may come again, from a task that waited for the one that
  /// threw it.
  private void runToTheEnd(EventLoop loop, Future<?> ended) {
    while (true) {
      try {
        loop.runUntilComplete(ended);
        return;
      } catch (KeyboardInterrupt e) {
        if (e != interrupt) {
          throw e;
        }
      }
    }
  }
}
