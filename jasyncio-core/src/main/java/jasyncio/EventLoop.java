package jasyncio;

import jasyncio.engine.Engine;
import jasyncio.spi.IoDriver;
import jasyncio.spi.ResourceWatch;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// An event loop: runs tasks and callbacks on one thread, one at a time, until each waits.
///
/// Most programs never see it: [Asyncio#run(AsyncBody)] makes one, runs it and closes it.
/// Everything here is called on the loop's thread, or before it runs; only
/// [#callSoonThreadsafe(Runnable)], [#tryPost(Runnable)], [#snapshot()], [#isRunning()] and
/// [#isClosed()] may be called from any. A call from another thread fails and says so.
///
/// Counterpart: `asyncio.BaseEventLoop`.
public final class EventLoop implements AutoCloseable {
  final Kernel kernel;
  private final DefaultExecutor defaultExecutor = new DefaultExecutor();

  /// What other threads wait for.
  final Promises promises;

  private @Nullable Executor chosenExecutor;
  private @Nullable TaskFactory taskFactory;
  private @Nullable ExceptionHandler exceptionHandler;
  private @Nullable ResourceWatch resourceWatch;
  private Duration slowCallbackDuration = Duration.ofMillis(100);
  private final SignalHandlers signals = new SignalHandlers(this);

  private final CloseActions closeActions = new CloseActions(this);

  /// Volatile: read by the watchdog's thread.
  private volatile BlockedLoop.@Nullable Handler blockedLoopHandler;

  private OpenLoops.@Nullable Entry entry;

  private EventLoop(LoopConfig config) {
    this.kernel = new Kernel(this, config);
    this.promises = new Promises(kernel);
    setDebug(config.debug());
  }

  /// {@return a new loop with the default configuration; the caller closes it} Counterpart:
  /// `asyncio.new_event_loop()`.
  public static EventLoop create() {
    return create(LoopConfig.defaults());
  }

  /// {@return a new loop; the caller closes it}
  ///
  /// @param config the settings of the loop
  public static EventLoop create(LoopConfig config) {
    EventLoop loop = new EventLoop(config);
    loop.entry = OpenLoops.add(loop);
    return loop;
  }

  // ---- callbacks ----

  /// Runs `callback` on the next turn, after what is ready already, in a copy of the current
  /// context.
  ///
  /// What it throws goes to the exception handler. Counterpart: `loop.call_soon`.
  ///
  /// @param callback what to run
  /// @return what cancels it
  /// @throws IllegalStateException if the loop is closed, or runs on another thread
  public Handle callSoon(Runnable callback) {
    return callSoon(callback, (Object) Context.entriesToHandOn());
  }

  /// The same for a lambda, which may throw anything.
  ///
  /// @param callback what to run
  /// @return what cancels it
  public Handle callSoon(Callback callback) {
    return callSoon((Runnable) callback);
  }

  /// The same, in `context` itself.
  ///
  /// @param callback what to run
  /// @param context the context to run it in
  /// @return what cancels it
  public Handle callSoon(Runnable callback, Context context) {
    return callSoon(callback, (Object) context);
  }

  /// The same for a lambda, which may throw anything.
  ///
  /// @param callback what to run
  /// @param context the context to run it in
  /// @return what cancels it
  public Handle callSoon(Callback callback, Context context) {
    return callSoon((Runnable) callback, context);
  }

  private Handle callSoon(Runnable callback, Object context) {
    Handle handle = new Handle(kernel, Objects.requireNonNull(callback, "callback"), context);
    kernel.callSoon(handle);
    return handle;
  }

  /// Runs `callback` on the loop as soon as possible, and wakes the loop if it waits. Callable from
  /// any thread.
  ///
  /// Counterpart: `loop.call_soon_threadsafe`.
  ///
  /// @param callback what to run
  /// @return what cancels it
  /// @throws IllegalStateException if the loop is closed
  public Handle callSoonThreadsafe(Runnable callback) {
    return callSoonThreadsafe(callback, (Object) Context.entriesToHandOn());
  }

  /// The same for a lambda, which may throw anything.
  ///
  /// @param callback what to run
  /// @return what cancels it
  public Handle callSoonThreadsafe(Callback callback) {
    return callSoonThreadsafe((Runnable) callback);
  }

