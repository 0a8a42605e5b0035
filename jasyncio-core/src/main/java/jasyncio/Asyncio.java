package jasyncio;

import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/// asyncio's functions, for `import static jasyncio.Asyncio.*`.
///
/// Unless its page says otherwise, a function is called on a loop's thread: in a task, or in a
/// callback if it need not wait. What may suspend returns a [Coroutine] or a [Future], and only
/// [#await(Awaitable)] waits for it.
///
/// Counterpart: the module `asyncio`.
@SuppressWarnings("overloads") // a body with a result beside one without, told apart by the lambda
public final class Asyncio {
  private Asyncio() {}

  // ---- running ----

  /// Runs `main` on a new loop, and closes the loop: leftover tasks are cancelled and awaited,
  /// generators closed, blocking work waited for. Returns the result, or throws what `main` failed
  /// with, as it is.
  ///
  /// Called on a thread that runs no loop; it blocks that thread. Ctrl-C cancels `main`: see
  /// [Runner#run(Awaitable)].
  ///
  /// Counterpart: `asyncio.run`.
  ///
  /// @param <T> the type of the result
  /// @param main a coroutine or a future; the main task
  /// @return the result
  /// @throws IllegalStateException if a loop is running on this thread
  public static <T extends @Nullable Object> T run(Awaitable<? extends T> main) {
    return run(main, LoopConfig.defaults());
  }

  /// The same, on a loop made with `config`.
  ///
  /// @param <T> the type of the result
  /// @param main a coroutine or a future; the main task
  /// @param config the settings of the loop
  /// @return the result
  public static <T extends @Nullable Object> T run(Awaitable<? extends T> main, LoopConfig config) {
    Kernel running = RunningKernel.orNull();
    if (running != null) {
      if (main instanceof Coroutine<?> coroutine) {
        coroutine.close();
      }
      throw new IllegalStateException(
          "asyncio.run() cannot be called from a running event loop: "
              + running.loop
              + " runs on "
              + Thread.currentThread()
              + ". Inside a task, await the coroutine instead");
    }
    try (Runner runner = Runner.of(config)) {
      return runner.run(main);
    }
  }

  /// Runs `main`, given as its body.
  ///
  /// @param <T> the type of the result
  /// @param main what the main task runs
  /// @return the result
  public static <T extends @Nullable Object> T run(AsyncBody<? extends T> main) {
    return run(Coroutine.<T>of(main));
  }

  /// Runs `main`, given as its body.
  ///
  /// @param main what the main task runs
  public static void run(AsyncAction main) {
    run(async(main));
  }

  // ---- coroutines and awaiting ----

  /// {@return a coroutine with this body: nothing runs before it is awaited or made a task}
  /// Callable from any thread.
  ///
  /// Counterpart: calling an `async def` function.
  ///
  /// @param <T> the type of the result
  /// @param body what it does
  @CheckReturnValue
  public static <T extends @Nullable Object> Coroutine<T> async(AsyncBody<? extends T> body) {
    return Coroutine.of(body);
  }

  /// {@return a coroutine with this body and no result}
  ///
  /// @param action what it does
  @CheckReturnValue
  public static Coroutine<@Nullable Void> async(AsyncAction action) {
    return Coroutine.ofAction(action);
  }

  /// Waits for `awaitable`: runs a coroutine in the current task, or suspends the task until a
  /// future is done. Returns the result, or throws what it failed with, as it is. A future that is
  /// done already does not suspend.
  ///
  /// If the task is cancelled meanwhile, so is what it waits for, and this throws [CancelledError].
  ///
  /// Counterpart: the keyword `await`.
  ///
  /// @param <T> the type of the result
  /// @param awaitable a coroutine that was not awaited before, or a future
  /// @return the result
  /// @throws IllegalStateException outside a task; in a `synchronized` block, a static initialiser
  ///   or a callback from native code; or if a coroutine is awaited twice
  public static <T extends @Nullable Object> T await(Awaitable<? extends T> awaitable) {
    if (awaitable instanceof Future<? extends T> future) {
      return Traps.await(future);
    }
    Traps.currentTask("await");
    if (awaitable == null) {
      throw nothingToAwait();
    }
    try {
      return ((Coroutine<? extends T>) awaitable).run();
    } catch (Throwable t) {
      throw Sneaky.rethrow(t);
    }
  }

  private static NullPointerException nothingToAwait() {
    return new NullPointerException(
        "await(null): there is no coroutine or future to wait for. Did a method return null where"
            + " it should return async(...)?");
  }

