package jasyncio;

import java.time.Duration;

/// A point of time of a loop's clock, as [EventLoop#time()] and [EventLoop#in(Duration)] give it.
///
/// The clock starts anywhere and never goes back; it has nothing to do with the date. A type of its
/// own, so that a number cannot be taken for one: in Python the clock counts seconds, in Java
/// nanoseconds, and `loop.time() + 1` would mean the one and do the other.
///
/// ```java
/// LoopTime start = loop.time();
/// loop.callAt(start.plus(seconds(1)), () -> IO.println("a second later"));
/// Duration passed = loop.time().since(start);
/// ```
///
/// Callable from any thread. Counterpart: the float of `loop.time()`.
///
/// @param nanos nanoseconds from the clock's arbitrary start
public record LoopTime(long nanos) implements Comparable<LoopTime> {
  /// {@return the time `duration` later, or earlier if it is negative} More than 146 years are
  /// taken for 146 years.
  ///
  /// @param duration how much later
  public LoopTime plus(Duration duration) {
    return new LoopTime(nanos + Durations.toNanos(duration));
  }

  /// {@return the time `duration` earlier}
  ///
  /// @param duration how much earlier
  public LoopTime minus(Duration duration) {
    return new LoopTime(nanos - Durations.toNanos(duration));
  }

  /// {@return how long it is from `earlier` to this; negative if that is the later one}
  /// Counterpart: `this - earlier`.
  ///
  /// @param earlier a time of the same clock
  public Duration since(LoopTime earlier) {
    return Duration.ofNanos(nanos - earlier.nanos);
  }

  /// {@return how long it is from this to `later`; negative if that is the earlier one}
  ///
  /// @param later a time of the same clock
  public Duration until(LoopTime later) {
    return later.since(this);
  }

  /// {@return whether this comes before `other`} Counterpart: `this < other`.
  ///
  /// @param other a time of the same clock
  public boolean isBefore(LoopTime other) {
    return compareTo(other) < 0;
  }

  /// {@return whether this comes after `other`} Counterpart: `this > other`.
  ///
  /// @param other a time of the same clock
  public boolean isAfter(LoopTime other) {
    return compareTo(other) > 0;
  }

  /// {@return the same as a number of seconds, as Python has it} Not exact: a double holds about
  /// sixteen digits.
  public double seconds() {
    return nanos / 1e9;
  }

  /// Which comes first, also where the nanoseconds have overflowed.
  @Override
  public int compareTo(LoopTime other) {
    return Long.signum(nanos - other.nanos);
  }

  /// {@return the seconds, as `12.5 s`}
  @Override
  public String toString() {
    return Durations.text(nanos);
  }
}