  /// The same, in `context` itself.
  ///
  /// @param callback what to run
  /// @param context the context to run it in
  /// @return what cancels it
  public Handle callSoonThreadsafe(Runnable callback, Context context) {
    return callSoonThreadsafe(callback, (Object) context);
  }

  /// The same for a lambda, which may throw anything.
  ///
  /// @param callback what to run
  /// @param context the context to run it in
  /// @return what cancels it
  public Handle callSoonThreadsafe(Callback callback, Context context) {
    return callSoonThreadsafe((Runnable) callback, context);
  }

  private Handle callSoonThreadsafe(Runnable callback, Object context) {
    Handle handle =
        new ThreadsafeHandle(kernel, Objects.requireNonNull(callback, "callback"), context);
    if (!kernel.tryPost(handle)) {
      throw new IllegalStateException("Event loop is closed");
    }
    return handle;
  }

  /// Runs `callback` as [#callSoonThreadsafe(Runnable)] does, unless the loop has been closed: for
  /// those who report to a loop that may have ended meanwhile. Callable from any thread.
  ///
  /// A loop that is being closed at this moment may take it and not run it.
  ///
  /// @param callback what to run
  /// @return false if the loop has been closed
  public boolean tryPost(Runnable callback) {
    return tryPost(callback, (Object) Context.entriesToHandOn());
  }

  /// The same, in `context` itself.
  ///
  /// @param callback what to run
  /// @param context the context to run it in
  /// @return false if the loop has been closed
  public boolean tryPost(Runnable callback, Context context) {
    return tryPost(callback, (Object) context);
  }

  private boolean tryPost(Runnable callback, Object context) {
    return kernel.tryPost(
        new Handle(kernel, Objects.requireNonNull(callback, "callback"), context));
  }

  /// Calls code of the program for which nobody waits, such as a method of a protocol: nobody could
  /// catch what it throws, so `failed` gets it, to report it to [#callExceptionHandler]. A
  /// [KeyboardInterrupt] is no failure but the end of the run, and is thrown on.
  ///
  /// @param call the code to call, in the current task or callback
  /// @param failed told what it threw
  /// @return whether it returned
  public boolean tell(Runnable call, Consumer<? super Throwable> failed) {
    try {
      call.run();
      return true;
    } catch (KeyboardInterrupt e) {
      throw e;
    } catch (Throwable t) {
      failed.accept(t);
      return false;
    }
  }

  /// Runs `callback` when `delay` has passed; at once, on the next turn, if it is zero or negative.
  ///
  /// Timers of the same deadline run in the order in which they were set. Counterpart:
  /// `loop.call_later`.
  ///
  /// @param delay how long from now
  /// @param callback what to run
  /// @return what cancels it
  /// @throws IllegalStateException if the loop is closed, or runs on another thread
  public TimerHandle callLater(Duration delay, Runnable callback) {
    return kernel.callAt(
        kernel.time() + Durations.toNanos(delay),
        Objects.requireNonNull(callback, "callback"),
        Context.entriesToHandOn());
  }

  /// The same for a lambda, which may throw anything.
  ///
  /// @param delay how long from now
  /// @param callback what to run
  /// @return what cancels it
  public TimerHandle callLater(Duration delay, Callback callback) {
    return callLater(delay, (Runnable) callback);
  }

  /// The same, in `context` itself.
  ///
  /// @param delay how long from now
  /// @param callback what to run
  /// @param context the context to run it in
  /// @return what cancels it
  public TimerHandle callLater(Duration delay, Runnable callback, Context context) {
    return kernel.callAt(
        kernel.time() + Durations.toNanos(delay),
        Objects.requireNonNull(callback, "callback"),
        context);
  }

  /// The same for a lambda, which may throw anything.
  ///
  /// @param delay how long from now
  /// @param callback what to run
  /// @param context the context to run it in
  /// @return what cancels it
  public TimerHandle callLater(Duration delay, Callback callback, Context context) {
    return callLater(delay, (Runnable) callback, context);
  }

  /// Runs `callback` when [#time()] has reached `when`.
  ///
  /// Counterpart: `loop.call_at`.
  ///
  /// @param when a time of this loop's clock, such as [#in(Duration)] gives
  /// @param callback what to run
  /// @return what cancels it
  /// @throws IllegalStateException if the loop is closed, or runs on another thread
  public TimerHandle callAt(LoopTime when, Runnable callback) {
    return kernel.callAt(
        when.nanos(), Objects.requireNonNull(callback, "callback"), Context.entriesToHandOn());
  }

