package jasyncio;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Who waits for a future, and who waits for those, and where each of them stands.
///
/// Counterpart: `asyncio.FutureCallGraph`.
///
/// @param future the future or task
/// @param callStack the frames of a task, innermost first; empty for a future
/// @param awaitedBy those who wait for it
/// @param repeated whether it stands further up already, because its tasks wait for each other in a
///   circle; it is not followed again
public record CallGraph(
    Future<?> future,
    List<StackTraceElement> callStack,
    List<CallGraph> awaitedBy,
    boolean repeated) {

  static CallGraph of(Future<?> future, int limit) {
    future.kernel.checkReader("captureCallGraph");
    return build(future, limit, Collections.newSetFromMap(new IdentityHashMap<>()));
  }

  /// @param path the futures between here and the start
  private static CallGraph build(Future<?> future, int limit, Set<Future<?>> path) {
    if (!path.add(future)) {
      return new CallGraph(future, List.of(), List.of(), true);
    }
    List<CallGraph> awaitedBy = new ArrayList<>();
    for (Future<?> waiter : future.awaitedBy()) {
      awaitedBy.add(build(waiter, limit, path));
    }
    path.remove(future);
    return new CallGraph(future, limited(stackOf(future), limit), List.copyOf(awaitedBy), false);
  }

  private static List<StackTraceElement> stackOf(Future<?> future) {
    return future instanceof Task<?> task && !task.done() ? task.getStack() : List.of();
  }

  /// At most so many frames: the innermost, or if negative the outermost; none for zero.
  private static List<StackTraceElement> limited(List<StackTraceElement> stack, int limit) {
    int size = stack.size();
    if (limit >= 0) {
      return List.copyOf(stack.subList(0, Math.min(limit, size)));
    }
    return List.copyOf(stack.subList(Math.max(0, size + limit), size));
  }

  /// {@return the graph as text, one line for each future and frame}
  public String format() {
    StringBuilder text = new StringBuilder();
    format(text, 0);
    return text.toString().stripTrailing();
  }

  private void format(StringBuilder text, int level) {
    String indent = "    ".repeat(level);
    String id = "0x" + Integer.toHexString(System.identityHashCode(future));
    text.append(indent)
        .append(
            future instanceof Task<?> task
                ? "* Task(name='" + task.getName() + "', id=" + id + ")"
                : "* Future(id=" + id + ")");
    if (repeated) {
      text.append("  <- a circle: it waits for itself, see above");
    }
    text.append('\n');
    if (!callStack.isEmpty()) {
      text.append(indent).append("  + Call stack:\n");
      for (StackTraceElement frame : callStack) {
        text.append(indent).append(line(frame)).append('\n');
      }
    }
    if (!awaitedBy.isEmpty()) {
      text.append(indent).append("  + Awaited by:\n");
      for (CallGraph waiter : awaitedBy) {
        waiter.format(text, level + 1);
      }
    }
  }

  private static String line(StackTraceElement frame) {
    @Nullable String file = frame.getFileName();
    return "  |   File '"
        + (file == null ? "?" : file)
        + "', line "
        + frame.getLineNumber()
        + ", in "
        + frame.getClassName()
        + "."
        + frame.getMethodName()
        + "()";
  }
}
