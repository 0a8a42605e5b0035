package jasyncio.bench.compare;

import java.util.List;

/// One line of the tables: a metric, who is measured, and the target of ours.
///
/// @param workload what is run to get it
/// @param metric what is compared: a cost, in whatever unit the programs print
/// @param text what it is, for readers
/// @param ours the peer that has to reach the target
/// @param rivals the others
record Row(
    String workload, String metric, String text, String ours, List<String> rivals, Target target) {

  /// Who is ours on the fallback engine; "none" if that was not asked for.
  String fallback() {
    return switch (ours) {
      case "jasyncio" -> "jasyncio-thread";
      case "jasyncio-boringssl" -> "jasyncio-thread-boringssl";
      case "jasyncio-proto" -> "jasyncio-thread-proto";
      default -> "none";
    };
  }
}
