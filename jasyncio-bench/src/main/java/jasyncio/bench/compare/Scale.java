package jasyncio.bench.compare;

import java.util.ArrayList;
import java.util.List;

/// How large each of the workloads of cost against size is made.
final class Scale {
  static final String PREFIX = "scale_";
  static final List<String> PEERS = List.of("jasyncio", "jasyncio-thread");

  private static final int MOST_ITEMS = 1_000_000;
  private static final int MOST_CONNECTIONS = 10_000;

  private Scale() {}

  /// Names that end in the size.
  static List<String> workloads() {
    List<String> names = new ArrayList<>();
    for (int size = 1; size <= MOST_ITEMS; size *= 10) {
      names.add(PREFIX + "tasks_" + size);
    }
    for (int size = 1; size <= MOST_ITEMS; size *= 10) {
      names.add(PREFIX + "timers_" + size);
    }
    for (int size = 1; size <= MOST_CONNECTIONS; size *= 10) {
      names.add(PREFIX + "connections_" + size);
    }
    for (int size = 1; size <= Runtime.getRuntime().availableProcessors(); size++) {
      names.add(PREFIX + "loops_" + size);
    }
    return names;
  }
}
