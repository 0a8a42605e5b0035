package jasyncio.testing;

/// Where a [CancelSweep] cancels its victim. [#toString()] is the Java expression that makes the
/// point again.
///
/// @param moment when at the step
/// @param step which suspension of the victim, from 1; 0 if it is cancelled before it starts or not
///   at all
/// @param again which suspension after that brings a second cancellation, from 1; 0 for none
/// @param schedule the seed of the order in which ready tasks run; 0 for order of arrival
public record CancelPoint(Moment moment, int step, int again, long schedule) {

  /// When a task is cancelled.
  public enum Moment {
    /// Never: the run that shows how it should go, and how often the victim suspends.
    NEVER,

    /// It has been made, and has not run yet.
    UNSTARTED,

    /// It has just suspended.
    SUSPENDED,

    /// What it waited for has happened, but it has not run yet: the result is about to be lost.
    WOKEN
  }

  /// No cancellation.
  ///
  /// @return the point
  public static CancelPoint never() {
    return new CancelPoint(Moment.NEVER, 0, 0, 0);
  }

  /// Before the first step: the body never runs.
  ///
  /// @return the point
  public static CancelPoint unstarted() {
    return new CancelPoint(Moment.UNSTARTED, 0, 0, 0);
  }

  /// Right after the suspension of that number, from 1.
  ///
  /// @param step the number of the suspension, from 1
  /// @return the point
  public static CancelPoint suspended(int step) {
    return new CancelPoint(Moment.SUSPENDED, step, 0, 0);
  }

  /// When it is woken from the suspension of that number, from 1, and before it runs.
  ///
  /// @param step the number of the suspension, from 1
  /// @return the point
  public static CancelPoint woken(int step) {
    return new CancelPoint(Moment.WOKEN, step, 0, 0);
  }

  /// A second time, right after the suspension of that number after the first, from 1: while the
  /// victim cleans up.
  ///
  /// @param suspension the number of the suspension after the first cancellation, from 1
  /// @return the point, with a second cancellation
  public CancelPoint again(int suspension) {
    return new CancelPoint(moment, step, suspension, schedule);
  }

  /// With ready tasks in a random order made from `seed`; 0 for order of arrival.
  ///
  /// @param seed makes the order; 0 for order of arrival
  /// @return the point, under that order
  public CancelPoint underSchedule(long seed) {
    return new CancelPoint(moment, step, again, seed);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("CancelPoint.");
    switch (moment) {
      case NEVER -> text.append("never()");
      case UNSTARTED -> text.append("unstarted()");
      case SUSPENDED -> text.append("suspended(").append(step).append(')');
      case WOKEN -> text.append("woken(").append(step).append(')');
    }
    if (again > 0) {
      text.append(".again(").append(again).append(')');
    }
    if (schedule != 0) {
      text.append(".underSchedule(").append(schedule).append(')');
    }
    return text.toString();
  }

  /// The same in words.
  String inWords() {
    String words =
        switch (moment) {
          case NEVER -> "without any cancellation";
          case UNSTARTED -> "cancelled before its first step";
          case SUSPENDED -> "cancelled while suspended, at suspension " + step;
          case WOKEN -> "cancelled when woken, before it ran, from suspension " + step;
        };
    if (again > 0) {
      words += " and again at suspension " + again + " after that";
    }
    return schedule == 0 ? words : words + ", under schedule " + schedule;
  }
}
