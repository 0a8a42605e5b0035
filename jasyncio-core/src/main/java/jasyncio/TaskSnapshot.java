package jasyncio;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// How a task stood at one moment; see [Snapshot].
///
/// @param number its number within its loop, from 1; it never changes, and no other task has it
/// @param name its name
/// @param state what it was doing
/// @param cancelling how many cancellations were requested and not taken back
/// @param awaits the kind of future it waits for, such as `future`, `task`, `gather`, `sleep`; null
///   if it does not wait
/// @param awaitsTasks the numbers of the tasks whose end it waits for, be it through a gather or
///   the like
/// @param awaitedBy the numbers of the tasks that wait for its end
/// @param frames where it stands, its own frames only, innermost first; empty if it has not begun
public record TaskSnapshot(
    long number,
    String name,
    State state,
    int cancelling,
    @Nullable String awaits,
    List<Long> awaitsTasks,
    List<Long> awaitedBy,
    List<StackTraceElement> frames) {

  /// What a task is doing.
  public enum State {
    /// It has not begun.
    NEW,
    /// It is the one that runs.
    RUNNING,
    /// It will go on when its turn comes.
    READY,
    /// It waits for something.
    WAITING
  }

  /// The task in one line.
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    text.append('#').append(number).append(" '").append(name).append("' ");
    text.append(Snapshot.lower(state));
    if (cancelling > 0) {
      text.append(", being cancelled");
    }
    if (awaits != null) {
      text.append(" for ").append(awaits);
    }
    if (!awaitsTasks.isEmpty()) {
      text.append(' ').append(awaitsTasks);
    }
    if (!awaitedBy.isEmpty()) {
      text.append(", awaited by ").append(awaitedBy);
    }
    return text.toString();
  }
}
