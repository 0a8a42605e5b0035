package jasyncio.bench.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// All figures that the page is made of. They stay in a file beside it, so that a run of one
/// workload changes that workload's rows alone.
final class Samples {
  private static final String MACHINE = "machine\t";

  private final Path file;
  private String machine = "";
  private final List<Sample> all = new ArrayList<>();

  Samples(Path file) throws IOException {
    this.file = file;
    if (Files.exists(file)) {
      for (String line : Files.readAllLines(file)) {
        if (line.startsWith(MACHINE)) {
          machine = line.substring(MACHINE.length());
        } else {
          all.add(Sample.parse(line));
        }
      }
    }
  }

  List<Sample> all() {
    return all;
  }

  /// What all of them were taken on.
  String machine() {
    return machine;
  }

  /// Forgets what these metrics were for these peers, and keeps `fresh` instead. Forgets everything
  /// if the machine is another one.
  void replace(Collection<Sample> fresh, String machine) throws IOException {
    if (!machine.equals(this.machine)) {
      all.clear();
      this.machine = machine;
    }
    all.removeIf(old ->
        fresh.stream()
            .anyMatch(
                each -> each.metric().equals(old.metric()) && each.peer().equals(old.peer())));
    all.addAll(fresh);
    Files.createDirectories(file.getParent());
    List<String> lines = new ArrayList<>(List.of(MACHINE + machine));
    all.stream().map(Sample::line).sorted(BY_METRIC_AND_PEER).forEach(lines::add);
    Files.write(file, lines);
  }

  private static final java.util.Comparator<String> BY_METRIC_AND_PEER =
      java.util.Comparator.comparing((String line) -> {
        Sample sample = Sample.parse(line);
        return sample.metric() + '\t' + sample.peer() + '\t' + sample.time();
      });

  /// What the rounds of one peer gave for one metric; null if it was not measured.
  @Nullable Spread spread(String metric, String peer) {
    double[] values =
        all.stream()
            .filter(each -> each.metric().equals(metric) && each.peer().equals(peer))
            .mapToDouble(Sample::value)
            .sorted()
            .toArray();
    return values.length == 0 ? null : Spread.of(values);
  }

  /// The unit of a metric; empty if it was not measured.
  String unit(String metric) {
    return all.stream()
        .filter(each -> each.metric().equals(metric))
        .map(Sample::unit)
        .findFirst()
        .orElse("");
  }
}