  /// The same, and declares that it may throw `X`, so that `catch (X e)` compiles.
  ///
  /// @param <T> the type of the result
  /// @param <X> the type of the exception
  /// @param awaitable a coroutine that was not awaited before, or a future
  /// @param type the class of `X`; nothing is done with it
  /// @return the result
  /// @throws X what the awaitable failed with
  @SuppressWarnings("unused") // `type` is there for the compiler
  public static <T extends @Nullable Object, X extends Throwable> T await(
      Awaitable<? extends T> awaitable, Class<X> type) throws X {
    return await(awaitable);
  }

  /// Waits for a `CompletionStage`, such as a `CompletableFuture`. What it failed with is thrown
  /// without its `CompletionException`. If the task is cancelled meanwhile, so is the stage; if the
  /// stage is cancelled, this throws [CancelledError].
  ///
  /// @param <T> the type of the result
  /// @param stage what to wait for
  /// @return the result
  public static <T extends @Nullable Object> T await(CompletionStage<? extends T> stage) {
    return Traps.await(Asyncio.<T>wrapFuture(stage));
  }

  /// The same for a `CompletableFuture`, which is also a `java.util.concurrent.Future`.
  ///
  /// @param <T> the type of the result
  /// @param future what to wait for
  /// @return the result
  public static <T extends @Nullable Object> T await(CompletableFuture<? extends T> future) {
    return Traps.await(Asyncio.<T>wrapFuture(future));
  }

  /// Waits for a future of another executor, on a virtual thread that blocks for it. What it failed
  /// with is thrown without its `ExecutionException`; cancellation goes both ways.
  ///
  /// @param <T> the type of the result
  /// @param future what to wait for
  /// @return the result
  public static <T extends @Nullable Object> T await(
      java.util.concurrent.Future<? extends T> future) {
    return Traps.await(Asyncio.<T>wrapFuture(future));
  }

  /// {@return a future of the running loop that ends as `stage` does; cancelling it cancels the
  /// stage}
  ///
  /// Counterpart: `asyncio.wrap_future`.
  ///
  /// @param <T> the type of the result
  /// @param stage what it follows
  public static <T extends @Nullable Object> Future<T> wrapFuture(
      CompletionStage<? extends T> stage) {
    return ForeignFutures.wrap(getEventLoop(), stage);
  }

  /// The same for a `CompletableFuture`.
  ///
  /// @param <T> the type of the result
  /// @param future what it follows
  /// @return a future of the running loop
  public static <T extends @Nullable Object> Future<T> wrapFuture(
      CompletableFuture<? extends T> future) {
    return ForeignFutures.wrap(getEventLoop(), (CompletionStage<? extends T>) future);
  }

  /// {@return a future of the running loop that ends as `future` does; cancelling it cancels that}
  ///
  /// @param <T> the type of the result
  /// @param future what it follows
  public static <T extends @Nullable Object> Future<T> wrapFuture(
      java.util.concurrent.Future<? extends T> future) {
    return ForeignFutures.wrap(getEventLoop(), future);
  }

  /// Gives every other ready task and callback its turn once.
  ///
  /// Suspends always. Cancel-safe: nothing is lost. Counterpart: `asyncio.sleep(0)`.
  ///
  /// @return a coroutine that does so when awaited
  @CheckReturnValue
  public static Coroutine<@Nullable Void> yieldNow() {
    return Coroutine.ofAction(Traps::yieldOnce);
  }

  /// Waits until `delay` has passed. Zero or less gives every other ready task its turn once, as
  /// [#yieldNow()] does.
  ///
  /// Suspends always. Cancel-safe: nothing is lost. Counterpart: `asyncio.sleep`.
  ///
  /// @param delay how long; zero or less for one turn of the loop
  /// @return a coroutine that does so when awaited
  @CheckReturnValue
  public static Coroutine<@Nullable Void> sleep(Duration delay) {
    return Durations.isPositive(delay) ? sleep(delay, null) : yieldNow();
  }

  /// The same, and returns `result`.
  ///
  /// @param <T> the type of the result
  /// @param delay how long; zero or less for one turn of the loop
  /// @param result what it returns
  /// @return a coroutine that gives the result
  @CheckReturnValue
  public static <T extends @Nullable Object> Coroutine<T> sleep(Duration delay, T result) {
    if (Durations.isPositive(delay)) {
      return Coroutine.of(new Sleep<>(delay, result));
    }
    return Coroutine.of(() -> {
      Traps.yieldOnce();
      return result;
    });
  }

