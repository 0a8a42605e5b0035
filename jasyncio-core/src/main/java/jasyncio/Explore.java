package jasyncio;

import jasyncio.spi.Chooser;

/// Marks in code what a test that explores schedules may vary. In every other run these calls do
/// nothing, at the price of a look at a field.
///
/// A test explores with `@AsyncTest(schedules = 1000)`, or with the class `Explorer`, both of the
/// module `jasyncio-testing`.
public final class Explore {
  private Explore() {}

  /// Gives up the thread here, as an await does, but only while schedules are explored: any other
  /// task may run before this one goes on. Else, and outside a task, it does nothing.
  ///
  /// For fakes that answer at once where the real thing would await. Where the real code awaits
  /// nothing no other task can run, so a point there finds faults that do not exist.
  ///
  /// It suspends only while schedules are explored. Cancel-safe.
  ///
  /// @param name what it is called in the timeline of a failure, such as `after read`
  public static void point(String name) {
    Kernel kernel = RunningKernel.orNull();
    if (kernel == null) {
      return;
    }
    Chooser chooser = kernel.turn.chooser;
    if (chooser != null && kernel.currentTask != null) {
      chooser.atPoint(name);
      Traps.yieldOnce();
    }
  }

  /// {@return how something turns out: 0 for the usual, unless a schedule that is explored says
  /// otherwise} For faults that are rare and must be met all the same.
  ///
  /// ```java
  /// if (Explore.choice("disk full", 2) == 1) {
  ///   throw new IOException("no space left");
  /// }
  /// ```
  ///
  /// It does not suspend.
  ///
  /// @param what what it is called in the timeline of a failure
  /// @param ways how many outcomes there are, at least 1; the lower, the more usual
  /// @throws IllegalArgumentException if there is no outcome
  public static int choice(String what, int ways) {
    if (ways < 1) {
      throw new IllegalArgumentException("a choice has at least 1 way, not " + ways + ": " + what);
    }
    Kernel kernel = RunningKernel.orNull();
    Chooser chooser = kernel == null ? null : kernel.turn.chooser;
    if (chooser == null || ways == 1) {
      return 0;
    }
    int way = chooser.choose(what, ways);
    if (way < 0 || way >= ways) {
      throw new IllegalStateException(
          chooser + " chose way " + way + " of " + ways + " for " + what);
    }
    return way;
  }
}
