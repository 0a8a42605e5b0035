package jasyncio.spi;

import org.jspecify.annotations.Nullable;

/// How a loop waits: for time to pass, for other threads, for sockets.
///
/// A driver belongs to one loop. [#poll(long, Inbox)], [#flush()] and [#close()] are called on the
/// loop's thread, [#wake()] on any.
///
/// What other threads hand over is in the loop's [Inbox], which the loop empties itself. The driver
/// must not wait while something is in there: it first makes sure that [#wake()] will end its wait,
/// then looks into the inbox, then waits. In this order no wake-up is lost: whoever hands something
/// over puts it into the inbox first and wakes the driver then.
public interface IoDriver {
  /// Do not wait; only take what is there.
  long NO_WAIT = 0;

  /// Wait until something happens.
  long FOREVER = Long.MAX_VALUE;

  /// Sends what tasks have written since the last poll. Called when nothing is ready, before the
  /// loop decides whether it waits: a task that waits until its data has been sent may be ready
  /// now. Does nothing in a driver that sends nothing.
  default void flush() {}

  /// Handles what the sockets report, waiting at most so long for the first of it, and not at all
  /// while the inbox has something. May return early, for any reason or none.
  ///
  /// @param maxNanos the longest wait in nanoseconds: [#NO_WAIT], [#FOREVER] or anything between
  /// @param inbox what other threads have handed over
  void poll(long maxNanos, Inbox inbox);

  /// Ends a wait, if there is one. Called by any thread, after it has put something into the inbox;
  /// also after [#close()], and then it does nothing.
  void wake();

  /// Lets go of all resources. Does nothing the second time.
  void close();

  /// What other threads have handed to the loop and it has not yet taken.
  @FunctionalInterface
  interface Inbox {
    /// {@return whether nothing is in there} A volatile read.
    boolean isEmpty();
  }

  /// Makes the driver of a loop.
  @FunctionalInterface
  interface Factory {
    /// Makes a driver, on the loop's thread or before the loop runs.
    ///
    /// @param clock the loop's clock, in whose nanoseconds waits are given
    /// @param loopThread the thread that will call [#poll(long, Inbox)], or null if the loop does
    ///   not run yet; with the fallback engine it is not the calling thread
    /// @return the driver
    IoDriver create(Clock clock, @Nullable Thread loopThread);
  }
}