  /// `Duration.ofSeconds(n)`.
  ///
  /// @param n how many seconds, also negative
  /// @return the duration
  public static Duration seconds(long n) {
    return Duration.ofSeconds(n);
  }

  /// {@return a duration of so many seconds and fractions of one}
  ///
  /// @param n how many seconds, also negative
  /// @throws IllegalArgumentException if it is not a number
  public static Duration seconds(double n) {
    if (Double.isNaN(n)) {
      throw new IllegalArgumentException("Invalid delay: NaN (not a number)");
    }
    return Duration.ofNanos(Math.round(n * 1e9));
  }

  /// `Duration.ofMillis(n)`.
  ///
  /// @param n how many milliseconds, also negative
  /// @return the duration
  public static Duration millis(long n) {
    return Duration.ofMillis(n);
  }

  // ---- tasks ----

  /// Runs `coroutine` as a task of the running loop; it starts on the loop's next turn.
  ///
  /// Counterpart: `asyncio.create_task`.
  ///
  /// @param <T> the type of the result
  /// @param coroutine what the task runs
  /// @return the new task
  /// @throws IllegalStateException if no loop is running on this thread
  public static <T extends @Nullable Object> Task<T> createTask(Coroutine<? extends T> coroutine) {
    return createTask(coroutine, TaskOptions.defaults());
  }

  /// The same, with a name, a context or an eager start.
  ///
  /// @param <T> the type of the result
  /// @param coroutine what the task runs
  /// @param options the task's name, context and start
  /// @return the new task
  public static <T extends @Nullable Object> Task<T> createTask(
      Coroutine<? extends T> coroutine, TaskOptions options) {
    Kernel kernel = RunningKernel.orNull();
    if (kernel == null) {
      coroutine.close();
      throw noRunningLoop();
    }
    return kernel.loop.createTask(coroutine, options);
  }

  /// The same, with a name.
  ///
  /// @param <T> the type of the result
  /// @param coroutine what the task runs
  /// @param name what the task is called in reports and dumps
  /// @return the new task
  public static <T extends @Nullable Object> Task<T> createTask(
      Coroutine<? extends T> coroutine, String name) {
    return createTask(coroutine, TaskOptions.named(name));
  }

  /// Runs `body` as a task.
  ///
  /// @param <T> the type of the result
  /// @param body what the task runs
  /// @return the new task
  public static <T extends @Nullable Object> Task<T> createTask(AsyncBody<? extends T> body) {
    return createTask(Coroutine.<T>of(body));
  }

  /// Runs `action` as a task.
  ///
  /// @param action what the task runs
  /// @return the new task
  public static Task<@Nullable Void> createTask(AsyncAction action) {
    return createTask(async(action));
  }

  /// {@return a future as it is, a coroutine as a task of the running loop} Counterpart:
  /// `asyncio.ensure_future`.
  ///
  /// @param <T> the type of the result
  /// @param awaitable a coroutine or a future
  public static <T extends @Nullable Object> Future<T> ensureFuture(
      Awaitable<? extends T> awaitable) {
    return loopFor(List.of(awaitable)).ensureFuture(awaitable);
  }

  /// {@return the running task, or null in a callback and outside a loop} Counterpart:
  /// `asyncio.current_task`.
  public static @Nullable Task<?> currentTask() {
    Kernel kernel = RunningKernel.orNull();
    return kernel == null ? null : kernel.currentTask;
  }

  /// {@return all unfinished tasks of the running loop, oldest first} Counterpart:
  /// `asyncio.all_tasks`.
  ///
  /// @throws IllegalStateException if no loop is running on this thread
  public static Set<Task<?>> allTasks() {
    return getRunningLoop().allTasks();
  }

  /// {@return the loop running on this thread} Counterpart: `asyncio.get_running_loop`.
  ///
  /// @throws IllegalStateException if there is none
  public static EventLoop getRunningLoop() {
    Kernel kernel = RunningKernel.orNull();
    if (kernel == null) {
      throw noRunningLoop();
    }
    return kernel.loop;
  }

  private static IllegalStateException noRunningLoop() {
    return new IllegalStateException(
        "no running event loop on "
            + Thread.currentThread()
            + ". Start one with run(...); from another thread use"
            + " runCoroutineThreadsafe(coroutine, loop) or loop.callSoonThreadsafe(...)");
  }

