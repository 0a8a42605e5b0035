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

  /// {@return whether code at the top of a fiber may do the loop's own work, such as polling: true
  /// where fibers share the loop's thread}
  public abstract boolean fibersShareLoopThread();
}
