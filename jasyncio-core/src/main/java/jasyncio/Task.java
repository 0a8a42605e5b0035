package jasyncio;

import jasyncio.engine.Fiber;
import jasyncio.spi.ResourceWatch;
import java.io.PrintStream;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A coroutine that runs on its own, at the same time as others, on its loop's thread: it gives up
/// the thread where it awaits and nowhere else.
///
/// Made by [Asyncio#createTask(Coroutine)] and its kin. It is also a [Future] of its coroutine's
/// result. The loop holds it until it is done, so it cannot get lost.
///
/// Not thread-safe, but for [#getStack()] and [#getName()].
///
/// Counterpart: `asyncio.Task`.
///
/// @param <T> the type of its result
public final class Task<T extends @Nullable Object> extends Future<T> {
  /*
   * Overview
   *
   *   made --------> in the ready queue (step() starts the body; an eager task is started in place)
   *   running -----> waiting   await of a future that is not done, with the task among its waiters
   *   running -----> ready     sleep(0): the task is in the ready queue
   *   waiting -----> ready     the future is done; it put the task into the ready queue
   *   running -----> done      the body ended
   *
   * cancel() goes to the future the task waits for; if there is none that takes it, `mustCancel`
   * makes the next step start with the CancelledError instead.
   *
   * CPython: Lib/asyncio/tasks.py, 3.14. Differences: (1) held strongly; (2) names are numbered for
   * each loop, so that a run can be repeated within one process.
   */
  private final Coroutine<? extends T> coroutine;

  /// A [Context], or the entries to make one of.
  private Object context;

  /// The context of its running code within Context.call(); else null, which is its own.
  @Nullable Context activeContext;

  /// Whether it runs; a context that is made meanwhile is entered.
  private boolean entered;

  private final long number;
  private @Nullable String name;
  private @Nullable Fiber fiber;

  /// What it waits for; still set between that future's end and the task's next step.
  @Nullable Future<?> waitingFor;

  /// The generator whose body runs, or waits, on behalf of this task; null in the task's own code.
  @Nullable GeneratorFiber generator;

  /// How far its body has come: MADE, then BEGUN, then ENDED; LOST instead of BEGUN if the stack
  /// ended before it could start, which its maker was told. ENDED comes before done(), and between
  /// the two the stack may end.
  private byte stage = MADE;

  private static final byte MADE = 0;
  private static final byte BEGUN = 1;
  private static final byte ENDED = 2;
  private static final byte LOST = 3;

  /// What the body failed with, until that has been recorded.
  private @Nullable Throwable lateFailure;

  /// The one that the end of the stack cut off before it; see [StackEnd].
  @Nullable Task<?> cutOffBefore;

  boolean mustCancel;
  private @Nullable String cancelMessage;
  private int cancelRequests;

  /// Whether it is handing a cancellation to what it waits for right now.
  private boolean passingCancel;

  /// How often it has suspended; see [Traps].
  int suspensions;

  /// The loop has closed: every await throws, until the stack is unwound.
  private boolean abandoned;

  /// How often an await has thrown for that reason.
  private int exits;

  /// More awaits than this no `finally` block has; a loop that catches everything has.
  private static final int MOST_EXITS = 1000;

  // Links of TaskList.
  @Nullable Task<?> olderTask;
  @Nullable Task<?> youngerTask;

  private Task(Kernel kernel, Coroutine<? extends T> coroutine, TaskOptions options) {
    super(kernel);
    this.coroutine = coroutine;
    Context given = options.context();
    this.context = given == null ? Context.entriesToHandOn() : given;
    this.name = options.name();
    this.number = kernel.tasks.add(this);
  }