  /// {@return the loop running on this thread, else the one given to [#setEventLoop(EventLoop)]}
  ///
  /// Counterpart: `asyncio.get_event_loop`.
  ///
  /// @throws IllegalStateException if there is neither
  public static EventLoop getEventLoop() {
    Kernel kernel = RunningKernel.orNull();
    EventLoop loop = kernel == null ? AssignedLoop.get() : kernel.loop;
    if (loop == null) {
      throw new IllegalStateException(
          "There is no current event loop in thread '"
              + Thread.currentThread().getName()
              + "'. Start one with run(...), or set one with setEventLoop(newEventLoop())");
    }
    return loop;
  }

  /// Makes `loop` this thread's loop while none runs; null for none. Counterpart:
  /// `asyncio.set_event_loop`.
  ///
  /// @param loop the thread's loop, or null for none
  public static void setEventLoop(@Nullable EventLoop loop) {
    AssignedLoop.set(loop);
  }

  /// {@return a new loop, which the caller closes} Counterpart: `asyncio.new_event_loop`.
  public static EventLoop newEventLoop() {
    return EventLoop.create();
  }

  // ---- who waits for whom ----

  /// {@return the call graph of the running task; null outside a task} Counterpart:
  /// `asyncio.capture_call_graph()`.
  ///
  /// @throws IllegalStateException if no loop is running on this thread
  public static @Nullable CallGraph captureCallGraph() {
    Task<?> task = getRunningLoop().currentTask();
    return task == null ? null : CallGraph.of(task, Integer.MAX_VALUE);
  }

  /// {@return the call graph of `future`}
  ///
  /// @param future the future or task that is waited for
  public static CallGraph captureCallGraph(Future<?> future) {
    return CallGraph.of(future, Integer.MAX_VALUE);
  }

  /// {@return the call graph of `future` with at most `limit` frames for each task: the innermost,
  /// or the outermost if negative; none if 0}
  ///
  /// @param future the future or task that is waited for
  /// @param limit how many frames of each task
  public static CallGraph captureCallGraph(Future<?> future, int limit) {
    return CallGraph.of(future, limit);
  }

  /// {@return the call graph of `future` as text} Counterpart: `asyncio.format_call_graph`.
  ///
  /// @param future the future or task that is waited for
  public static String formatCallGraph(Future<?> future) {
    return captureCallGraph(future).format();
  }

  /// Prints the call graph of `future`. Counterpart: `asyncio.print_call_graph`.
  ///
  /// @param future the future or task that is waited for
  /// @param out where to print
  public static void printCallGraph(Future<?> future, PrintStream out) {
    out.println(formatCallGraph(future));
  }

  // ---- several at once ----

  /// Runs all at the same time and collects the results in the order of the arguments. The first
  /// failure is passed on at once; the others keep running. Cancelling the returned future cancels
  /// all that are not done.
  ///
  /// Coroutines become tasks. Outside a running loop, the future belongs to the loop of the first
  /// argument if that is a future, else to the one given to [#setEventLoop(EventLoop)].
  ///
  /// Counterpart: `asyncio.gather`.
  ///
  /// @param <T> the type of the results
  /// @param awaitables coroutines and futures
  /// @return a future of the results
  @SafeVarargs
  @SuppressWarnings("varargs") // only read
  public static <T extends @Nullable Object> Future<List<T>> gather(
      Awaitable<? extends T>... awaitables) {
    return gather(Arrays.asList(awaitables));
  }

  /// The same for a collection.
  ///
  /// @param <T> the type of the results
  /// @param awaitables coroutines and futures
  /// @return a future of the results
  public static <T extends @Nullable Object> Future<List<T>> gather(
      Collection<? extends Awaitable<? extends T>> awaitables) {
    return Gather.of(loopFor(awaitables), awaitables, false);
  }

  /// The same for bodies, each of which becomes a task.
  ///
  /// @param <T> the type of the results
  /// @param bodies what each task runs
  /// @return a future of the results
  @SafeVarargs
  public static <T extends @Nullable Object> Future<List<T>> gather(
      AsyncBody<? extends T>... bodies) {
    List<Coroutine<T>> coroutines = new ArrayList<>(bodies.length);
    for (AsyncBody<? extends T> body : bodies) {
      coroutines.add(Coroutine.of(body));
    }
    return gather(coroutines);
  }

  /// Like gather, but waits for all in any case, and puts exceptions into the list as if they were
  /// results.
  ///
  /// Counterpart: `asyncio.gather(..., return_exceptions=True)`.
  ///
  /// @param awaitables coroutines and futures
  /// @return a future of the results and exceptions
  public static Future<List<@Nullable Object>> gatherReturningExceptions(
      Collection<? extends Awaitable<?>> awaitables) {
    return Gather.of(loopFor(awaitables), awaitables, true);
  }