  /// The same for a lambda, which may throw anything.
  ///
  /// @param when a time of this loop's clock, such as [#in(Duration)] gives
  /// @param callback what to run
  /// @return what cancels it
  public TimerHandle callAt(LoopTime when, Callback callback) {
    return callAt(when, (Runnable) callback);
  }

  /// The same, in `context` itself.
  ///
  /// @param when a time of this loop's clock
  /// @param callback what to run
  /// @param context the context to run it in
  /// @return what cancels it
  public TimerHandle callAt(LoopTime when, Runnable callback, Context context) {
    return kernel.callAt(when.nanos(), Objects.requireNonNull(callback, "callback"), context);
  }

  /// The same for a lambda, which may throw anything.
  ///
  /// @param when a time of this loop's clock, such as [#in(Duration)] gives
  /// @param callback what to run
  /// @param context the context to run it in
  /// @return what cancels it
  public TimerHandle callAt(LoopTime when, Callback callback, Context context) {
    return callAt(when, (Runnable) callback, context);
  }

  /// {@return the time now by the loop's clock} Counterpart: `loop.time()`, a float.
  public LoopTime time() {
    return new LoopTime(kernel.time());
  }

  /// {@return the time of the loop's clock at which `delay` will have passed} Counterpart:
  /// `loop.time() + delay`.
  ///
  /// @param delay how long from now
  public LoopTime in(Duration delay) {
    return time().plus(delay);
  }

  /// {@return how many turns the loop has begun: what becomes ready in one turn runs in a later
  /// one} Callable from any thread, which may read it late.
  public long turn() {
    return kernel.turn.number();
  }

  /// {@return how many callbacks and tasks are ready to run} Callable from any thread, which may
  /// read it late.
  public int readyCount() {
    return kernel.ready.size();
  }

  // ---- futures and tasks ----

  /// {@return a new pending future} Counterpart: `loop.create_future()`.
  ///
  /// @param <T> the type of the result
  public <T extends @Nullable Object> Future<T> createFuture() {
    return new Future<>(kernel);
  }

  /// A future for an operation that can be called off: when somebody cancels the future while it is
  /// pending, `onCancel` is called first, in place and once. Whoever makes the future completes it
  /// with [Future#setResult] or [Future#setException], on this loop's thread.
  ///
  /// If `onCancel` completes the future itself, that stands, and the cancellation is turned down.
  /// If it throws, the exception handler is told, and the future is cancelled all the same.
  ///
  /// Counterpart: a subclass of `asyncio.Future` that overrides `cancel`.
  ///
  /// @param <T> the type of the result
  /// @param onCancel calls the operation off; runs on the loop's thread, and must not wait
  /// @return the new future
  public <T extends @Nullable Object> Future<T> createFuture(Runnable onCancel) {
    return new HookedFuture<>(kernel, Objects.requireNonNull(onCancel, "onCancel"));
  }

  /// Makes a task of `coroutine`: it starts on the loop's next turn, unless the task factory starts
  /// tasks eagerly.
  ///
  /// Counterpart: `loop.create_task`.
  ///
  /// @param <T> the type of the result
  /// @param coroutine what the task runs
  /// @return the new task
  /// @throws IllegalStateException if the loop is closed, or runs on another thread; the coroutine
  ///   is closed then
  public <T extends @Nullable Object> Task<T> createTask(Coroutine<? extends T> coroutine) {
    return createTask(coroutine, TaskOptions.defaults());
  }

  /// The same, with a name, a context or an eager start.
  ///
  /// @param <T> the type of the result
  /// @param coroutine what the task runs
  /// @param options the task's name, context and start
  /// @return the new task
  public <T extends @Nullable Object> Task<T> createTask(
      Coroutine<? extends T> coroutine, TaskOptions options) {
    try {
      return taskFactory == null
          ? Task.create(this, coroutine, options)
          : taskFactory.createTask(this, coroutine, options);
    } catch (Throwable t) {
      coroutine.close();
      throw t;
    }
  }

  /// Makes tasks with `factory` from now on; null for plain tasks. Counterpart:
  /// `loop.set_task_factory`.
  ///
  /// @param factory makes the tasks from now on; null for the default one
  public void setTaskFactory(@Nullable TaskFactory factory) {
    this.taskFactory = factory;
  }

