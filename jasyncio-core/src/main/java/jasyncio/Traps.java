package jasyncio;

import org.jspecify.annotations.Nullable;

/// The only file that suspends: every await ends up here, and nothing else ever gives up the loop's
/// thread.
final class Traps {
  /*
   * Overview
   *
   * A task that has to wait first announces who will wake it (a future's waiters, or the ready
   * queue itself), then goes on with the loop's turn from where it stands (Turn.advanceInPlace).
   * If its own wake-up is the next thing to run, it returns, and never left its stack: a few
   * nanoseconds instead of a switch. If another task is next, or the loop must block, it suspends.
   *
   * Not always, though: the first of every CHECK_INTERVAL suspensions of a task leaves the stack in
   * any case, because only then does the engine see an await inside `synchronized` or in a static
   * initialiser. So such a bug shows in the first test, not only under load.
   */
  private static final int CHECK_INTERVAL =
      64; // a power of two; at 75 ns a switch this costs about 1 ns on average

  private Traps() {}

  /// The running task.
  ///
  /// @throws IllegalStateException outside of one, saying what to do
  static Task<?> currentTask(String operation) {
    Kernel kernel = RunningKernel.orNull();
    Task<?> task = kernel == null ? null : kernel.currentTask;
    if (task == null) {
      throw outsideTask(kernel, operation);
    }
    return task;
  }

  private static IllegalStateException outsideTask(@Nullable Kernel kernel, String operation) {
    if (kernel == null) {
      return new IllegalStateException(
          operation
              + " outside a task: no running event loop on "
              + Thread.currentThread()
              + ". Start one with run(...); from another thread hand work to a loop with"
              + " runCoroutineThreadsafe(coroutine, loop)");
    }
    return new IllegalStateException(
        operation
            + " outside a task: this is a callback of "
            + kernel.loop
            + ", which must not wait. Make a task with createTask(...) here, and await in that");
  }

  /// Waits for `future` and returns its result, or throws what it failed with.
  static <T extends @Nullable Object> T await(Future<T> future) {
    Task<?> task = currentTask("await");
    if (future.done()) {
      return future.result();
    }
    Kernel kernel = task.kernel;
    if (future.kernel != kernel || future == task) {
      yieldOnce(); // CPython throws it into the task on the next turn
      throw cannotAwait(task, future);
    }
    boolean cancelPending = task.mustCancel;
    int cancelRequests = task.cancelling();
    try {
      future.addWaiter(task);
      task.waitingFor = future;
      task.passCancellationTo(future);
      do {
        suspend(kernel, task);
      } while (!future.done() && !task.mustCancel); // a stray wake-up, see Task.step()
    } catch (Throwable refused) {
      future.removeWaiter(task);
      kernel.turn.withdraw(task);
      if (future.cancelled() && (cancelPending || task.cancelling() > cancelRequests)) {
        task.takeBackCancellation(future);
      }
      throw refused;
    } finally {
      task.waitingFor = null;
    }
    if (task.mustCancel) {
      throw cancellation(task, future);
    }
    return future.result();
  }

  /// A cancellation of the task overrides what the future brought, unless that is a cancellation
  /// too.
  private static CancelledError cancellation(Task<?> task, Future<?> future) {
    CancelledError own = task.takeCancellation();
    future.retrieved();
    if (future.cancelled()) {
      return future.makeCancelledError();
    }
    return future.failureOrNull() instanceof CancelledError theirs ? theirs : own;
  }

  private static IllegalStateException cannotAwait(Task<?> task, Future<?> future) {
    return future == task
        ? new IllegalStateException("Task cannot await on itself: " + task)
        : new IllegalStateException(
            "Task "
                + task
                + " got Future "
                + future
                + " attached to a different loop: "
                + future.kernel.loop
                + " instead of "
                + task.kernel.loop
                + ". Futures, tasks and locks belong to the loop that made them");
  }

  /// Gives every other ready item its turn once.
  static void yieldOnce() {
    Task<?> task = currentTask("await");
    Kernel kernel = task.kernel;
    kernel.wake(task);
    try {
      suspend(kernel, task);
    } catch (Throwable refused) {
      kernel.turn.withdraw(task);
      throw refused;
    }
    if (task.mustCancel) {
      throw task.takeCancellation();
    }
  }

  /// Returns when the loop comes to this task again.
  private static void suspend(Kernel kernel, Task<?> task) {
    task.checkAbandoned();
    HeldMonitors monitors = kernel.heldMonitors;
    if (monitors != null) {
      monitors.checkNowAndThen();
    }
    if ((task.suspensions++ & (CHECK_INTERVAL - 1)) != 0 && kernel.turn.advanceInPlace(task)) {
      return;
    }
    task.leaveStack();
    task.checkAbandoned();
  }
}
