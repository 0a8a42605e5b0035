package jasyncio;

import org.jspecify.annotations.Nullable;

/// An asynchronous generator: its body runs a step whenever an item is asked for, in the task that
/// asks.
///
/// Made by [Asyncio#asyncGenerator(GeneratorBody)]. Asking for items while another `anext`,
/// `asend`, `athrow` or `aclose` of the same generator is in progress fails. A generator that is
/// not used up is closed when the loop shuts down, so that its `finally` blocks run; closing it
/// where it is used is better: it is [AutoCloseable], and [#close()] may await.
///
/// Counterpart: an async generator object.
///
/// @param <T> the type of the items
public final class AsyncGenerator<T extends @Nullable Object>
    implements AsyncIterator<T>, AutoCloseable {
  /*
   * CPython: Objects/genobject.c, 3.14; the flags are its ag_running_async and ag_closed.
   * Difference: a generator that is dropped half-way is closed by the loop's shutdown only, not by
   * the collector.
   */
  private final GeneratorFiber fiber;
  private boolean busy;
  private boolean closed;

  /// Its place in the loop's list, once it has started.
  private @Nullable Object place;

  AsyncGenerator(GeneratorBody<T> body) {
    this.fiber = new GeneratorFiber(body);
  }

  /// The next item; its coroutine throws [StopAsyncIteration] at the end. May suspend; if it is
  /// cancelled, the body sees the cancellation.
  @Override
  public Coroutine<T> anext() {
    return Coroutine.<T>of(() -> next(null));
  }

  /// {@return the next item, with `value` as the result of the pending `yield`} A generator that
  /// has not started takes null only.
  ///
  /// Suspends as the body does. Cancelled, the body gets the [CancelledError] at its own await and
  /// ends, unless it catches it; the value has reached it. Counterpart: `agen.asend(value)`.
  ///
  /// @param value what the pending `yield` returns; null for the first item
  public Coroutine<T> asend(@Nullable Object value) {
    return Coroutine.<T>of(() -> next(value));
  }

  /// Throws `exception` at the pending `yield`, and gives the next item if the body goes on; null
  /// if it had ended before.
  ///
  /// Suspends as the body does. Cancelled, the body gets the [CancelledError] at its own await and
  /// ends, unless it catches it. Counterpart: `agen.athrow(exception)`.
  ///
  /// @param exception what the pending `yield` throws
  /// @return a coroutine that gives the next item
  public Coroutine<@Nullable T> athrow(Throwable exception) {
    return Coroutine.<@Nullable T>of(() -> throwIn(exception));
  }

  /// Ends the generator: the pending `yield` throws [GeneratorExit], and the body is expected to
  /// let it out.
  ///
  /// Suspends as the body does while it cleans up. Cancelled, what the body awaits meanwhile throws
  /// the [CancelledError]; the generator is closed all the same. Counterpart: `agen.aclose()`.
  ///
  /// @return a coroutine that does so when awaited
  public Coroutine<@Nullable Void> aclose() {
    return Coroutine.of(() -> {
      closeNow();
      return null;
    });
  }

  /// Awaits [#aclose()]; so a generator can be used in try-with-resources inside a task.
  @Override
  public void close() {
    try {
      closeNow();
    } catch (Throwable t) {
      throw Sneaky.rethrow(t);
    }
  }

  /// Does something with each item, as this loop does, and much faster:
  ///
  /// ```java
  /// try (generator) {
  ///   for (T item : asyncFor(generator)) {
  ///     consumer.accept(item);
  ///   }
  /// }
  /// ```
  ///
  /// The body of a generator that has not started runs on the consumer's own stack, and giving an
  /// item is a plain call. The generator is busy until the coroutine ends: nobody else can ask it
  /// for items. To stop early, let the consumer throw; the pending `yield` then throws
  /// [GeneratorExit], so that the body's `finally` blocks run, and the failure comes out.
  ///
  /// Suspends as the body and the consumer do. Cancelled, whichever of the two awaits gets the
  /// [CancelledError], and the generator is closed. Throws what the body or the consumer throws.
  /// Counterpart: `async with aclosing(agen): async for item in agen`.
  ///
  /// @param consumer what to do with an item
  /// @return a coroutine that does so when awaited
  @CheckReturnValue
  public Coroutine<@Nullable Void> forEach(AsyncConsumer<? super T> consumer) {
    return Coroutine.of(() -> {
      if (fiber.isCreated() || busy) { // busy: says so
        push(consumer);
      } else {
        pull(consumer);
      }
      return null;
    });
  }

  private void push(AsyncConsumer<? super T> consumer) throws Throwable {
    Task<?> task = Traps.currentTask("forEach");
    claim("forEach");
    try {
      register(task.kernel);
      new GeneratorPush<T>(task, consumer).run(fiber.<T>startElsewhere());
    } finally {
      closed = true;
      end(task.kernel);
      busy = false;
    }
  }

  private void pull(AsyncConsumer<? super T> consumer) throws Throwable {
    try {
      for (T item : Asyncio.asyncFor(this)) {
        consumer.accept(item);
      }
    } catch (Throwable t) {
      try {
        closeNow();
      } catch (Throwable whileClosing) {
        whileClosing.addSuppressed(t);
        throw whileClosing;
      }
      throw t;
    }
  }

  /// {@return whether a request is in progress} Counterpart: `ag_running`.
  public boolean isRunning() {
    return busy;
  }

  @SuppressWarnings({"unchecked", "NullAway"}) // an item is null only if T allows it
  T next(@Nullable Object sent) throws Throwable {
    Task<?> task = Traps.currentTask("anext");
    claim("anext");
    try {
      register(task.kernel);
      if (fiber.isFinished()) {
        throw new StopAsyncIteration();
      }
      if (sent != null && fiber.isCreated()) {
        throw new IllegalArgumentException(
            "can't send non-None value to a just-started async generator");
      }
      if (!resume(task, sent, null)) {
        closed = true;
        throw new StopAsyncIteration();
      }
      return (T) fiber.takeYielded();
    } finally {
      busy = false;
    }
  }

  @SuppressWarnings("unchecked")
  private @Nullable T throwIn(Throwable exception) throws Throwable {
    Task<?> task = Traps.currentTask("athrow");
    if (fiber.isFinished()) {
      return null;
    }
    claim("athrow");
    try {
      register(task.kernel);
      if (closed) {
        throw new StopAsyncIteration();
      }
      if (fiber.isCreated()) { // the body never runs
        end(task.kernel);
        throw exception;
      }
      if (!resume(task, null, exception)) {
        closed = true;
        throw new StopAsyncIteration();
      }
      return (T) fiber.takeYielded();
    } finally {
      busy = false;
    }
  }

  private void closeNow() throws Throwable {
    Task<?> task = Traps.currentTask("aclose");
    if (fiber.isFinished()) {
      return;
    }
    claim("aclose");
    try {
      register(task.kernel);
      if (closed) {
        throw new StopAsyncIteration();
      }
      closed = true;
      if (fiber.isCreated()) {
        end(task.kernel);
        return;
      }
      if (resume(task, null, new GeneratorExit())) {
        throw new IllegalStateException("async generator ignored GeneratorExit");
      }
    } catch (GeneratorExit e) { // the body let it out, as it should
      Throwable whileClosing = failureWhileClosing(e);
      if (whileClosing != null) {
        throw whileClosing;
      }
    } finally {
      busy = false;
    }
  }

  /// In Python what fails while something is closed takes the place of the GeneratorExit; in a
  /// try-with-resources statement it is only added to it. A cancellation must not get lost so.
  static @Nullable Throwable failureWhileClosing(GeneratorExit exit) {
    Throwable[] suppressed = exit.getSuppressed();
    return suppressed.length == 0 ? null : suppressed[suppressed.length - 1];
  }

  private void claim(String operation) {
    if (busy) {
      throw new IllegalStateException(operation + "(): asynchronous generator is already running");
    }
    busy = true;
  }

  private boolean resume(Task<?> task, @Nullable Object sent, @Nullable Throwable injected)
      throws Throwable {
    try {
      return fiber.resume(task, sent, injected);
    } catch (StopAsyncIteration e) {
      throw new IllegalStateException("async generator raised StopAsyncIteration", e);
    } catch (GeneratorExit e) {
      closed = true;
      throw e;
    } finally {
      if (fiber.isFinished()) {
        end(task.kernel);
      }
    }
  }

  private void register(Kernel kernel) {
    if (place == null) {
      place = kernel.generators.add(this);
    }
  }

  private void end(Kernel kernel) {
    fiber.finish();
    if (place != null) {
      kernel.generators.end(place);
    }
  }

  /// Lists it again with its loop, which has taken it from the list to close it, unless that was
  /// tried.
  void listAgain(Kernel kernel) {
    if (!closed && !fiber.isFinished()) {
      place = kernel.generators.add(this);
    }
  }

  @Override
  public String toString() {
    return "<AsyncGenerator" + (busy ? " running" : fiber.isFinished() ? " finished" : "") + ">";
  }
}