  /// {@return the task factory, or null for plain tasks}
  public @Nullable TaskFactory getTaskFactory() {
    return taskFactory;
  }

  /// {@return a future as it is, a coroutine as a task} Counterpart: `asyncio.ensure_future`.
  ///
  /// @param <T> the type of the result
  /// @param awaitable a coroutine or a future
  /// @throws IllegalArgumentException if the future belongs to another loop
  @SuppressWarnings("unchecked")
  public <T extends @Nullable Object> Future<T> ensureFuture(Awaitable<? extends T> awaitable) {
    // No `switch` over types: the JDK makes a class for each, and every program comes through here
    // while it starts.
    if (awaitable instanceof Coroutine<? extends T> coroutine) {
      return createTask(coroutine);
    }
    Future<? extends T> future = (Future<? extends T>) awaitable;
    if (future.kernel != kernel) {
      throw new IllegalArgumentException(
          "The future belongs to a different loop than the one specified as the loop argument: "
              + future
              + " belongs to "
              + future.getLoop()
              + ", not to "
              + this);
    }
    return (Future<T>) future;
  }

  /// {@return the task that is running, or null in a callback and while the loop does not run}
  ///
  /// @throws IllegalStateException if the loop runs on another thread; see [#snapshot()]
  public @Nullable Task<?> currentTask() {
    kernel.checkReader("currentTask");
    return kernel.currentTask;
  }

  /// {@return all unfinished tasks, oldest first} Counterpart: `asyncio.all_tasks(loop)`.
  ///
  /// @throws IllegalStateException if the loop runs on another thread; see [#snapshot()]
  public Set<Task<?>> allTasks() {
    kernel.checkReader("allTasks");
    return kernel.tasks.snapshot();
  }

  /// {@return how the loop and its tasks stand, with the frames of each task} Callable from any
  /// thread.
  ///
  /// A loop that runs is asked, and answers between two steps; taking the frames holds it for some
  /// 50 us a task. One that does not answer within 200 ms, or does not run, is read by the calling
  /// thread; [Snapshot#reading()] says so.
  ///
  /// Counterpart: `asyncio.all_tasks` and `Task.get_stack`, for other threads.
  public Snapshot snapshot() {
    return snapshot(Integer.MAX_VALUE);
  }

  /// The same with the innermost `frames` frames of each task at most; 0 for none, which costs
  /// little.
  ///
  /// @param frames how many frames of a stack
  /// @return how the loop and its tasks stand
  /// @throws IllegalArgumentException if it is negative
  public Snapshot snapshot(int frames) {
    return new SnapshotTaker(this, frames).take();
  }

  /// {@return the loops of this JVM that have been made and not closed, the oldest first} Callable
  /// from any thread.
  public static List<EventLoop> openLoops() {
    return OpenLoops.all();
  }

  // ---- running ----

  /// Runs until [#stop()] is called.
  ///
  /// The loop runs on the calling thread; with the fallback engine, on a virtual thread that the
  /// caller waits for.
  ///
  /// @throws IllegalStateException if it is closed or running, or if another loop runs on this
  ///   thread
  public void runForever() {
    kernel.run();
  }

  /// Runs until `awaitable` is done, and returns its result or throws what it failed with.
  ///
  /// Counterpart: `loop.run_until_complete`.
  ///
  /// @param <T> the type of the result
  /// @param awaitable a coroutine or a future
  /// @return the result
  /// @throws IllegalStateException if the loop is closed or running, if another loop runs on this
  ///   thread, or if the loop was stopped before
  public <T extends @Nullable Object> T runUntilComplete(Awaitable<? extends T> awaitable) {
    kernel.checkOpen();
    if (kernel.isRunning()) {
      throw new IllegalStateException("This event loop is already running");
    }
    boolean isNew = awaitable instanceof Coroutine;
    Future<T> future = ensureFuture(awaitable);
    Consumer<Future<T>> stopper =
        done -> {
          if (!(done.failureOrNull() instanceof KeyboardInterrupt)) { // that has ended the run
            kernel.stop();
          }
        };
    future.addInternalCallback(stopper);
    try {
      kernel.run();
    } catch (Throwable t) {
      if ((isNew && future.done()) || future.failureOrNull() == t) {
        future.retrieved(); // what is thrown here is what it failed with, or worse
      }
      throw t;
    } finally {
      future.removeDoneCallback(stopper);
    }
    if (!future.done()) {
      throw new IllegalStateException("Event loop stopped before Future completed.");
    }
    return future.result();
  }

