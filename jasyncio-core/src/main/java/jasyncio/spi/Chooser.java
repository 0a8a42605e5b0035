package jasyncio.spi;

/// Decides what a loop leaves open. Without one, items run in the order in which they became ready,
/// as in CPython, and nothing unusual happens; with one, a test explores other orders and brings
/// them back.
///
/// Everything here is called on the loop's thread. What a method throws ends the loop.
@FunctionalInterface
public interface Chooser {
  /// The item to run next.
  ///
  /// @param ready what can run, at least one item; valid during the call only
  /// @return an index from 0, the longest waiting, to `ready.size() - 1`
  int choose(Ready ready);

  /// How something turns out that has several outcomes: see [jasyncio.Explore#choice(String, int)].
  ///
  /// @param what names the choice, for reports
  /// @param ways how many outcomes there are, at least 1
  /// @return the outcome, from 0, the usual one, to `ways - 1`
  default int choose(String what, int ways) {
    return 0;
  }

  /// The running task has come to a point that its code marks, and is about to yield: see
  /// [jasyncio.Explore#point(String)]. Does nothing unless overridden.
  ///
  /// @param name the name of the point
  default void atPoint(String name) {}

  /// The items that can run, from 0, the longest waiting: steps of tasks, and callbacks.
  interface Ready {
    /// {@return how many items are ready}
    int size();

    /// {@return how many of them, the first ones, belong to this turn} The others became ready in
    /// it, and would run in the next.
    int ofThisTurn();

    /// {@return an item: a [jasyncio.Task] whose step is due, or a [jasyncio.Handle] whose callback
    /// is}
    ///
    /// @param index from 0 to `size() - 1`
    Object item(int index);
  }
}
