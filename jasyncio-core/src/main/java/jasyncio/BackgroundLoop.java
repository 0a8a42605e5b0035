package jasyncio;

import jasyncio.spi.ResourceWatch;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A loop on a thread of its own, for programs that are not asynchronous themselves.
///
/// ```java
/// final BackgroundLoop background = BackgroundLoop.start();
/// ```
///
/// Its methods may be called from any thread. The thread is a daemon: a JVM that ends does not wait
/// for it, so whoever wants the work done calls [#close()].
///
/// Counterpart: the recipe of a thread that runs `loop.run_forever()`.
public final class BackgroundLoop implements AutoCloseable {
  /*
   * Overview
   *
   * `closing` is set under the lock under which work is posted, so whatever was accepted is posted,
   * and thus has its task, before drain() looks at the tasks. What tasks start meanwhile, drain()
   * finds when it looks again.
   */
  private final Runner runner;
  private final EventLoop loop;
  private final Thread thread;

  /// Guarded by this object's monitor.
  private boolean closing;

  /// The task that waits for all others while the loop closes. The loop's thread only.
  private @Nullable Task<?> drain;

  /// What closes the values of the loop. The loop's thread only.
  private final Deque<AsyncAction> closers = new ArrayDeque<>();

  private BackgroundLoop(LoopConfig config) {
    this.runner = Runner.of(config);
    this.loop = runner.getLoop();
    this.thread = Thread.ofPlatform().name("jasyncio-background").daemon().unstarted(this::serve);
  }

  /// Starts a loop with the default configuration.
  ///
  /// @return the loop, running
  public static BackgroundLoop start() {
    return start(LoopConfig.defaults());
  }

  /// Starts a loop made with `config`.
  ///
  /// @param config the settings of the loop
  /// @return the loop, running
  public static BackgroundLoop start(LoopConfig config) {
    BackgroundLoop background = new BackgroundLoop(config);
    background.thread.start();
    Kernel maker = RunningKernel.orNull();
    ResourceWatch watch = maker == null ? null : maker.loop.getResourceWatch();
    if (watch != null) {
      watch.opened(background);
    }
    return background;
  }

  private void serve() {
    try (runner) {
      loop.runForever();
    }
  }

  /// {@return the loop, for [EventLoop#callSoonThreadsafe(Runnable)] and for code that runs on it}
  public EventLoop loop() {
    return loop;
  }

  /// Runs `coroutine` as a task and forgets it. If it fails, the loop's exception handler is told
  /// at once, since nobody else could be.
  ///
  /// @param coroutine what the task runs
  /// @throws IllegalStateException if [#close()] has been called
  public void execute(Coroutine<?> coroutine) {
    Handle _ =
        accept(
            coroutine,
            () ->
                loop.callSoonThreadsafe(() -> {
                  Task<?> task = loop.createTask(coroutine);
                  task.addInternalCallback(BackgroundLoop::reportFailure);
                }));
  }

  /// The same for a body.
  ///
  /// @param action what the task runs
  /// @throws IllegalStateException if [#close()] has been called
  public void execute(AsyncAction action) {
    execute(Asyncio.async(action));
  }

  private static void reportFailure(Future<?> task) {
    Throwable failure = task.cancelled() ? null : task.exception();
    if (failure != null) {
      task.getLoop()
          .callExceptionHandler(
              ExceptionContext.of("unhandled exception in a task of a background loop")
                  .withException(failure)
                  .withFuture(task));
    }
  }

  /// Runs `coroutine` as a task; the returned future gets its result or exception, and cancels it.
  ///
  /// A failure is the future's affair: if nobody looks at it there, nobody hears of it.
  ///
  /// @param <T> the type of the result
  /// @param coroutine what the task runs
  /// @return a future of the result, for other threads
  /// @throws IllegalStateException if [#close()] has been called
  public <T extends @Nullable Object> CompletableFuture<T> submit(
      Coroutine<? extends T> coroutine) {
    return accept(coroutine, () -> Asyncio.<T>runCoroutineThreadsafe(coroutine, loop));
  }

  /// The same for a body.
  ///
  /// @param <T> the type of the result
  /// @param body what the task runs
  /// @return a future of the result, for other threads
  /// @throws IllegalStateException if [#close()] has been called
  public <T extends @Nullable Object> CompletableFuture<T> submit(AsyncBody<? extends T> body) {
    return submit(Coroutine.<T>of(body));
  }

  /// The same for an action.
  ///
  /// @param action what the task runs
  /// @return a future of the end, for other threads
  /// @throws IllegalStateException if [#close()] has been called
  public CompletableFuture<@Nullable Void> submit(AsyncAction action) {
    return submit(Asyncio.async(action));
  }

  private synchronized <R> R accept(Coroutine<?> coroutine, Supplier<R> handOver) {
    if (closing) {
      coroutine.close();
      throw new IllegalStateException(
          "this background loop has been closed. Start another one, or close it later");
    }
    return handOver.get();
  }

  /// Cancels every task that is running on the loop now. The loop goes on and takes new ones.
  public void cancelAll() {
    loop.tryPost(() -> others().forEach(Task::cancel));
  }

  /// Takes no more work, waits until all tasks have ended, and closes the loop. Work that does not
  /// end by itself must be cancelled first: see [#cancelAll()]. Does nothing the second time.
  ///
  /// If the waiting thread is interrupted, it cancels all tasks and waits on until they have ended.
  ///
  /// @throws IllegalStateException on the loop's own thread, which would wait for itself
  @Override
  public void close() {
    if (RunningKernel.orNull() == loop.kernel) {
      throw new IllegalStateException(
          "a background loop cannot be closed from its own thread. Close it from the thread that"
              + " started it");
    }
    takeNoMore();
    join();
  }

  /// The first half of closing: it ends when its tasks have.
  synchronized void takeNoMore() {
    if (!closing) {
      closing = true;
      loop.tryPost(() -> drain = loop.createTask(Asyncio.async(this::waitForAllTasks)));
    }
  }

  /// The second half, for so long. Whether it has ended.
  boolean join(Duration limit) throws InterruptedException {
    return limit.isZero() ? !thread.isAlive() : thread.join(limit);
  }

  private void waitForAllTasks() {
    try {
      do {
        List<Task<?>> others = others();
        if (!others.isEmpty()) {
          Asyncio.await(Asyncio.wait(others));
        }
        Asyncio.await(Asyncio.yieldNow()); // their callbacks, which may make new tasks
        if (others().isEmpty()) {
          closeOne();
        }
      } while (!others().isEmpty() || !closers.isEmpty());
    } finally {
      loop.stop();
    }
  }

  /// Has `closer` run in the end, when all tasks have ended; the last one first. On the loop.
  void atEnd(AsyncAction closer) {
    closers.push(closer);
  }

  private void closeOne() {
    AsyncAction closer = closers.poll();
    if (closer != null) {
      loop.tell(
          () -> Asyncio.await(Asyncio.async(closer)),
          failure ->
              loop.callExceptionHandler(
                  ExceptionContext.of("a value of a loop could not be closed")
                      .withException(failure)));
    }
  }

  /// The tasks that are to end before it. On the loop.
  List<Task<?>> others() {
    List<Task<?>> tasks = new ArrayList<>(loop.allTasks());
    tasks.remove(drain);
    return tasks;
  }

  private void join() {
    boolean interrupted = false;
    while (true) {
      try {
        thread.join();
        break;
      } catch (InterruptedException _) {
        interrupted = true;
        cancelAll();
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public String toString() {
    return "<BackgroundLoop " + loop + ">";
  }
}
