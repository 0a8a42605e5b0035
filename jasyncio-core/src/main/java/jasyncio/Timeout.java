package jasyncio;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A deadline for a part of a task: see [Asyncio#timeout(Duration, Body)].
///
/// When it passes, the task is cancelled; the [CancelledError] becomes a [TimeoutError] where the
/// body is left, provided nobody else has cancelled the task too.
///
/// Counterpart: `asyncio.Timeout`.
public final class Timeout {
  /*
   * CPython: Lib/asyncio/timeouts.py, 3.14. Difference: Java has no implicit exception context, so
   * an error that is thrown while the timeout's cancellation unwinds is not decorated with the
   * TimeoutError.
   */
  private enum State {
    CREATED,
    ACTIVE,
    EXPIRING,
    EXPIRED,
    FINISHED
  }

  /// How long it lasts from the entry, or from where it was moved; null if the deadline is a time
  /// of the clock, or there is none.
  private @Nullable Duration delay;

  /// What is timed, for messages; null for a body.
  private final @Nullable Object timed;

  private @Nullable LoopTime when;
  private State state = State.CREATED;
  private @Nullable Task<?> task;
  private @Nullable Handle handle;
  private int cancellingAtEntry;

  private Timeout(@Nullable Duration delay, @Nullable LoopTime when, @Nullable Object timed) {
    this.delay = delay;
    this.when = when;
    this.timed = timed;
  }

  static Timeout after(@Nullable Duration delay) {
    return after(delay, null);
  }

  /// @param timed what is timed, for messages; null for a body
  static Timeout after(@Nullable Duration delay, @Nullable Object timed) {
    return new Timeout(delay, null, timed);
  }

  static Timeout at(@Nullable LoopTime when) {
    return new Timeout(null, when, null);
  }

  /// A body that is given its own timeout, and has no result.
  @FunctionalInterface
  public interface Action {
    /// Runs inside the task that awaits the timeout.
    ///
    /// @param timeout the timeout, which can be moved
    /// @throws Throwable anything
    void run(Timeout timeout) throws Throwable;
  }

  /// A body that is given its own timeout, and has a result.
  ///
  /// It is an [Action] too, so that of a lambda which could be either, such as `timeout -> f()`, it
  /// is this that is meant.
  ///
  /// @param <T> the type of its result
  @FunctionalInterface
  public interface Body<T extends @Nullable Object> extends Action {
    /// Runs inside the task that awaits the timeout.
    ///
    /// @param timeout the timeout, which can be moved
    /// @return the result
    /// @throws Throwable anything
    T call(Timeout timeout) throws Throwable;

    @Override
    @SuppressWarnings("FunctionalInterfaceMethodChanged") // it does the same
    default void run(Timeout timeout) throws Throwable {
      call(timeout);
    }
  }

  <T extends @Nullable Object> T call(Body<? extends T> body) throws Throwable {
    enter();
    T result;
    try {
      result = body.call(this);
    } catch (Throwable t) {
      Throwable seen = exit(t);
      throw seen == null ? t : seen;
    }
    exit(null);
    return result;
  }

  private void enter() {
    Task<?> current = Traps.currentTask("timeout");
    task = current;
    state = State.ACTIVE;
    cancellingAtEntry = current.cancelling();
    arm(current.kernel, delay == null ? when : in(current.kernel, delay));
  }

  private static LoopTime in(Kernel kernel, Duration delay) {
    return new LoopTime(kernel.time() + Durations.toNanos(delay));
  }

  private void arm(Kernel kernel, @Nullable LoopTime deadline) {
    when = deadline;
    if (handle != null) {
      handle.cancel();
      handle = null;
    }
    if (deadline == null) {
      return;
    }
    if (deadline.nanos() - kernel.time() <= 0) {
      handle = new Handle(kernel, this::expire, kernel.internalContext);
      kernel.callSoon(handle);
    } else {
      handle = kernel.callAt(deadline.nanos(), this::expire, kernel.internalContext);
    }
  }

  private void expire() {
    assert state == State.ACTIVE && task != null;
    task.cancel();
    state = State.EXPIRING;
    handle = null;
  }

  /// Leaves the body: what it threw becomes what the caller gets.
  private @Nullable Throwable exit(@Nullable Throwable thrown) {
    if (handle != null) {
      handle.cancel();
      handle = null;
    }
    if (state == State.ACTIVE) {
      state = State.FINISHED;
    } else {
      state = State.EXPIRED;
      assert task != null;
      boolean ours = task.uncancel() <= cancellingAtEntry;
      if (ours && thrown instanceof CancelledError) {
        TimeoutError timeout = new TimeoutError(message(task));
        timeout.initCause(thrown);
        return timeout;
      }
    }
    return thrown;
  }

  private String message(Task<?> owner) {
    Object what = timed == null ? "the body of a timeout" : timed;
    return what
        + " was not done "
        + (delay != null && Durations.isPositive(delay)
            ? "within " + Durations.text(Durations.toNanos(delay))
            : "at its deadline")
        + ", in "
        + owner.getName();
  }

  /// {@return the deadline, by the loop's clock; empty if there is none}
  public Optional<LoopTime> when() {
    return Optional.ofNullable(when);
  }

  /// Moves the deadline to `delay` from now.
  ///
  /// @param delay how long from now
  /// @throws IllegalStateException if the body has not been entered, has been left, or the deadline
  ///   has passed
  public void reschedule(Duration delay) {
    Kernel kernel = active();
    this.delay = delay;
    arm(kernel, in(kernel, delay));
  }

  /// Moves the deadline to a time of the loop's clock. Counterpart: `Timeout.reschedule(when)`.
  ///
  /// @param when a time of the loop's clock
  /// @throws IllegalStateException if the body has not been entered, has been left, or the deadline
  ///   has passed
  public void rescheduleAt(LoopTime when) {
    Kernel kernel = active();
    delay = null;
    arm(kernel, when);
  }

  /// Takes the deadline away. Counterpart: `Timeout.reschedule(None)`.
  ///
  /// @throws IllegalStateException if the body has not been entered, has been left, or the deadline
  ///   has passed
  public void disarm() {
    Kernel kernel = active();
    delay = null;
    arm(kernel, null);
  }

  private Kernel active() {
    if (state == State.CREATED || task == null) {
      throw new IllegalStateException("Timeout has not been entered");
    }
    if (state != State.ACTIVE) {
      throw new IllegalStateException("Cannot change state of " + stateName() + " Timeout");
    }
    return task.kernel;
  }

  /// {@return whether the deadline has passed while the body ran}
  public boolean expired() {
    return state == State.EXPIRING || state == State.EXPIRED;
  }

  private String stateName() {
    return state.name().toLowerCase(java.util.Locale.ROOT);
  }

  @Override
  public String toString() {
    return "<Timeout ["
        + stateName()
        + "]"
        + (state == State.ACTIVE && when != null ? " when=" + Durations.text(when.nanos()) : "")
        + ">";
  }
}