  /// Makes a task on `loop`; for task factories. Everybody else calls
  /// [EventLoop#createTask(Coroutine)].
  ///
  /// @param <T> the type of the result
  /// @param loop whose task it is
  /// @param coroutine what the task runs
  /// @param options the task's name, context and start
  /// @return the new task
  /// @throws IllegalStateException if the loop is closed, or an eager start was asked for in a
  ///   context that is in use
  public static <T extends @Nullable Object> Task<T> create(
      EventLoop loop, Coroutine<? extends T> coroutine, TaskOptions options) {
    Kernel kernel = loop.kernel;
    kernel.checkThread("createTask");
    Objects.requireNonNull(coroutine, "coroutine");
    ResourceWatch watch = loop.getResourceWatch();
    Task<T> task = new Task<>(kernel, coroutine, options);
    try { // from here on it is listed, and any call may meet the end of the stack
      if (watch != null) {
        watch.opened(task);
      }
      if (Boolean.TRUE.equals(options.eagerStart()) && kernel.isRunning()) {
        task.startEagerly();
      } else {
        kernel.wake(task);
      }
    } catch (StackOverflowError e) { // the caller is told; or it would be listed for ever
      task.cutOffBefore = kernel.stackEnd.tasks; // fields first: here any call may fail
      kernel.stackEnd.tasks = task;
      if (task.stage == MADE) {
        task.stage = LOST;
        kernel.tasks.remove(task);
      }
      throw e;
    }
    return task;
  }

  /// Ends or forgets a task whose start or end met the end of the stack.
  void putRight() {
    if (stage == ENDED && !done() && !abandoned) {
      fiber = null;
      finishLate();
    }
    if (stage == ENDED || stage == LOST) {
      kernel.tasks.remove(this);
    }
  }

  // ---- running ----

  /// Runs the task until it waits or ends. Called by the loop's top frame only.
  void step() {
    if (done()) {
      return; // a wake-up that an await could not take back where the stack ended
    }
    try {
      enterOwnContext();
    } catch (IllegalStateException e) {
      kernel.carrier.enterHost();
      kernel.loop.callExceptionHandler(
          ExceptionContext.of("Exception in callback " + getName())
              .withException(e)
              .withTask(this));
      return;
    }
    becomeCurrent();
    try {
      fiber().resume();
    } catch (StackOverflowError e) { // its own body catches all that it throws
      loseStack(e);
    } finally {
      ceaseCurrent();
    }
    forgetEndedFiber();
  }

  /// The stack does not fit on the thread's any more, so no code of the task can run: not even what
  /// is in its `finally` blocks.
  private void loseStack(StackOverflowError cause) {
    stage = ENDED;
    fiber = null;
    kernel.tasks.remove(this);
    if (abandoned) {
      reportIgnored(cause);
    } else {
      fail(cause);
    }
  }

  private void startEagerly() {
    try {
      enterOwnContext();
    } catch (IllegalStateException e) {
      kernel.tasks.remove(this);
      throw e;
    }
    Task<?> outerTask = kernel.currentTask;
    boolean outerNested = kernel.nested;
    kernel.nested = true;
    becomeCurrent();
    try {
      fiber().resumeNested();
    } finally { // the fields first: where the stack ends, calls may fail
      kernel.nested = outerNested;
      kernel.currentTask = outerTask;
      leaveOwnContext();
    }
    forgetEndedFiber();
  }

  private Fiber fiber() {
    Fiber mine = fiber;
    if (mine == null) {
      mine = kernel.carrier.newFiber(this::runBody);
      fiber = mine;
    }
    return mine;
  }

  private void forgetEndedFiber() {
    if (fiber != null && fiber.isDone()) {
      fiber = null;
      if (!done() && !abandoned) { // its end met the end of the stack
        finishLate();
      }
    }
  }

  private void finishLate() {
    fail(lateFailure == null ? new StackOverflowError() : lateFailure);
    kernel.tasks.remove(this);
  }

  private void enterOwnContext() {
    if (context instanceof Context own) {
      own.enter();
    }
  }

  /// Makes this the running task.
  void becomeCurrent() {
    entered = true;
    if (context instanceof Context own) {
      own.enterAgain();
    }
    if (activeContext != null) {
      activeContext.enterAgain();
    }
    kernel.currentTask = this;
  }

  /// No task runs any more.
  void ceaseCurrent() {
    kernel.currentTask = null;
    leaveOwnContext();
  }

  private void leaveOwnContext() {
    entered = false;
    if (context instanceof Context own) {
      own.leave();
    }
    if (activeContext != null) {
      activeContext.leave();
    }
  }

