package jasyncio;

import jasyncio.engine.Traces;
import java.util.List;

/// Tasks and their frames as text, for messages to people: the library's frames are folded.
final class WhereTasksStand {
  /// More would scroll the first ones away.
  private static final int MOST_TASKS = 10;

  private WhereTasksStand() {}

  /// One line for each task, and one for each of its frames; each begins with a line break.
  static String text(List<TaskSnapshot> tasks) {
    StringBuilder text = new StringBuilder();
    for (TaskSnapshot task : tasks.subList(0, Math.min(MOST_TASKS, tasks.size()))) {
      text.append("\n  ").append(task);
      for (StackTraceElement frame : Traces.folded(task.frames())) {
        text.append("\n\tat ").append(frame);
      }
    }
    int more = tasks.size() - MOST_TASKS;
    if (more > 0) {
      text.append("\n  and ").append(more).append(" more tasks");
    }
    return text.toString();
  }
}
