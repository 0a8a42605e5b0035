package jasyncio.testing;

import jasyncio.AsyncAction;
import jasyncio.AsyncBody;
import jasyncio.Asyncio;
import jasyncio.Task;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One run of a [CancelSweep]: the victim, the tasks around it, and what must hold afterwards.
///
/// Tasks start in the order in which they are named here. Used on the loop's thread, in the body of
/// the scenario.
@SuppressWarnings("overloads") // a body with a result beside one without, told apart by the lambda
public final class World {
  private final Canceller canceller;
  private final List<Task<?>> helpers = new ArrayList<>();
  private final List<Task<?>> background = new ArrayList<>();
  private final List<AsyncAction> checks = new ArrayList<>();
  private @Nullable Task<?> victim;
  private boolean survivalAllowed;

  World(Canceller canceller) {
    this.canceller = canceller;
  }

  /// {@return the task to be cancelled, of which there is one} It must end within the sweep's
  /// limit: by itself if it is not cancelled, and with the [jasyncio.CancelledError] if it is,
  /// unless [#victimMaySurvive()].
  ///
  /// @param <T> the type of the result
  /// @param body what the task runs
  /// @throws IllegalStateException if there is one already
  public <T extends @Nullable Object> Task<T> victim(AsyncBody<? extends T> body) {
    if (victim != null) {
      throw new IllegalStateException("a world has one victim, and this one has " + victim);
    }
    Task<T> task = Asyncio.createTask(Asyncio.<T>async(body), "victim");
    victim = task;
    canceller.watch(task);
    return task;
  }

  /// The same for a body without a result.
  ///
  /// @param body what the task runs
  /// @return the task
  public Task<@Nullable Void> victim(AsyncAction body) {
    return victim(
        (AsyncBody<@Nullable Void>)
            () -> {
              body.run();
              return null;
            });
  }

  /// {@return a task that the victim needs or competes with} It must end by itself, without an
  /// exception, whatever happens to the victim: one that is not woken any more is a failure.
  ///
  /// @param body what the task runs
  public Task<@Nullable Void> helper(AsyncAction body) {
    Task<@Nullable Void> task =
        Asyncio.createTask(Asyncio.async(body), "helper-" + (helpers.size() + 1));
    helpers.add(task);
    return task;
  }

  /// {@return a task that serves the others without an end of its own} It is cancelled after the
  /// checks, and must end then; failing is a failure.
  ///
  /// @param body what the task runs
  public Task<@Nullable Void> background(AsyncAction body) {
    Task<@Nullable Void> task =
        Asyncio.createTask(Asyncio.async(body), "background-" + (background.size() + 1));
    background.add(task);
    return task;
  }

  /// What must hold when the victim and the helpers have ended; it may await. Checks run in order.
  ///
  /// @param check throws if something is not in order
  public void check(AsyncAction check) {
    checks.add(check);
  }

  /// Allows the victim to end otherwise than by its cancellation: with a result, or with another
  /// exception.
  public void victimMaySurvive() {
    survivalAllowed = true;
  }

  /// {@return whether the victim has been cancelled so far in this run} In the first run of a sweep
  /// it never is.
  public boolean isCancelled() {
    return canceller.requests() > 0;
  }

  Task<?> victimOrFail() {
    Task<?> task = victim;
    if (task == null) {
      throw new IllegalStateException(
          "the scenario has no victim: give it one with world.victim(...)");
    }
    return task;
  }

  List<Task<?>> helpers() {
    return helpers;
  }

  List<Task<?>> background() {
    return background;
  }

  List<AsyncAction> checks() {
    return checks;
  }

  boolean survivalAllowed() {
    return survivalAllowed;
  }
}
