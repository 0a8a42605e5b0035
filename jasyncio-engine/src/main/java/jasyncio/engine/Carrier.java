package jasyncio.engine;

import org.jspecify.annotations.Nullable;

/// A loop's side of the engine: makes its fibers and runs its loop so that fibers can be mounted
/// safely.
public abstract sealed class Carrier permits ContinuationCarrier, ThreadCarrier {
  /// The thread that is running this loop's code at this moment, or null while the loop does not
  /// run.
  ///
  /// The continuation engine keeps one thread for good; with hand-off threads it changes at every
  /// switch. It is written by the thread it names, so a thread that reads its own name here reads
  /// the truth, and any other reads something else.
  @Nullable Thread thread;

  Carrier() {}

  /// {@return whether the calling thread is running this loop's code} Callable from any thread.
  public final boolean isCurrent() {
    return thread == Thread.currentThread();
  }

  /// {@return the thread running this loop, for messages and stack dumps; racy unless the caller is
  /// that thread}
  public final @Nullable Thread thread() {
    return thread;
  }

  /// Runs `loop` to its end, on this thread or on one the engine prefers; what it throws is thrown
  /// here.
  ///
  /// @param loop runs until the loop stops
  /// @throws IllegalStateException if this carrier is running already
  public abstract void run(Runnable loop);

  /// {@return a fiber that will run `body` when first resumed}
  ///
  /// @param body what the fiber runs
  public abstract Fiber newFiber(Runnable body);

  /// Lets go of what the carrier keeps between runs. Does nothing the second time.
  public abstract void close();

  /// {@return whether fibers run on the loop's own thread, rather than each on one of its own}
  public abstract boolean fibersShareLoopThread();

  /// {@return whether the running fiber may lend its stack to code that is not its own, such as
  /// callbacks and the driver: it shares the loop's thread, and has no scoped values bound that
  /// they would see} Its thread locals are kept from them by [#enterHost()].
  public abstract boolean canLendStack();

  /// Gives the loop's thread what is its own: thread locals, and at the loop's top also scoped
  /// values. To be called before code that is no fiber's: callbacks, drivers, handlers. Does
  /// nothing where fibers have threads of their own.
  ///
  /// @return whether a fiber is mounted whose thread locals were taken away, for [#leaveHost()] to
  ///   give back
  public abstract boolean enterHost();

  /// Gives the fiber that runs its thread locals back. Without one, or where it has them, does
  /// nothing.
  public abstract void leaveHost();
}