  /// The same for arguments.
  ///
  /// @param awaitables coroutines and futures
  /// @return a future of the results and exceptions
  public static Future<List<@Nullable Object>> gatherReturningExceptions(
      Awaitable<?>... awaitables) {
    return gatherReturningExceptions(Arrays.asList(awaitables));
  }

  /// The running loop; where none runs, that of the first argument if it is a future, else the
  /// thread's, as in CPython.
  private static EventLoop loopFor(Collection<? extends Awaitable<?>> awaitables) {
    Kernel kernel = RunningKernel.orNull();
    if (kernel != null) {
      return kernel.loop;
    }
    for (Awaitable<?> first : awaitables) {
      return first instanceof Future<?> future ? future.getLoop() : getEventLoop();
    }
    return getEventLoop();
  }

  /// Waits until all are done, however they end. Throws nothing of theirs and cancels nothing.
  ///
  /// Suspends. Cancel-safe: the futures are left as they are. Counterpart: `asyncio.wait`.
  ///
  /// @param <F> the type of the futures
  /// @param futures what to wait for, not empty
  /// @return a coroutine that gives who is done and who is not
  /// @throws IllegalArgumentException if there are none, when awaited
  @CheckReturnValue
  public static <F extends Future<?>> Coroutine<WaitResult<F>> wait(
      Collection<? extends F> futures) {
    return wait(futures, null, ReturnWhen.ALL_COMPLETED);
  }

  /// Waits until `timeout` has passed at the latest.
  ///
  /// Suspends. Cancel-safe: the futures are left as they are. Counterpart: `asyncio.wait`.
  ///
  /// @param <F> the type of the futures
  /// @param futures what to wait for, not empty
  /// @param timeout how long at most
  /// @return a coroutine that gives who is done and who is not
  @CheckReturnValue
  public static <F extends Future<?>> Coroutine<WaitResult<F>> wait(
      Collection<? extends F> futures, Duration timeout) {
    return wait(futures, timeout, ReturnWhen.ALL_COMPLETED);
  }

  /// Waits for the first to complete or to fail, or for all.
  ///
  /// Suspends. Cancel-safe: the futures are left as they are. Counterpart: `asyncio.wait`.
  ///
  /// @param <F> the type of the futures
  /// @param futures what to wait for, not empty
  /// @param returnWhen what to wait for
  /// @return a coroutine that gives who is done and who is not
  @CheckReturnValue
  public static <F extends Future<?>> Coroutine<WaitResult<F>> wait(
      Collection<? extends F> futures, ReturnWhen returnWhen) {
    return wait(futures, null, returnWhen);
  }

  /// Waits for the first to complete or to fail, or for all, until `timeout` has passed at the
  /// latest; null for no limit.
  ///
  /// Suspends. Cancel-safe: the futures are left as they are. Counterpart: `asyncio.wait`.
  ///
  /// @param <F> the type of the futures
  /// @param futures what to wait for, not empty
  /// @param timeout how long at most; null for no limit
  /// @param returnWhen what to wait for
  /// @return a coroutine that gives who is done and who is not
  @CheckReturnValue
  public static <F extends Future<?>> Coroutine<WaitResult<F>> wait(
      Collection<? extends F> futures, @Nullable Duration timeout, ReturnWhen returnWhen) {
    return Coroutine.of(() -> Wait.<F>run(futures, timeout, returnWhen));
  }

  /// {@return the futures in the order in which they are done, for a loop over them: with
  /// [#asyncFor], each future when it is done; with a plain `for`, coroutines to await} Coroutines
  /// become tasks.
  ///
  /// Does not suspend itself. Counterpart: `asyncio.as_completed`.
  ///
  /// @param <T> the type of the results
  /// @param awaitables coroutines and futures
  public static <T extends @Nullable Object> AsCompleted<T> asCompleted(
      Collection<? extends Awaitable<? extends T>> awaitables) {
    return asCompleted(awaitables, null);
  }

  /// The same; whatever is not done when `timeout` has passed is given as a [TimeoutError], and
  /// keeps running.
  ///
  /// @param <T> the type of the results
  /// @param awaitables coroutines and futures
  /// @param timeout null for no limit
  /// @return the futures as they are done
  public static <T extends @Nullable Object> AsCompleted<T> asCompleted(
      Collection<? extends Awaitable<? extends T>> awaitables, @Nullable Duration timeout) {
    return new AsCompleted<>(getEventLoop(), awaitables, timeout);
  }

