package jasyncio;

import org.jspecify.annotations.Nullable;

/// How a task is made. Immutable: each `with` method returns a changed copy.
///
/// Counterpart: the keyword arguments of `asyncio.create_task`.
public final class TaskOptions {
  private static final TaskOptions DEFAULTS = new TaskOptions(null, null, null);

  private final @Nullable String name;
  private final @Nullable Context context;
  private final @Nullable Boolean eager;

  private TaskOptions(@Nullable String name, @Nullable Context context, @Nullable Boolean eager) {
    this.name = name;
    this.context = context;
    this.eager = eager;
  }

  /// {@return a name given by the loop, a copy of the current context, started on the loop's next
  /// turn unless the task factory starts tasks eagerly}
  public static TaskOptions defaults() {
    return DEFAULTS;
  }

  /// {@return the defaults with a name}
  ///
  /// @param name what the task is called in reports and dumps
  public static TaskOptions named(String name) {
    return DEFAULTS.withName(name);
  }

  /// Names the task.
  ///
  /// @param name what the task is called in reports and dumps; null for `Task-` and a number
  /// @return a copy with that setting
  public TaskOptions withName(@Nullable String name) {
    return new TaskOptions(name, context, eager);
  }

  /// Runs the task in this very context, not in a copy of the current one.
  ///
  /// @param context that context; null for a copy of the current one
  /// @return a copy with that setting
  public TaskOptions withContext(@Nullable Context context) {
    return new TaskOptions(name, context, eager);
  }

  /// Whether the task starts inside the call that makes it, and runs there until it first has to
  /// wait; only while the loop runs.
  ///
  /// @param eager whether it starts inside the call that makes it
  /// @return a copy with that setting
  public TaskOptions withEagerStart(boolean eager) {
    return new TaskOptions(name, context, eager);
  }

  /// {@return the name, or null for one given by the loop}
  public @Nullable String name() {
    return name;
  }

  /// {@return the context, or null for a copy of the current one}
  public @Nullable Context context() {
    return context;
  }

  /// {@return whether to start eagerly, or null to leave it to the task factory}
  public @Nullable Boolean eagerStart() {
    return eager;
  }
}
