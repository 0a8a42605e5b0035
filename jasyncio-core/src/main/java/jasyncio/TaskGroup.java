package jasyncio;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Tasks that end together: see [Asyncio#taskGroup(Body)].
///
/// When one of them fails, the others are cancelled, and so is the body; when all have ended, what
/// failed is thrown as one [ExceptionGroup].
///
/// Counterpart: `asyncio.TaskGroup`.
public final class TaskGroup {
  // CPython: Lib/asyncio/taskgroups.py, 3.14; cancel() is that of the version after it.
  private final Set<Task<?>> tasks = new LinkedHashSet<>();
  private final List<Throwable> errors = new ArrayList<>();
  private @Nullable Task<?> parent;
  private boolean exiting;
  private boolean aborting;
  private boolean cancelled;
  private boolean parentCancelRequested;
  private @Nullable KeyboardInterrupt interrupt;
  private @Nullable Future<@Nullable Void> allDone;

  TaskGroup() {}

  /// A body that is given its group, and has no result.
  @FunctionalInterface
  public interface Action {
    /// Runs inside the task that awaits the group.
    ///
    /// @param group where to add tasks
    /// @throws Throwable anything
    void run(TaskGroup group) throws Throwable;
  }

  /// A body that is given its group, and has a result.
  ///
  /// It is an [Action] too, so that of a lambda which could be either, such as `group -> f()`, it
  /// is this that is meant.
  ///
  /// @param <T> the type of its result
  @FunctionalInterface
  public interface Body<T extends @Nullable Object> extends Action {
    /// Runs inside the task that awaits the group.
    ///
    /// @param group where to add tasks
    /// @return the result
    /// @throws Throwable anything
    T call(TaskGroup group) throws Throwable;

    @Override
    @SuppressWarnings("FunctionalInterfaceMethodChanged") // it does the same
    default void run(TaskGroup group) throws Throwable {
      call(group);
    }
  }

  <T extends @Nullable Object> @Nullable T call(Body<? extends T> body) throws Throwable {
    parent = Traps.currentTask("taskGroup");
    T result = null;
    Throwable thrown = null;
    try {
      result = body.call(this);
    } catch (Throwable t) {
      thrown = t;
    }
    exit(parent, thrown);
    return result;
  }

  private void exit(Task<?> parent, @Nullable Throwable thrown) throws Throwable {
    exiting = true;
    if (thrown instanceof KeyboardInterrupt k && interrupt == null) {
      interrupt = k;
    }
    CancelledError cancellation = thrown instanceof CancelledError c ? c : null;
    if (thrown != null && !aborting) {
      abort();
    }
    CancelledError later = waitForTasks(parent);
    if (later != null) {
      cancellation = later;
    }
    if (interrupt != null) {
      throw interrupt;
    }
    if (parentCancelRequested && parent.uncancel() == 0) {
      cancellation = null; // it was only ours
    }
    if (cancellation != null && errors.isEmpty()) {
      throw cancellation;
    }
    if (thrown != null && !(thrown instanceof CancelledError)) {
      errors.add(thrown);
    }
    if (!errors.isEmpty()) {
      if (parent.cancelling()
          > 0) { // cancelled from outside too: make that arrive at the next await
        parent.uncancel();
        parent.cancel();
      }
      throw BaseExceptionGroup.of("unhandled errors in a TaskGroup", errors).asThrowable();
    }
  }

  /// Waits until no task is left; returns the cancellation from outside that came meanwhile, if
  /// any.
  private @Nullable CancelledError waitForTasks(Task<?> parent) {
    CancelledError cancellation = null;
    while (!tasks.isEmpty()) {
      if (allDone == null) {
        allDone = new Future<>(parent.kernel);
      }
      try {
        Traps.await(allDone);
      } catch (CancelledError e) {
        if (!aborting) {
          cancellation = e;
          abort();
        }
      }
      allDone = null;
    }
    return cancellation;
  }

  /// Adds a task to the group.
  ///
  /// @param <T> the type of the result
  /// @param coroutine what the task runs
  /// @return the new task
  /// @throws IllegalStateException if the group is finished or shutting down; the coroutine is
  ///   closed then
  public <T extends @Nullable Object> Task<T> createTask(Coroutine<? extends T> coroutine) {
    return createTask(coroutine, TaskOptions.defaults());
  }

  /// Adds a task with a name, a context or an eager start.
  ///
  /// @param <T> the type of the result
  /// @param coroutine what the task runs
  /// @param options the task's name, context and start
  /// @return the new task
  /// @throws IllegalStateException if the group is finished or shutting down; the coroutine is
  ///   closed then
  public <T extends @Nullable Object> Task<T> createTask(
      Coroutine<? extends T> coroutine, TaskOptions options) {
    Task<?> owner = parent;
    if (owner == null) {
      coroutine.close();
      throw new IllegalStateException("TaskGroup " + this + " has not been entered");
    }
    if (exiting && tasks.isEmpty()) {
      coroutine.close();
      throw new IllegalStateException("TaskGroup " + this + " is finished");
    }
    if (aborting) {
      coroutine.close();
      throw new IllegalStateException("TaskGroup " + this + " is shutting down");
    }
    Task<T> task = owner.kernel.loop.createTask(coroutine, options);
    tasks.add(task);
    task.addInternalCallback(
        this::onTaskDone,
        owner); // even if it is done: a failure must not act before the body suspends
    return task;
  }

  /// Adds a task that runs `body`.
  ///
  /// @param <T> the type of the result
  /// @param body what the task runs
  /// @return the new task
  public <T extends @Nullable Object> Task<T> createTask(AsyncBody<? extends T> body) {
    return createTask(Coroutine.<T>of(body));
  }

  /// Adds a task that runs `action`.
  ///
  /// @param action what the task runs
  /// @return the new task
  public Task<@Nullable Void> createTask(AsyncAction action) {
    return createTask(Asyncio.async(action));
  }

  /// Ends the group early, without an error: cancels all tasks that are still running, and the body
  /// if it is.
  public void cancel() {
    if (cancelled || parent == null) {
      return;
    }
    cancelled = true;
    if (!aborting) {
      abort();
    }
    if (!exiting && !parentCancelRequested) {
      parentCancelRequested = true;
      parent.cancel();
    }
  }

  private void abort() {
    aborting = true;
    for (Task<?> task : List.copyOf(tasks)) {
      if (!task.done()) {
        task.cancel();
      }
    }
  }

  private void onTaskDone(Future<?> done) {
    Task<?> task = (Task<?>) done;
    tasks.remove(task);
    if (allDone != null && tasks.isEmpty()) {
      allDone.trySetResult(null);
    }
    if (task.cancelled()) {
      return;
    }
    Throwable error = task.exception();
    if (error == null) {
      return;
    }
    errors.add(error);
    if (error instanceof KeyboardInterrupt k && interrupt == null) {
      interrupt = k;
    }
    Task<?> owner = parent;
    assert owner != null;
    if (owner.done()) {
      owner.kernel.loop.callExceptionHandler(
          ExceptionContext.of(
                  "Task "
                      + task
                      + " has errored out but its parent task "
                      + owner
                      + " is already completed")
              .withException(error)
              .withTask(task));
      return;
    }
    if (!aborting && !parentCancelRequested) {
      abort();
      parentCancelRequested = true;
      owner.cancel();
    }
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("<TaskGroup");
    if (!tasks.isEmpty()) {
      text.append(" tasks=").append(tasks.size());
    }
    if (!errors.isEmpty()) {
      text.append(" errors=").append(errors.size());
    }
    return text.append(aborting ? " cancelling" : parent != null ? " entered" : "")
        .append('>')
        .toString();
  }
}