  /// Waits for `awaitable`; if it is not done in time, cancels it, waits for it to end, and throws
  /// [TimeoutError].
  ///
  /// A coroutine runs in the current task. If it turns the cancellation down, its result is
  /// returned. With a timeout of zero or less a coroutine is cancelled before it starts. Cancelling
  /// the caller cancels `awaitable`.
  ///
  /// Suspends as `awaitable` does. Counterpart: `asyncio.wait_for`.
  ///
  /// @param <T> the type of the result
  /// @param awaitable a coroutine or a future
  /// @param timeout null for no limit
  /// @return a coroutine that gives the result
  @CheckReturnValue
  public static <T extends @Nullable Object> Coroutine<T> waitFor(
      Awaitable<? extends T> awaitable, @Nullable Duration timeout) {
    return Coroutine.of(() -> WaitFor.<T>run(awaitable, timeout));
  }

  /// Keeps a cancellation of the waiting task from `awaitable`: only the returned future is
  /// cancelled.
  ///
  /// If `awaitable` is cancelled itself, so is the returned future. If it fails after the wait was
  /// cancelled, the exception handler is told. A coroutine becomes a task, a future that is done is
  /// returned as it is.
  ///
  /// Counterpart: `asyncio.shield`.
  ///
  /// @param <T> the type of the result
  /// @param awaitable what goes on, a coroutine or a future
  /// @return a future of the running loop
  public static <T extends @Nullable Object> Future<T> shield(Awaitable<? extends T> awaitable) {
    return Shield.of(loopFor(List.of(awaitable)).<T>ensureFuture(awaitable));
  }

  /// Runs `body` in the current task with a deadline. When it passes, the task is cancelled, and
  /// once the body has let that out it arrives here as [TimeoutError].
  ///
  /// A deadline that has passed already acts on the next turn. Suspends as the body does.
  ///
  /// Counterpart: `async with asyncio.timeout(delay)`.
  ///
  /// @param <T> the type of the result
  /// @param delay null for no deadline
  /// @param body what to run, with the timeout, which can be moved
  /// @return a coroutine that gives the result
  @CheckReturnValue
  public static <T extends @Nullable Object> Coroutine<T> timeout(
      @Nullable Duration delay, Timeout.Body<? extends T> body) {
    Timeout timeout = Timeout.after(delay);
    return Coroutine.of(() -> timeout.<T>call(body));
  }

  /// The same for a body without a result.
  ///
  /// @param delay how long the body may take; null for no limit
  /// @param action what to run, with the timeout, which can be moved
  /// @return a coroutine that does so when awaited
  @CheckReturnValue
  public static Coroutine<@Nullable Void> timeout(@Nullable Duration delay, Timeout.Action action) {
    Timeout timeout = Timeout.after(delay);
    return Coroutine.of(() -> timeout.call(asBody(action)));
  }

  /// The same for a body that does not need its timeout.
  ///
  /// @param <T> the type of the result
  /// @param delay how long the body may take; null for no limit
  /// @param body what to run, with the timeout, which can be moved
  /// @return a coroutine that gives the result
  @CheckReturnValue
  public static <T extends @Nullable Object> Coroutine<T> timeout(
      @Nullable Duration delay, AsyncBody<? extends T> body) {
    return timeout(delay, (Timeout.Body<T>) _ -> body.run());
  }

  /// The same for a body without a result that does not need its timeout.
  ///
  /// @param delay how long the body may take; null for no limit
  /// @param action what to run, with the timeout, which can be moved
  /// @return a coroutine that does so when awaited
  @CheckReturnValue
  public static Coroutine<@Nullable Void> timeout(@Nullable Duration delay, AsyncAction action) {
    return timeout(delay, (Timeout.Action) _ -> action.run());
  }

  /// The same with the deadline as a time of the loop's clock. Counterpart: `async with
  /// asyncio.timeout_at(when)`.
  ///
  /// @param <T> the type of the result
  /// @param when a time of the loop's clock, such as [EventLoop#in(Duration)] gives; null for no
  ///   limit
  /// @param body what to run, with the timeout, which can be moved
  /// @return a coroutine that gives the result
  @CheckReturnValue
  public static <T extends @Nullable Object> Coroutine<T> timeoutAt(
      @Nullable LoopTime when, Timeout.Body<? extends T> body) {
    Timeout timeout = Timeout.at(when);
    return Coroutine.of(() -> timeout.<T>call(body));
  }

