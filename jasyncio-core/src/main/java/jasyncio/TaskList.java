package jasyncio;

import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The unfinished tasks of a loop, oldest first: a list through the tasks themselves, so that being
/// listed costs nothing more. The references are strong; asyncio's are weak, and lost tasks are its
/// most repeated bug.
final class TaskList {
  private @Nullable Task<?> first;
  private @Nullable Task<?> last;
  private long created;

  /// How many are listed. Outlives the list; see [OpenLoops].
  final Count count = new Count();

  /// How many tasks of a loop are unfinished. Plain: another thread may see it late.
  static final class Count {
    private int unfinished;

    /// How many there are.
    int get() {
      return unfinished;
    }
  }

  TaskList() {}

  /// Lists a new task.
  ///
  /// @return its number, from 1
  long add(Task<?> task) {
    task.olderTask = last;
    if (last == null) {
      first = task;
    } else {
      last.youngerTask = task;
    }
    last = task;
    count.unfinished++;
    return ++created;
  }

  /// Does nothing if it is not listed.
  void remove(Task<?> task) {
    if (task.olderTask == null) {
      if (task != first) {
        return;
      }
      first = task.youngerTask;
    } else {
      task.olderTask.youngerTask = task.youngerTask;
    }
    if (task.youngerTask == null) {
      last = task.olderTask;
    } else {
      task.youngerTask.olderTask = task.olderTask;
    }
    task.olderTask = null;
    task.youngerTask = null;
    count.unfinished--;
  }

  /// How many have been listed so far.
  long created() {
    return created;
  }

  /// The first of those that are linked by [Task#youngerTask].
  @Nullable Task<?> oldest() {
    return first;
  }

  boolean isEmpty() {
    return first == null;
  }

  /// Whether any has a stack.
  boolean anyStarted() {
    for (Task<?> task = first; task != null; task = task.youngerTask) {
      if (task.fiberOrNull() != null) {
        return true;
      }
    }
    return false;
  }

  Set<Task<?>> snapshot() {
    Set<Task<?>> tasks = new LinkedHashSet<>();
    for (Task<?> task = first; task != null; task = task.youngerTask) {
      tasks.add(task);
    }
    return tasks;
  }

  /// The loop closes with tasks still suspended: reports each, in the log up to some number, and
  /// unwinds its stack so that `finally` blocks run.
  void unwindAll(Kernel kernel) {
    int reports = 0;
    while (first != null) {
      Task<?> task = first;
      if (++reports <= ExitReport.MOST_TASKS || kernel.loop.getExceptionHandler() != null) {
        kernel.loop.callExceptionHandler(
            ExceptionContext.of("Task was destroyed but it is pending!").withTask(task));
      }
      try {
        task.unwind();
      } catch (IllegalStateException e) { // its thread is another one
        kernel.loop.callExceptionHandler(
            ExceptionContext.of("Task could not be unwound, so its finally blocks do not run")
                .withException(e)
                .withTask(task));
      }
      if (task == first) {
        remove(task);
      }
    }
    if (reports > ExitReport.MOST_TASKS && kernel.loop.getExceptionHandler() == null) {
      kernel.loop.callExceptionHandler(ExitReport.more(kernel.loop, reports));
    }
  }
}
