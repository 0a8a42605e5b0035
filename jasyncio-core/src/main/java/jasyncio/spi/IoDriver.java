package jasyncio.spi;

import org.jspecify.annotations.Nullable;

/// How a loop waits: for time to pass, for other threads to hand it work, for sockets.
///
/// A driver belongs to one loop. [#poll(long)], [#flush()] and [#close()] are called on the loop's
/// thread, [#post(Runnable)] on any.
///
/// There is no bare `wakeup()` on purpose. With a separate queue and a wake-up, a hand-over that
/// arrives just before the driver blocks can be lost; a driver that takes the work itself can look
/// at its queue at the right moment.
public interface IoDriver {
  /// Do not wait; only take what is there.
  long NO_WAIT = 0;

  /// Wait until something happens.
  long FOREVER = Long.MAX_VALUE;

  /// Sends what tasks have written since the last poll. Called when nothing is ready, before the
  /// loop decides whether it waits: a task that waits until its data has been sent may be ready
  /// now. Does nothing in a driver that sends nothing.
  default void flush() {}

  /// Runs what was posted and handles what the sockets report, waiting at most so long for the
  /// first of it. May return early, for any reason or none.
  ///
  /// @param maxNanos the longest wait in nanoseconds: [#NO_WAIT], [#FOREVER] or anything between
  void poll(long maxNanos);

  /// Hands over work from any thread: it will be run by [#poll(long)], in order of arrival, and
  /// wakes a waiting loop.
  ///
  /// @param work what to run on the loop's thread
  /// @return false if the driver has been closed, and the work will not be run
  boolean post(Runnable work);

  /// Stops taking work, runs what was posted before, and lets go of all resources. Does nothing the
  /// second time.
  void close();

  /// Makes the driver of a loop.
  @FunctionalInterface
  interface Factory {
    /// Makes a driver, on the loop's thread or before the loop runs.
    ///
    /// @param clock the loop's clock, in whose nanoseconds waits are given
    /// @param loopThread the thread that will call [#poll(long)], or null if the loop does not run
    ///   yet; with the fallback engine it is not the calling thread
    /// @return the driver
    IoDriver create(Clock clock, @Nullable Thread loopThread);
  }
}
