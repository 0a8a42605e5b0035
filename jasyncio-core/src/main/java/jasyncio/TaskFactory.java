package jasyncio;

import org.jspecify.annotations.Nullable;

/// Makes the tasks of a loop; see [EventLoop#setTaskFactory(TaskFactory)].
public interface TaskFactory {
  /// Makes a task of `coroutine`, usually with [Task#create].
  ///
  /// @param <T> the type of the result
  /// @param loop whose task it is
  /// @param coroutine what the task runs
  /// @param options the task's name, context and start
  /// @return the new task
  <T extends @Nullable Object> Task<T> createTask(
      EventLoop loop, Coroutine<? extends T> coroutine, TaskOptions options);

  /// Starts every task inside the call that makes it, unless its options say otherwise. Faster for
  /// tasks that finish without waiting; it changes the order in which things happen.
  ///
  /// Counterpart: `asyncio.eager_task_factory`.
  ///
  /// @return the factory
  static TaskFactory eager() {
    return new TaskFactory() {
      @Override
      public <T extends @Nullable Object> Task<T> createTask(
          EventLoop loop, Coroutine<? extends T> coroutine, TaskOptions options) {
        return Task.create(
            loop, coroutine, options.eagerStart() == null ? options.withEagerStart(true) : options);
      }
    };
  }
}