  /// Makes the loop return when everything has run that is ready now. Counterpart: `loop.stop()`.
  public void stop() {
    kernel.stop();
  }

  /// {@return whether it is running} Callable from any thread.
  public boolean isRunning() {
    return kernel.isRunning();
  }

  /// {@return whether it has been closed} Callable from any thread.
  public boolean isClosed() {
    return kernel.isClosed();
  }

  /// Closes the loop: what is still scheduled will not run, suspended tasks are unwound so that
  /// their `finally` blocks run, and each is reported; failures nobody looked at are reported;
  /// sockets and threads are let go. Does nothing the second time.
  ///
  /// [Asyncio#run(AsyncBody)] cancels and awaits all tasks before it comes to this.
  ///
  /// @throws IllegalStateException if the loop is running
  @Override
  public void close() {
    try {
      kernel.close();
    } finally {
      if (kernel.isClosed()) {
        if (entry != null) {
          entry.remove();
        }
        signals.close();
        closeActions.run();
      }
      defaultExecutor.shutdownNow();
      promises.breakAll();
    }
  }

  /// Closes all generators that have started and not ended. Counterpart:
  /// `loop.shutdown_asyncgens()`.
  ///
  /// Suspends as they do while they clean up. Cancelled, what they await meanwhile throws the
  /// [CancelledError]; those that had not been asked yet stay open until it is called again.
  ///
  /// @return a coroutine that does so when awaited
  @CheckReturnValue
  public Coroutine<@Nullable Void> shutdownAsyncgens() {
    return Coroutine.of(() -> {
      kernel.generators.closeAll(kernel);
      return null;
    });
  }

  // ---- threads ----

  /// Runs blocking code on a thread of `executor`.
  ///
  /// Cancelling the future interrupts the code if the default executor runs it; the code may go on
  /// all the same. It runs without the caller's context; [Asyncio#toThread(Callable)] passes that
  /// on. Counterpart: `loop.run_in_executor`.
  ///
  /// @param <T> the type of the result
  /// @param executor null for the default one
  /// @param body the blocking code
  /// @return a future of the running loop
  /// @throws IllegalStateException if the default executor has been shut down
  public <T extends @Nullable Object> Future<T> runInExecutor(
      @Nullable Executor executor, Callable<? extends T> body) {
    return offload(executor, body, null);
  }

  /// The same for code that must not be interrupted, since that would break what it uses, such as a
  /// database connection: cancelling the future calls `onCancel` instead, whichever executor runs
  /// the code.
  ///
  /// `onCancel` runs once, and only if the code has begun and not ended: code that has not begun
  /// never will. It runs on a virtual thread of its own, without the caller's context; so it may
  /// block, and nobody waits for it but [#shutdownDefaultExecutor(Duration)]. It may overtake the
  /// end of the code, and has to bear that. What it throws goes to the exception handler, and the
  /// code goes on.
  ///
  /// @param <T> the type of the result
  /// @param executor null for the default one
  /// @param body the blocking code
  /// @param onCancel makes it end soon, such as `statement::cancel`
  /// @return a future of the running loop
  /// @throws IllegalStateException if the default executor has been shut down
  public <T extends @Nullable Object> Future<T> runInExecutor(
      @Nullable Executor executor, Callable<? extends T> body, AsyncAction onCancel) {
    return offload(executor, body, Objects.requireNonNull(onCancel, "onCancel"));
  }

  private <T extends @Nullable Object> Future<T> offload(
      @Nullable Executor executor, Callable<? extends T> body, @Nullable AsyncAction onCancel) {
    kernel.checkThread("runInExecutor");
    Executor target = executor == null ? chosenExecutor : executor;
    return Offload.start(this, target == null ? defaultExecutor : target, body, onCancel);
  }

  /// On a thread of its own, which the end of the default executor waits for.
  void executeCancel(Runnable hook) {
    defaultExecutor.executeCancel(hook);
  }

  /// Uses `executor` where none is named; null for a virtual thread for each call. The caller shuts
  /// it down.
  ///
  /// @param executor used from now on; null for virtual threads
  public void setDefaultExecutor(@Nullable Executor executor) {
    this.chosenExecutor = executor;
  }

