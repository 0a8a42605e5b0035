package jasyncio.testing;

import jasyncio.Task;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The choices of a run that were not the usual ones, for people: who ran before whom, and where
/// each of them stood.
final class Timeline {
  private final List<Entry> entries = new ArrayList<>();

  /// The point at which a task has yielded and not gone on.
  private final IdentityHashMap<Task<?>, String> points = new IdentityHashMap<>();

  /// One choice, or several in a row that read the same.
  private static final class Entry {
    final int from;
    int to;
    final String when;
    final String text;

    Entry(int from, String when, String text) {
      this.from = from;
      this.to = from;
      this.when = when;
      this.text = text;
    }
  }

  /// @param number of the choice
  /// @param chosen which candidate runs next, though others have waited longer
  void overtaking(int number, Strategy.Candidates candidates, int chosen) {
    StringBuilder text = new StringBuilder(name(candidates.task(chosen))).append(" goes on");
    appendPlace(text, candidates.task(chosen));
    text.append("\n      before");
    for (int i = 0; i < chosen; i++) {
      text.append(i == 0 ? " " : "\n         and ").append(name(candidates.task(i)));
      appendPlace(text, candidates.task(i));
    }
    add(number, at(candidates), text.toString());
  }

  void outcome(int number, String what, int outcome) {
    add(number, "", "\"" + what + "\" turns out as " + outcome + " instead of 0");
  }

  void atPoint(Task<?> task, String name) {
    points.put(task, name);
  }

  void goesOn(@Nullable Task<?> task) {
    points.remove(task);
  }

  private void add(int number, String when, String text) {
    Entry last = entries.isEmpty() ? null : entries.getLast();
    if (last != null && last.to == number - 1 && last.text.equals(text)) {
      last.to = number;
    } else {
      entries.add(new Entry(number, when, text));
    }
  }

  private static String at(Strategy.Candidates candidates) {
    for (int i = 0; i < candidates.size(); i++) {
      Task<?> task = candidates.task(i);
      if (task != null) {
        return " at " + task.getLoop().time().seconds() + " s";
      }
    }
    return "";
  }

  private static String name(@Nullable Task<?> task) {
    return task == null ? "a callback" : task.getName();
  }

  private void appendPlace(StringBuilder text, @Nullable Task<?> task) {
    if (task == null) {
      return;
    }
    List<StackTraceElement> stack = task.getStack();
    if (stack.isEmpty()) {
      text.append(", not begun: ").append(task.getCoro());
      return;
    }
    String point = points.get(task);
    String called = "";
    for (StackTraceElement frame : stack) {
      if (!Places.isLibrary(frame.getClassName())) {
        text.append(" at ").append(frame);
        break;
      }
      called = method(frame);
    }
    if (point != null) {
      text.append(", point \"").append(point).append('"');
    } else if (!called.isEmpty()) {
      text.append(", from ").append(called);
    }
  }

  /// `Lock.acquire` of a frame in its lambda `jasyncio.sync.Lock.lambda$acquire$0`.
  private static String method(StackTraceElement frame) {
    String type = frame.getClassName().substring(frame.getClassName().lastIndexOf('.') + 1);
    String method = frame.getMethodName();
    if (method.startsWith("lambda$")) {
      method = method.substring("lambda$".length(), method.lastIndexOf('$'));
    }
    return type + "." + method;
  }

  /// One paragraph for each choice.
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (Entry entry : entries) {
      text.append("  choice ").append(entry.from);
      text.append(entry.to > entry.from ? " to " + entry.to : "").append(entry.when);
      text.append(": ").append(entry.text).append('\n');
    }
    return text.toString();
  }
}
