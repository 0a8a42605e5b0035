package jasyncio;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// How a loop and its tasks stood at one moment: taken by [EventLoop#snapshot()], immutable, and
/// for any thread to read. It refers neither to the loop nor to its tasks, and no code of the
/// program was called for it.
///
/// Counterpart: none in asyncio's functions; `python -m asyncio ps` and `pstree` show the like of a
/// process from outside.
///
/// @param loop the loop's text
/// @param engine what suspends its tasks: `continuation` or `thread`
/// @param driver the class of what it waits in
/// @param state what it was doing when the snapshot was asked for
/// @param reading how far the snapshot can be relied on
/// @param turn how many turns it has begun
/// @param readyCount how many callbacks and tasks were ready to run
/// @param timerCount how many timers were set, those included that were cancelled not long ago
/// @param currentTask the number of the task that held the loop; null if none did, and in an answer
///   of the loop itself, which it gives between its tasks
/// @param stack what the loop's thread was doing, innermost frame first; empty in an answer of the
///   loop itself
/// @param tasks those that were not done, oldest first
public record Snapshot(
    String loop,
    String engine,
    String driver,
    State state,
    Reading reading,
    long turn,
    int readyCount,
    int timerCount,
    @Nullable Long currentTask,
    List<StackTraceElement> stack,
    List<TaskSnapshot> tasks) {

  /// What a loop is doing.
  public enum State {
    /// It does not run: not yet, or not at the moment.
    IDLE,
    /// It runs, and waits for sockets, timers and other threads.
    WAITING,
    /// It runs a task or a callback.
    BUSY,
    /// It has been closed.
    CLOSED
  }

  /// How a snapshot came about.
  public enum Reading {
    /// The loop gave it, between two of its steps, or the caller was on its thread: it is exact.
    ANSWERED,
    /// The loop gave no answer, or did not run, and was read by the thread that asked. It stood
    /// still meanwhile, so the snapshot is exact.
    FROM_OUTSIDE,
    /// The loop gave no answer in time and went on while it was read, each time: tasks may be
    /// missing.
    INCOMPLETE
  }

  /// {@return the snapshot as text, one line for the loop and some for each task}
  public String format() {
    StringBuilder text = new StringBuilder(loop);
    text.append(' ').append(lower(state));
    text.append(" turn=").append(turn);
    text.append(" ready=").append(readyCount);
    text.append(" timers=").append(timerCount);
    text.append(" tasks=").append(tasks.size());
    if (reading == Reading.INCOMPLETE) {
      text.append(" (incomplete: the loop did not answer, and did not stand still)");
    }
    addFrames(text, stack);
    for (TaskSnapshot task : tasks) {
      text.append('\n').append(task);
      addFrames(text, task.frames());
    }
    return text.toString();
  }

  private static void addFrames(StringBuilder text, List<StackTraceElement> frames) {
    frames.forEach(frame -> text.append("\n\tat ").append(frame));
  }

  static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