  /// The same for a body without a result.
  ///
  /// @param when a time of the loop's clock; null for no limit
  /// @param action what to run, with the timeout, which can be moved
  /// @return a coroutine that does so when awaited
  @CheckReturnValue
  public static Coroutine<@Nullable Void> timeoutAt(
      @Nullable LoopTime when, Timeout.Action action) {
    Timeout timeout = Timeout.at(when);
    return Coroutine.of(() -> timeout.call(asBody(action)));
  }

  private static Timeout.Body<@Nullable Void> asBody(Timeout.Action action) {
    return timeout -> {
      action.run(timeout);
      return null;
    };
  }

  /// Runs `body` in the current task with a group for tasks of its own, and waits for all of them.
  ///
  /// If one fails, the others and the body are cancelled, and the failures are thrown as an
  /// [ExceptionGroup]. The result is the body's, or null if the group was cancelled.
  ///
  /// Suspends unless all of them have ended. Cancelled, it cancels all tasks of the group, and the
  /// [CancelledError] comes when they have ended.
  ///
  /// Counterpart: `async with asyncio.TaskGroup() as group`.
  ///
  /// @param <T> the type of the result
  /// @param body what to run, with the group to add tasks to
  /// @return a coroutine that gives the result of the body
  @CheckReturnValue
  public static <T extends @Nullable Object> Coroutine<@Nullable T> taskGroup(
      TaskGroup.Body<? extends T> body) {
    return Coroutine.<@Nullable T>of(() -> new TaskGroup().<T>call(body));
  }

  /// The same for a body without a result.
  ///
  /// @param action what to run, with the group to add tasks to
  /// @return a coroutine that gives the result of the body
  @CheckReturnValue
  public static Coroutine<@Nullable Void> taskGroup(TaskGroup.Action action) {
    return taskGroup(
        (TaskGroup.Body<@Nullable Void>)
            group -> {
              action.run(group);
              return null;
            });
  }

  // ---- generators ----

  /// {@return an asynchronous generator with this body, which runs a step whenever an item is asked
  /// for}
  ///
  /// Counterpart: an `async def` function with `yield` in it.
  ///
  /// @param <T> the type of the items
  /// @param body what produces the items
  @CheckReturnValue
  public static <T extends @Nullable Object> AsyncGenerator<T> asyncGenerator(
      GeneratorBody<T> body) {
    return new AsyncGenerator<>(body);
  }

  /// {@return the items of `iterator`, for a plain `for` loop in a task: each step awaits the next
  /// item} It can be used once.
  ///
  /// Counterpart: `async for`.
  ///
  /// @param <T> the type of the items
  /// @param iterator where the items come from
  public static <T extends @Nullable Object> Iterable<T> asyncFor(AsyncIterator<T> iterator) {
    return () -> new AsyncForIterator<>(iterator);
  }

  /// {@return the items of `publisher` as an asynchronous iterator, asking it for 16 at a time}
  ///
  /// @param <T> the type of the items
  /// @param publisher where the items come from
  public static <T> PublisherIterator<T> fromPublisher(Flow.Publisher<? extends T> publisher) {
    return fromPublisher(publisher, 16);
  }

  /// The same, with at most `prefetch` items asked for and not taken yet.
  ///
  /// @param <T> the type of the items
  /// @param publisher where the items come from
  /// @param prefetch how many items at most, at least 1
  /// @return the items, one by one; close it to cancel the subscription
  /// @throws IllegalArgumentException if `prefetch` is less than 1
  public static <T> PublisherIterator<T> fromPublisher(
      Flow.Publisher<? extends T> publisher, int prefetch) {
    return new PublisherIterator<>(publisher, prefetch);
  }

  /// {@return the items of `iterator` as a `Flow.Publisher` for one subscriber, which is called on
  /// the thread of the running loop} A task asks the iterator for as many items as the subscriber
  /// requests; cancelling the subscription cancels the task. In the end the iterator is closed if
  /// it can be, as a generator can.
  ///
  /// @param <T> the type of the items
  /// @param iterator where the items come from
  public static <T> Flow.Publisher<T> toPublisher(AsyncIterator<? extends T> iterator) {
    return new IteratorPublisher<>(iterator, getRunningLoop());
  }

  // ---- threads ----

