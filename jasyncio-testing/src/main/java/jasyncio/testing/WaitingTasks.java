package jasyncio.testing;

import static java.util.Collections.newSetFromMap;

import jasyncio.Asyncio;
import jasyncio.CallGraph;
import jasyncio.Future;
import jasyncio.Task;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.Set;

/// Tasks that wait, as text: where each stands, and who waits for it.
final class WaitingTasks {
  private WaitingTasks() {}

  /// The call graphs of `tasks`, each task under the one it waits for. Callable while the loop
  /// stands still.
  static String describe(Collection<? extends Task<?>> tasks) {
    Set<Future<?>> waiters = identitySet();
    for (Task<?> task : tasks) {
      Asyncio.captureCallGraph(task).awaitedBy().forEach(graph -> collect(graph, waiters));
    }
    Set<Future<?>> shown = identitySet();
    StringBuilder text = new StringBuilder();
    for (Task<?> task : tasks) {
      if (!waiters.contains(task)) { // it waits for none of them: the others come below it
        append(task, text, shown);
      }
    }
    for (Task<?> task : tasks) {
      if (!shown.contains(task)) { // one of a circle
        append(task, text, shown);
      }
    }
    return text.toString().stripTrailing();
  }

  private static void append(Task<?> task, StringBuilder text, Set<Future<?>> shown) {
    CallGraph graph = Asyncio.captureCallGraph(task);
    collect(graph, shown);
    text.append(graph.format()).append('\n');
  }

  private static void collect(CallGraph graph, Set<Future<?>> into) {
    into.add(graph.future());
    graph.awaitedBy().forEach(waiter -> collect(waiter, into));
  }

  private static Set<Future<?>> identitySet() {
    return newSetFromMap(new IdentityHashMap<>());
  }
}
