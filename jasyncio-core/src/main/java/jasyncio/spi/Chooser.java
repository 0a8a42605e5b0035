package jasyncio.spi;

/// Decides which of the ready items of a turn runs next. Without one they run in the order in which
/// they became ready, as in CPython; with one, a test can explore or replay other orders.
@FunctionalInterface
public interface Chooser {
  /// The item to run next.
  ///
  /// @param ready how many items are left in this turn, at least 1
  /// @return an index from 0, the longest waiting, to `ready - 1`
  int choose(int ready);
}