  /// Runs blocking code on a thread of the default executor, a virtual thread of its own, in a copy
  /// of the current context.
  ///
  /// Suspends. Cancelling interrupts the code, but does not wait for it. Counterpart:
  /// `asyncio.to_thread`.
  ///
  /// @param <T> the type of the result
  /// @param body the blocking code
  /// @return a coroutine that gives the result
  @CheckReturnValue
  public static <T extends @Nullable Object> Coroutine<T> toThread(Callable<? extends T> body) {
    return Coroutine.of(() -> {
      EventLoop loop = Traps.currentTask("toThread").kernel.loop;
      Context context = Context.copyOfCurrent();
      return Traps.await(loop.<T>runInExecutor(null, () -> inContext(context, body)));
    });
  }

  private static <T extends @Nullable Object> T inContext(
      Context context, Callable<? extends T> body) throws Exception {
    return CarriedLocals.<T>call(context, () -> context.<T>call(body::call));
  }

  /// The same for code without a result.
  ///
  /// @param action the blocking code
  /// @return a coroutine that does so when awaited
  @CheckReturnValue
  public static Coroutine<@Nullable Void> toThread(AsyncAction action) {
    return toThread(calling(action));
  }

  /// Runs blocking code that must not be interrupted, since that would break what it uses, such as
  /// the connection of a database: cancelling calls `onCancel` instead.
  ///
  /// ```java
  /// ResultSet rows = await(toThread(() -> statement.executeQuery(sql), statement::cancel));
  /// ```
  ///
  /// Suspends. Cancelling does not wait for the code, nor for `onCancel`. That runs once, and only
  /// if the code has begun and not ended: code that has not begun never will. It runs in a copy of
  /// the current context, on a virtual thread of its own, so it may block. It may overtake the end
  /// of the code, and has to bear that. What it throws goes to the loop's exception handler, and
  /// the code goes on. A loop that closes waits for both, as for all such threads, and interrupts
  /// those that take too long.
  ///
  /// @param <T> the type of the result
  /// @param body the blocking code
  /// @param onCancel makes it end soon
  /// @return a coroutine that gives the result
  @CheckReturnValue
  public static <T extends @Nullable Object> Coroutine<T> toThread(
      Callable<? extends T> body, AsyncAction onCancel) {
    Objects.requireNonNull(onCancel, "onCancel");
    return Coroutine.of(() -> {
      EventLoop loop = Traps.currentTask("toThread").kernel.loop;
      Context context = Context.copyOfCurrent();
      Context ofTheHook = Context.copyOfCurrent();
      return Traps.await(
          loop.<T>runInExecutor(
              null, () -> inContext(context, body), () -> inContext(ofTheHook, calling(onCancel))));
    });
  }

  /// The same for code without a result.
  ///
  /// @param action the blocking code
  /// @param onCancel makes it end soon
  /// @return a coroutine that does so when awaited
  @CheckReturnValue
  public static Coroutine<@Nullable Void> toThread(AsyncAction action, AsyncAction onCancel) {
    return toThread(calling(action), onCancel);
  }

  private static Callable<@Nullable Void> calling(AsyncAction action) {
    return () -> {
      try {
        action.run();
        return null;
      } catch (Throwable t) {
        throw Sneaky.rethrow(t);
      }
    };
  }

  /// Runs `coroutine` as a task of `loop`, from another thread. Callable from any thread but the
  /// loop's own, where waiting for the result would wait for ever.
  ///
  /// The returned future gets the task's result or exception; cancelling it cancels the task.
  ///
  /// Counterpart: `asyncio.run_coroutine_threadsafe`.
  ///
  /// @param <T> the type of the result
  /// @param coroutine what the task runs
  /// @param loop a loop that runs in another thread, or will
  /// @return a future of the result, for other threads
  /// @throws IllegalStateException if the loop is closed
  public static <T extends @Nullable Object> CompletableFuture<T> runCoroutineThreadsafe(
      Coroutine<? extends T> coroutine, EventLoop loop) {
    return ThreadsafeCall.start(coroutine, loop);
  }

  /// The same for a body.
  ///
  /// @param <T> the type of the result
  /// @param body what the task runs
  /// @param loop a loop that runs in another thread, or will
  /// @return a future of the result, for other threads
  public static <T extends @Nullable Object> CompletableFuture<T> runCoroutineThreadsafe(
      AsyncBody<? extends T> body, EventLoop loop) {
    return runCoroutineThreadsafe(Coroutine.<T>of(body), loop);
  }

  /// The same for an action.
  ///
  /// @param action what the task runs
  /// @param loop a loop that runs in another thread, or will
  /// @return a future of the end, for other threads
  public static CompletableFuture<@Nullable Void> runCoroutineThreadsafe(
      AsyncAction action, EventLoop loop) {
    return runCoroutineThreadsafe(async(action), loop);
  }
}
