package jasyncio.spi;

/// Where a loop gets its time from. Only differences between two readings mean anything.
@FunctionalInterface
public interface Clock {
  /// {@return the current time in nanoseconds, never going back} Called on the loop's thread only.
  long nanoTime();

  /// {@return the system's monotonic clock}
  static Clock system() {
    return System::nanoTime;
  }
}
