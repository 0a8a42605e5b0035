package jasyncio.testing;

import static jasyncio.Asyncio.async;
import static jasyncio.Asyncio.await;

import jasyncio.AsyncAction;
import jasyncio.AsyncBody;
import jasyncio.CancelledError;
import jasyncio.CheckReturnValue;
import jasyncio.Coroutine;
import jasyncio.sync.Event;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Puts steps of several tasks into an order: each position is passed when those before it have
/// been.
///
/// ```java
/// Sequencer order = new Sequencer();
/// createTask(() -> {
///   await(order.at(0));
///   await(order.at(2, () -> write("last")));
/// });
/// createTask(() -> await(order.at(1, () -> write("between"))));
/// ```
///
/// Belongs to the loop on which it is first awaited. Counterpart: `trio.testing.Sequencer`.
@SuppressWarnings("overloads") // a body with a result beside one without, told apart by the lambda
public final class Sequencer {
  private final Map<Integer, Event> open = new HashMap<>();
  private final Set<Integer> used = new HashSet<>();
  private int broken = -1;

  /// Begins with position 0.
  public Sequencer() {}

  /// Passes a position.
  ///
  /// Suspends until all positions before it have been passed. Cancelled, this position will never
  /// be passed: all who wait for a later one fail.
  ///
  /// @param position which, from 0; each is passed once
  /// @return a coroutine that does so when awaited
  /// @throws IllegalArgumentException if the position is negative
  /// @throws IllegalStateException when awaited, if this position has been used, or one before it
  ///   was cancelled
  @CheckReturnValue
  public Coroutine<@Nullable Void> at(int position) {
    return at(position, (AsyncAction) () -> {});
  }

  /// Runs `body` at a position, and passes it when that has ended, by an exception too.
  ///
  /// Suspends until all positions before it have been passed, and as the body does. Cancelled
  /// before the body begins, this position will never be passed: all who wait for a later one fail.
  ///
  /// @param position which, from 0; each is passed once
  /// @param body what to run there
  /// @return a coroutine that does so when awaited
  /// @throws IllegalArgumentException if the position is negative
  /// @throws IllegalStateException when awaited, if this position has been used, or one before it
  ///   was cancelled
  @CheckReturnValue
  public Coroutine<@Nullable Void> at(int position, AsyncAction body) {
    return at(
        position,
        (AsyncBody<@Nullable Void>)
            () -> {
              body.run();
              return null;
            });
  }

  /// The same for a body with a result.
  ///
  /// @param <T> the type of the result
  /// @param position which, from 0; each is passed once
  /// @param body what to run there
  /// @return a coroutine that gives its result
  /// @throws IllegalArgumentException if the position is negative
  /// @throws IllegalStateException when awaited, if this position has been used, or one before it
  ///   was cancelled
  @CheckReturnValue
  public <T extends @Nullable Object> Coroutine<T> at(int position, AsyncBody<? extends T> body) {
    if (position < 0) {
      throw new IllegalArgumentException("positions begin with 0: " + position);
    }
    return async(
        (AsyncBody<T>)
            () -> {
              pass(position);
              try {
                return body.run();
              } finally {
                event(position + 1).set();
              }
            });
  }

  private void pass(int position) {
    if (!used.add(position)) {
      throw new IllegalStateException("position " + position + " has been used already");
    }
    if (position > 0 && broken < 0) {
      try {
        await(event(position).waitSet());
      } catch (CancelledError e) {
        breakAt(position);
        throw e;
      }
    }
    if (broken >= 0) {
      throw new IllegalStateException(
          "position "
              + position
              + " will not come: the task that waited for position "
              + broken
              + " was cancelled");
    }
  }

  private void breakAt(int position) {
    if (broken < 0) {
      broken = position;
      open.values().forEach(Event::set);
    }
  }

  private Event event(int position) {
    return open.computeIfAbsent(position, _ -> new Event());
  }
}