  /// Takes no more work for the default executor and waits until its threads have ended; those that
  /// have not within `timeout` are interrupted, reported and left alone. Counterpart:
  /// `loop.shutdown_default_executor`.
  ///
  /// Suspends while threads run. Cancel-safe: the executor stays shut, and can be waited for again.
  ///
  /// @param timeout how long at most
  /// @return a coroutine that does so when awaited
  @CheckReturnValue
  public Coroutine<@Nullable Void> shutdownDefaultExecutor(Duration timeout) {
    return Coroutine.of(() -> {
      defaultExecutor.shutdown(this, timeout);
      return null;
    });
  }

  /// {@return this loop as an executor for other libraries: what they submit, from any thread, runs
  /// on the loop's thread as a callback, so it must be short and must not wait} Shutting the
  /// executor down does not stop the loop.
  public ScheduledExecutorService asExecutor() {
    return new LoopExecutor(this);
  }

  // ---- signals ----

  /// Runs `callback` on the loop, as any other callback, each time the process gets `signal`; it
  /// replaces the one that this loop has for the signal. What the signal would do otherwise, it
  /// does not do: with a handler for SIGINT, Ctrl-C no longer cancels the task that `run` was
  /// given.
  ///
  /// The signal goes to the loop that asked for it last, whichever thread that runs on, and back to
  /// whoever had it before when the handler is removed or the loop is closed. Counterpart:
  /// `loop.add_signal_handler`.
  ///
  /// @param signal which signal
  /// @param callback what to run
  /// @throws IllegalStateException if the signal cannot be caught: SIGKILL and SIGSTOP by nobody,
  ///   some others not in a JVM; or if the loop is closed, or runs on another thread
  /// @throws IllegalArgumentException if the system has no such signal
  public void addSignalHandler(Signal signal, Runnable callback) {
    kernel.checkThread("addSignalHandler");
    signals.add(signal, Objects.requireNonNull(callback, "callback"));
  }

  /// Handles `signal` no more: it is again what it was before. Counterpart:
  /// `loop.remove_signal_handler`.
  ///
  /// @param signal which signal
  /// @return whether there was a handler
  /// @throws IllegalStateException if the loop is closed, or runs on another thread
  public boolean removeSignalHandler(Signal signal) {
    kernel.checkThread("removeSignalHandler");
    return signals.remove(signal);
  }

  // ---- errors and debugging ----

  /// Sends what nobody can catch to `handler`; null for the default. Counterpart:
  /// `loop.set_exception_handler`.
  ///
  /// @param handler told instead of the default one; null for the default one
  public void setExceptionHandler(@Nullable ExceptionHandler handler) {
    this.exceptionHandler = handler;
  }

  /// {@return the exception handler, or null for the default}
  public @Nullable ExceptionHandler getExceptionHandler() {
    return exceptionHandler;
  }

  /// Logs `context` as an error, with its stack trace, to the system logger `jasyncio`.
  ///
  /// @param context what happened
  public void defaultExceptionHandler(ExceptionContext context) {
    ExceptionReport.log(context);
  }

  /// Tells the exception handler. A handler that throws is itself reported by the default one.
  ///
  /// Counterpart: `loop.call_exception_handler`.
  ///
  /// @param context what happened
  public void callExceptionHandler(ExceptionContext context) {
    ExceptionReport.send(this, context);
  }

  /// Switches debug mode: futures, tasks and callbacks remember where they were made, coroutines
  /// that nobody awaits are reported. Costs a stack trace for each. Counterpart: `loop.set_debug`.
  ///
  /// @param debug whether it is on
  public void setDebug(boolean debug) {
    kernel.setDebug(debug);
    DebugMode.everOn |= debug;
  }

  /// {@return whether debug mode is on}
  public boolean getDebug() {
    return kernel.debug;
  }

  /// In debug mode, a callback or step of a task that takes this long is logged. Counterpart:
  /// `slow_callback_duration`.
  ///
  /// @param duration how long a step may take without a report
  public void setSlowCallbackDuration(Duration duration) {
    this.slowCallbackDuration = duration;
  }

  /// {@return how long a callback or step may take in debug mode without being logged; 100 ms
  /// unless set}
  public Duration getSlowCallbackDuration() {
    return slowCallbackDuration;
  }

