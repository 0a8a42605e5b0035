package jasyncio;

import jasyncio.engine.Fiber;
import org.jspecify.annotations.Nullable;

/// The machine behind an [AsyncGenerator]: the stack its body runs on.
final class GeneratorFiber {
  /*
   * Overview
   *
   *   CREATED ----first item asked for--> RUNNING
   *   RUNNING ----yield-----------------> SUSPENDED
   *   SUSPENDED --next item asked for---> RUNNING
   *   RUNNING ----body ends-------------> FINISHED
   *
   * (With AsyncGenerator.forEach the body runs on the consumer's stack instead: see GeneratorPush.)
   *
   * The body runs on a fiber of its own, mounted by the task that asks for an item. When it awaits
   * something that is not there yet, it suspends to that task with `awaiting` set; the task waits
   * in its place, and resumes it. So there is one kind of suspension, and a generator may be
   * consumed by another generator to any depth.
   */
  private enum State {
    CREATED,
    SUSPENDED,
    RUNNING,
    FINISHED
  }

  private final GeneratorBody<?> body;
  private State state = State.CREATED;
  private @Nullable Fiber fiber;

  /// The task that consumes it right now, and the generator that is consumed by that task further
  /// out.
  private @Nullable Task<?> consumer;

  private @Nullable GeneratorFiber outer;

  /// The context it was in when it yielded, if that was inside [Context#call(AsyncBody)].
  private @Nullable Context innerContext;

  /// What was set in the context when the first item was asked for; see [CarriedLocals].
  private @Nullable Object[] begunWith = {};

  private boolean awaiting;
  private @Nullable Throwable refusal;
  private @Nullable Object passedIn;
  private @Nullable Throwable thrownIn;
  private @Nullable Object yielded;
  private @Nullable Throwable failure;

  GeneratorFiber(GeneratorBody<?> body) {
    this.body = body;
  }

  boolean isCreated() {
    return state == State.CREATED;
  }

  boolean isFinished() {
    return state == State.FINISHED;
  }

  /// {@return the body, which from now on counts as running}
  @SuppressWarnings("unchecked") // the generator has made it from such a body
  <T extends @Nullable Object> GeneratorBody<T> startElsewhere() {
    state = State.RUNNING;
    return (GeneratorBody<T>) body;
  }

  /// Ends it without running anything of the body.
  void finish() {
    state = State.FINISHED;
  }

  /// Runs the body until it yields or ends.
  ///
  /// @param sent what the pending `yield` returns
  /// @param injected what the pending `yield` throws instead, or null
  /// @return true if it yielded, see [#takeYielded()]; false if it returned
  /// @throws Throwable what the body threw
  boolean resume(Task<?> task, @Nullable Object sent, @Nullable Throwable injected)
      throws Throwable {
    passedIn = sent;
    thrownIn = injected;
    Fiber mine = fiber;
    if (mine == null) {
      begunWith = Context.entriesToHandOn();
      mine = task.kernel.carrier.newFiber(this::runBody);
      fiber = mine;
    }
    state = State.RUNNING;
    consumer = task;
    outer = task.generator;
    task.generator = this;
    Context consumerContext = task.activeContext;
    if (innerContext != null) {
      task.activeContext = innerContext;
    }
    try {
      mine.resumeNested();
      while (awaiting) {
        awaiting = false;
        waitInPlaceOf(task);
        mine.resumeNested();
      }
    } finally {
      innerContext = task.activeContext == consumerContext ? null : task.activeContext;
      task.activeContext = consumerContext;
      task.generator = outer;
      outer = null;
      consumer = null;
    }
    if (!mine.isDone()) {
      state = State.SUSPENDED;
      return true;
    }
    state = State.FINISHED;
    fiber = null;
    Throwable thrown = failure;
    if (thrown != null) {
      failure = null;
      throw thrown;
    }
    return false;
  }

  @Nullable Object takeYielded() {
    Object item = yielded;
    yielded = null;
    return item;
  }

  /// The consumer leaves its stack on behalf of the body. If it may not, the body is told.
  private void waitInPlaceOf(Task<?> task) {
    task.generator = outer;
    try {
      task.leaveStack();
    } catch (Throwable t) {
      refusal = t;
    }
    task.generator = this;
  }

  /// Called in the body, by an await that has to wait.
  void suspendForAwait() {
    Fiber mine = fiber;
    assert mine != null && consumer != null;
    awaiting = true;
    try {
      if (consumer.kernel.nested) { // the consumer's own parent goes on, and may hold monitors
        mine.suspend();
      } else {
        mine.suspendBoth();
      }
    } catch (Throwable refused) {
      awaiting = false;
      throw refused;
    }
    Throwable refused = refusal;
    if (refused != null) {
      refusal = null;
      throw Sneaky.rethrow(refused);
    }
  }

  /// Called in the body, by [Yielder#yield(Object)].
  @Nullable Object yieldItem(@Nullable Object item) {
    Kernel kernel = RunningKernel.orNull();
    if (kernel == null
        || consumer == null
        || kernel.currentTask != consumer
        || consumer.generator != this) {
      throw misplacedYield();
    }
    yielded = item;
    Fiber mine = fiber;
    assert mine != null;
    mine.suspend();
    Throwable injected = thrownIn;
    if (injected != null) {
      thrownIn = null;
      throw Sneaky.rethrow(injected);
    }
    return passedIn;
  }

  static IllegalStateException misplacedYield() {
    return new IllegalStateException(
        "yield outside the generator's own body: a task or callback made by a generator cannot"
            + " yield its items");
  }

  @SuppressWarnings("unchecked")
  private void runBody() {
    Task<?> first = consumer;
    assert first != null;
    if (!first.kernel.carrier.fibersShareLoopThread()) {
      RunningKernel.adoptTaskThread(first.kernel);
    }
    try {
      CarriedLocals.restore(begunWith);
      ((GeneratorBody<@Nullable Object>) body).run(this::yieldItem);
    } catch (Throwable t) {
      failure = t;
    }
  }
}