  /// Leaves the stack: returns when the loop runs the task again.
  void leaveStack() {
    if (generator != null) {
      generator.suspendForAwait();
      return;
    }
    Fiber mine = fiber;
    assert mine != null;
    mine.suspend();
  }

  private void runBody() {
    stage = BEGUN;
    try {
      if (!kernel.carrier.fibersShareLoopThread()) {
        RunningKernel.adoptTaskThread(kernel);
      }
      if (mustCancel) { // before the first step: the body never runs
        coroutine.close();
        throw takeCancellation();
      }
      CarriedLocals.restore(context);
      T value = coroutine.run();
      if (mustCancel) {
        mustCancel = false;
        finishCancelled(cancelMessage);
      } else {
        finishResult(value);
      }
    } catch (CancelledError e) {
      finishCancelled(e);
    } catch (KeyboardInterrupt e) {
      fail(e);
      kernel.turn.abort(e);
    } catch (Throwable t) {
      lateFailure = t;
      if (!abandoned) {
        fail(t);
      } else if (!(t instanceof GeneratorExit)) {
        reportIgnored(t);
      }
      lateFailure = null;
    } finally {
      stage = ENDED;
      kernel.tasks.remove(this);
    }
  }

  private void reportIgnored(Throwable thrown) {
    kernel.loop.callExceptionHandler(
        ExceptionContext.of("Exception ignored while the loop closed under " + getName())
            .withException(thrown)
            .withTask(this));
  }

  /// The pending cancellation, which is thereby delivered.
  CancelledError takeCancellation() {
    mustCancel = false;
    return new CancelledError(cancelMessage);
  }

  // ---- cancelling ----

  /// Asks the task to stop: its next step, or the await it is in, throws [CancelledError] with this
  /// message. The task may catch it and go on.
  ///
  /// Counterpart: `Task.cancel(msg)`.
  ///
  /// @return false if the task is done
  @Override
  public boolean cancel(@Nullable String message) {
    retrieved();
    if (done()) {
      return false;
    }
    kernel.checkThread("cancel");
    if (stage == LOST) {
      finishCancelled(message);
      return true;
    }
    if (passingCancel && waitingFor != null) {
      endCircle(waitingFor, message);
      return true;
    }
    cancelRequests++;
    if (waitingFor != null && passCancel(waitingFor, message)) {
      return true;
    }
    mustCancel = true;
    cancelMessage = message;
    return true;
  }

  private boolean passCancel(Future<?> future, @Nullable String message) {
    passingCancel = true;
    try {
      return future.cancel(message);
    } finally {
      passingCancel = false;
    }
  }

  /// The cancellation has come back to this task: it waits, through others, for itself. CPython
  /// recurses without end; here it is this task that gets it, and so the circle ends.
  private void endCircle(Future<?> future, @Nullable String message) {
    mustCancel = true;
    cancelMessage = message;
    waitingFor = null;
    future.removeWaiter(this);
    future.addInternalCallback(
        Future::retrieved); // how it ends is not lost: this task has ended it
    kernel.wake(this);
  }

  /// Hands a cancellation that was waiting for the task to the future it now waits for.
  void passCancellationTo(Future<?> future) {
    if (mustCancel && future.cancel(cancelMessage)) {
      mustCancel = false;
    }
  }

  /// Takes back a cancellation that went to a future whose await was then refused: it will be
  /// delivered at the next one.
  void takeBackCancellation(Future<?> future) {
    mustCancel = true;
    cancelMessage = future.cancelMessage();
  }

  @Override
  @Nullable String cancelMessage() {
    return cancelled() ? super.cancelMessage() : cancelMessage;
  }

  /// {@return how many cancellations were requested and not taken back}
  public int cancelling() {
    return cancelRequests;
  }

  /// Takes one request back. At 0, a cancellation that has not been delivered is dropped.
  ///
  /// @return how many requests are left
  public int uncancel() {
    if (cancelRequests > 0) {
      cancelRequests--;
      if (cancelRequests == 0) {
        mustCancel = false;
      }
    }
    return cancelRequests;
  }