  /// Tells `handler` when one step holds the loop for longer than [LoopConfig#blockedLimit()],
  /// instead of logging it; null to log.
  ///
  /// @param handler told instead of the log; null for the log
  public void setBlockedLoopHandler(BlockedLoop.@Nullable Handler handler) {
    this.blockedLoopHandler = handler;
  }

  /// {@return the handler of blocked loops, or null if they are logged} Callable from any thread.
  public BlockedLoop.@Nullable Handler getBlockedLoopHandler() {
    return blockedLoopHandler;
  }

  // ---- for drivers ----

  /// Tells what is made on this loop, and must end or be closed, from now on.
  ///
  /// @param watch is told; null for nobody
  public void setResourceWatch(@Nullable ResourceWatch watch) {
    this.resourceWatch = watch;
  }

  /// {@return who is told, or null} Code that opens something asks for it.
  public @Nullable ResourceWatch getResourceWatch() {
    return resourceWatch;
  }

  /// In debug mode, reports a resource that nobody has closed, with the place where this is called:
  /// when the collector finds it, and at the latest when the loop closes. For libraries that hand
  /// out what has to be closed; called on the loop's thread.
  ///
  /// Counterpart: the `ResourceWarning` of CPython and aiohttp.
  ///
  /// @param resource what has to be closed
  /// @param report what to say then, null for nothing; must not refer to the resource
  /// @return to be run when it is closed
  public Runnable reportUnclosed(Object resource, Supplier<@Nullable String> report) {
    return kernel.debug ? kernel.losses.watchUnclosed(resource, report) : () -> {};
  }

  /// {@return this loop's driver if it is of the given type; if the loop still has the one it
  /// started with, which knows no network, a new one from `factory` takes its place}
  ///
  /// @param <D> the type of the driver
  /// @param type the class of the driver
  /// @param factory makes it, if the loop has none of that class yet
  /// @throws IllegalStateException if the loop has been given another driver, such as virtual time
  public <D extends IoDriver> D driver(Class<D> type, IoDriver.Factory factory) {
    return kernel.driver(type, factory);
  }

  /// Runs `action` when this loop has been closed, before [#close()] returns: for what must not
  /// outlive it. It runs outside any task, with the loop's own methods refusing already.
  ///
  /// @param action what to run then
  /// @throws IllegalStateException if the loop is closed, or runs on another thread
  public void addCloseAction(Runnable action) {
    kernel.checkThread("addCloseAction");
    closeActions.add(action);
  }

  /// Takes an action back, which was given as this same object. Does nothing if it is not there.
  ///
  /// @param action what was given to [#addCloseAction(Runnable)]
  public void removeCloseAction(Runnable action) {
    closeActions.remove(action);
  }

  /// {@return the loop whose code this thread is running, or null} Counterpart:
  /// `asyncio._get_running_loop()`; [Asyncio#getRunningLoop()] fails instead.
  public static @Nullable EventLoop runningOrNull() {
    Kernel kernel = RunningKernel.orNull();
    return kernel == null ? null : kernel.loop;
  }

  /// {@return the thread that runs this loop's sockets and timers, or null while the loop does not
  /// run} With the fallback engine it is not the thread that runs a task.
  public @Nullable Thread thread() {
    return kernel.loopThread();
  }

  /// {@return whether `thread` is running this loop's code at this moment: one of its tasks, a
  /// callback, or the driver}
  ///
  /// Callable from any thread; sure only for the calling thread itself.
  ///
  /// @param thread the thread to ask about
  public boolean runsOn(Thread thread) {
    return kernel.carrier.thread() == thread;
  }

  /// Fails on a thread that does not run this loop, while one does. Before it runs and after, what
  /// belongs to it is used by whoever sets it up or takes it down.
  ///
  /// @param owned what is used, for the message: a transport, a lock
  /// @param operation the method that was called
  /// @throws IllegalStateException on a thread that does not run this loop
  public void checkThread(Object owned, String operation) {
    Thread owner = kernel.carrier.thread();
    if (owner != null && owner != Thread.currentThread()) {
      throw WrongThread.error(this, owned, operation, owner);
    }
  }

  @Override
  public String toString() {
    return "<EventLoop 0x"
        + Integer.toHexString(System.identityHashCode(this))
        + " engine="
        + Engine.selected().name()
        + (kernel.isClosed() ? " closed" : kernel.isRunning() ? " running" : "")
        + ">";
  }
}
