package jasyncio.conformance;

import jasyncio.Future;
import jasyncio.Task;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The names of a scenario's tasks and futures, and the labels they have in the trace.
///
/// It refers to all of them strongly, so that the collector has no part in the trace.
final class Names {
  /// A reserved label; `future` is what was made under it, if anything.
  static final class Slot {
    final String label;
    final String name;
    @Nullable Future<?> future;

    private Slot(String label, String name) {
      this.label = label;
      this.name = name;
    }
  }

  private final List<Slot> slots = new ArrayList<>();
  private final Map<String, Integer> counts = new HashMap<>();
  private final Map<String, Integer> ranks = new HashMap<>();
  private final Map<String, Future<?>> bound = new HashMap<>();
  private final IdentityHashMap<Future<?>, String> labels = new IdentityHashMap<>();

  /// Reserves `name`, `name#2`, `name#3`, … as a label.
  Slot reserve(String name) {
    int count = counts.merge(name, 1, Integer::sum);
    Slot slot = new Slot(count == 1 ? name : name + "#" + count, name);
    ranks.put(slot.label, ranks.size());
    slots.add(slot);
    return slot;
  }

  void bind(Slot slot, Future<?> future) {
    slot.future = future;
    bound.put(slot.name, future);
    labels.put(future, slot.label);
  }

  /// Lets `name` mean a future that has its label already.
  void rebind(String name, Future<?> future) {
    bound.put(name, future);
  }

  boolean isLabelled(Future<?> future) {
    return labels.containsKey(future);
  }

  @Nullable Future<?> find(String name) {
    return bound.get(name);
  }

  String label(Future<?> future) {
    return labels.getOrDefault(future, "?");
  }

  /// Every label that was reserved, in order.
  List<Slot> slots() {
    return slots;
  }

  List<String> sortedLabels(Collection<? extends Future<?>> futures) {
    return futures.stream().sorted(order()).map(this::label).toList();
  }

  /// The order of registration; what has no label comes last.
  Comparator<Future<?>> order() {
    return Comparator.comparingInt(future -> {
      String label = labels.get(future);
      if (label == null && future instanceof Task<?> task) {
        label = task.getName();
      }
      return ranks.getOrDefault(label, Integer.MAX_VALUE);
    });
  }
}