  /// Always fails: a task's result is its coroutine's.
  ///
  /// @throws IllegalStateException always
  @Override
  public void setResult(T result) {
    throw new IllegalStateException("Task does not support set_result operation");
  }

  /// Always fails: a task's exception is its coroutine's.
  ///
  /// @throws IllegalStateException always
  @Override
  public void setException(Throwable exception) {
    throw new IllegalStateException("Task does not support set_exception operation");
  }

  // ---- the loop closes ----

  /// Unwinds the stack of a task whose loop closes.
  void unwind() {
    abandoned = true;
    if (fiber == null) {
      coroutine.close();
      kernel.tasks.remove(this);
      return;
    }
    step();
  }

  /// Runs `cleanup` on a loop that closes: nothing in it may wait.
  static void unwind(Kernel kernel, Coroutine<?> cleanup) {
    Task<?> task = new Task<>(kernel, cleanup, TaskOptions.defaults());
    task.abandoned = true;
    task.step();
  }

  /// Throws if the loop has closed under the task. One that catches this again and again is left
  /// where it is.
  void checkAbandoned() {
    if (!abandoned) {
      return;
    }
    if (++exits == MOST_EXITS) {
      kernel.loop.callExceptionHandler(
          ExceptionContext.of("coroutine ignored GeneratorExit").withTask(this));
      leaveStack();
    }
    throw new GeneratorExit(
        "the event loop of " + getName() + " was closed before the task was done");
  }

  // ---- looking at it ----

  /// {@return the coroutine it runs} Counterpart: `Task.get_coro()`.
  public Coroutine<? extends T> getCoro() {
    return coroutine;
  }

  /// {@return the context it runs in}
  public Context getContext() {
    Context made = Context.of(context, entered);
    context = made;
    return made;
  }

  /// The context of its running code, or the entries to make one of.
  Object heldContext() {
    Context active = activeContext;
    return active == null ? context : active;
  }

  Context activeContext() {
    Context active = activeContext;
    return active == null ? getContext() : active;
  }

  /// {@return its name: what it was given, or `Task-` and a number} Callable from any thread.
  public String getName() {
    String given = name;
    return given == null ? "Task-" + number : given;
  }

  /// Renames it.
  ///
  /// @param name what the task is called in reports and dumps
  public void setName(String name) {
    this.name = Objects.requireNonNull(name, "name");
  }

  /// {@return where the task is: its own frames, innermost first} Of a suspended task it is where
  /// it awaits; of a failed one, where the exception was thrown; empty if it has not started or has
  /// ended otherwise.
  ///
  /// Callable from any thread; takes a few microseconds, in which the loop does not resume this
  /// task.
  ///
  /// Counterpart: `Task.get_stack()`, which shows one frame of a suspended task; this shows all.
  public List<StackTraceElement> getStack() {
    return StackFrames.of(this);
  }

  /// Prints where the task is, outermost frame first. Counterpart: `Task.print_stack()`.
  ///
  /// @param out where to print
  public void printStack(PrintStream out) {
    List<StackTraceElement> stack = getStack();
    if (stack.isEmpty()) {
      out.println("No stack for " + this);
      return;
    }
    Throwable failure = failureOrNull();
    out.println(
        (failure == null ? "Stack for " : "Traceback for ") + this + " (most recent call last):");
    stack.reversed().forEach(frame -> out.println("\tat " + frame));
    if (failure != null) {
      out.println(failure);
    }
  }

  long number() {
    return number;
  }

  boolean hasBegun() {
    return fiber != null;
  }

  @Override
  String kind() {
    return "task";
  }

  @Nullable Fiber fiberOrNull() {
    return fiber;
  }

  @Override
  String text() {
    StringBuilder text = new StringBuilder("<Task ");
    text.append(cancelRequests > 0 && !done() ? "cancelling" : stateName());
    text.append(" name='").append(getName()).append("' coro=").append(coroutine);
    if (waitingFor != null && !done()) {
      text.append(" wait_for=")
          .append(
              waitingFor instanceof Task<?> other ? "<Task " + other.getName() + ">" : waitingFor);
    }
    return text.append(outcomeText()).append('>').toString();
  }
}
