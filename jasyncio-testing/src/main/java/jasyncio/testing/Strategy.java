package jasyncio.testing;

import jasyncio.Task;
import org.jspecify.annotations.Nullable;

/// Makes the choices of one run.
interface Strategy {
  /// Which of several items runs next.
  ///
  /// @return its number, from 0, the longest waiting
  int item(Candidates candidates);

  /// How something else turns out.
  ///
  /// @param ways how many outcomes there are, at least 2
  /// @return the outcome, from 0, the usual one
  int outcome(int ways);

  /// Items of which any may run next.
  interface Candidates {
    /// How many: at least 2.
    int size();

    /// The task whose step it is; null for the callbacks, of which the oldest is a candidate.
    @Nullable Task<?> task(int candidate);

    /// The number of the candidate that goes on if the last one does; -1 if that one waits.
    int lastRan();
  }
}
