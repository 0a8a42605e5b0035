package jasyncio.bench.compare;

import jasyncio.bench.compare.Target.Finding;
import jasyncio.bench.compare.Target.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.IntSummaryStatistics;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/// Writes docs/performance.md. Every figure and every verdict in it is computed from the samples.
final class Page {
  private static final String DASH = "–";

  private final Samples samples;
  private final List<Peer> peers;
  private final Map<String, String> missing;
  private final Notes notes;
  private final StringBuilder text = new StringBuilder();

  /// @param peers who was found on this machine
  /// @param missing how to get each of the others
  /// @param notes why a target is missed
  Page(Samples samples, List<Peer> peers, Map<String, String> missing, Notes notes) {
    this.samples = samples;
    this.peers = peers;
    this.missing = missing;
    this.notes = notes;
  }

  void write(Path file, List<String> plots) throws IOException {
    introduction();
    targets();
    figures();
    scale();
    plots(plots);
    participants();
    Files.createDirectories(file.getParent());
    Files.writeString(file, text.toString());
  }

  private void introduction() {
    DoubleSummaryStatistics loads =
        samples.all().stream().mapToDouble(Sample::load).summaryStatistics();
    Set<String> days =
        samples.all().stream()
            .map(each -> each.time().substring(0, "2026-01-01".length()))
            .collect(Collectors.toCollection(java.util.TreeSet::new));
    text.append(
        """
        # Performance

        Written by `./jasyncio bench --compare`; do not edit it by hand. The samples are in
        [performance/samples.tsv](performance/samples.tsv), with time and load average.

        Each workload is run by everybody in turn, round by round; each run is a process of its
        own that warms up first. A cell is the median of the rounds, with the least and the
        greatest; × is how many times ours it is. Ratios are ratios of medians. Less is better
        everywhere.

        """);
    text.append(
        String.format(
            Locale.ROOT,
            "Machine: %s.%nTaken on %s in %s, with a load average between %.1f and %.1f.%n%n",
            samples.machine(),
            String.join(", ", days),
            rounds(),
            loads.getMin(),
            loads.getMax()));
    text.append(
        """
        Figures are processor time of the whole process, so that neighbours disturb them less and
        compilers and collectors are counted; rows that say "wall" or are in milliseconds are
        elapsed time. A load average above the number of cores means that the machine was busy:
        wall times are too long then, and even processor time is, since caches are shared.

        Everybody on the JVM, ours and the others, has the collector that `./jasyncio run` chooses:
        `%s`.

        """
            .formatted(Peers.COLLECTOR));
  }

  private String rounds() {
    IntSummaryStatistics rounds =
        Rows.ALL.stream()
            .map(row -> samples.spread(row.metric(), row.ours()))
            .filter(Objects::nonNull)
            .mapToInt(Spread::rounds)
            .summaryStatistics();
    if (rounds.getMin() < rounds.getMax()) {
      return rounds.getMin() + " to " + rounds.getMax() + " rounds";
    }
    return rounds.getMin() == 1 ? "1 round" : rounds.getMin() + " rounds";
  }

  private void targets() {
    text.append("## Targets\n\nOn the fast engine. The ratio is ours to theirs.\n\n");
    line(List.of("Workload", "Unit", "jasyncio", "Target", "Ratio", "Met", "Why"));
    text.append("|---|---|---|---|---|---|---|\n");
    int met = 0;
    int missed = 0;
    int unknown = 0;
    for (Row row : Rows.ALL) {
      List<Finding> findings =
          row.target()
              .check(
                  samples.spread(row.metric(), row.ours()),
                  peer -> samples.spread(row.metric(), peer));
      for (Finding finding : findings) {
        met += finding.outcome() == Outcome.MET ? 1 : 0;
        missed += finding.outcome() == Outcome.MISSED ? 1 : 0;
        unknown += finding.outcome() == Outcome.UNKNOWN ? 1 : 0;
        line(
            List.of(
                row.workload() + ": " + row.text(),
                samples.unit(row.metric()),
                cell(row.metric(), row.ours()),
                finding.text(),
                ratio(finding.ratio()),
                finding.outcome().word,
                finding.outcome() == Outcome.MISSED ? why(row) : ""));
      }
    }
    text.append(
        "%nMet: %d of %d. Missed: %d. Not measured here: %d.%n%n"
            .formatted(met, met + missed + unknown, missed, unknown));
  }

  private String why(Row row) {
    String link = notes.link(row.workload());
    return link == null ? "" : "[why](" + link + ")";
  }

  private static String ratio(double ratio) {
    if (Double.isNaN(ratio)) {
      return DASH;
    }
    return String.format(Locale.ROOT, ratio < 2 ? "%.3f" : "%.1f", ratio);
  }

  private void figures() {
    text.append("## All figures\n\n");
    Set<List<String>> groups = new LinkedHashSet<>();
    for (Row row : Rows.ALL) {
      groups.add(measured(row));
    }
    for (List<String> group : groups) {
      List<Row> rows =
          Rows.ALL.stream().filter(row -> measured(row).equals(group) && isMeasured(row)).toList();
      if (!rows.isEmpty()) {
        table(rows, group);
      }
    }
  }

  private boolean isMeasured(Row row) {
    return samples.spread(row.metric(), row.ours()) != null;
  }

  /// The rivals of a row of whom there is a figure.
  private List<String> measured(Row row) {
    return row.rivals().stream()
        .filter(rival -> samples.spread(row.metric(), rival) != null)
        .toList();
  }

  private void table(List<Row> rows, List<String> rivals) {
    List<String> heads = new ArrayList<>(List.of("Workload", "Unit", "jasyncio", "thread engine"));
    heads.addAll(rivals);
    line(heads);
    line(heads.stream().map(_ -> "---").toList());
    for (Row row : rows) {
      List<String> cells = new ArrayList<>();
      cells.add(row.workload() + ": " + row.text());
      cells.add(samples.unit(row.metric()));
      cells.add(cell(row.metric(), row.ours()));
      cells.add(cell(row.metric(), row.fallback()));
      rivals.forEach(rival -> cells.add(rivalCell(row, rival)));
      line(cells);
    }
    text.append('\n');
  }

  private void line(List<String> cells) {
    text.append("| ").append(String.join(" | ", cells)).append(" |\n");
  }

  private String cell(String metric, String peer) {
    Spread spread = samples.spread(metric, peer);
    return spread == null ? DASH : spread.cell();
  }

  /// The figure, and how many times ours it is.
  private String rivalCell(Row row, String rival) {
    Spread ours = samples.spread(row.metric(), row.ours());
    Spread theirs = samples.spread(row.metric(), rival);
    if (ours == null || theirs == null) {
      return DASH;
    }
    return theirs.cell() + " ×" + Spread.number(theirs.median() / ours.median());
  }

  /// What an item costs at each size, and how that grows.
  private void scale() {
    List<String> names =
        Scale.workloads().stream().filter(name -> samples.spread(name, Rows.OURS) != null).toList();
    if (names.isEmpty()) {
      return;
    }
    text.append("## Cost against size\n\n");
    text.append(
        """
        What one of them costs when there are so many. With n log n in all, one costs log n.

        """);
    line(List.of("Workload", "Size", "Unit", "jasyncio", "thread engine"));
    line(List.of("---", "---", "---", "---", "---"));
    for (String name : names) {
      int end = name.lastIndexOf('_');
      line(
          List.of(
              name.substring(Scale.PREFIX.length(), end),
              String.format(Locale.ROOT, "%,d", Integer.parseInt(name.substring(end + 1))),
              samples.unit(name),
              cell(name, Rows.OURS),
              cell(name, "jasyncio-thread")));
    }
    text.append('\n');
    growth("tasks", names);
    growth("timers", names);
    growth("connections", names);
    text.append('\n');
  }

  /// From a thousandth of the greatest size to the greatest.
  private void growth(String what, List<String> names) {
    List<String> sizes =
        names.stream().filter(name -> name.startsWith(Scale.PREFIX + what + "_")).toList();
    if (sizes.size() < 4) {
      return;
    }
    String small = sizes.get(sizes.size() - 4);
    Spread before = samples.spread(small, Rows.OURS);
    Spread after = samples.spread(sizes.getLast(), Rows.OURS);
    if (before == null || after == null) {
      return;
    }
    double from = size(small);
    double to = size(sizes.getLast());
    text.append(
        String.format(
            Locale.ROOT,
            "- %s, from %,.0f to %,.0f: one costs %.1f times as much; n log n would be %.1f.%n",
            what,
            from,
            to,
            after.median() / before.median(),
            Math.log(to) / Math.log(Math.max(from, 2))));
  }

  private static double size(String name) {
    return Double.parseDouble(name.substring(name.lastIndexOf('_') + 1));
  }

  private void plots(List<String> plots) {
    if (!plots.isEmpty()) {
      text.append("## Plots\n\n");
      plots.forEach(
          plot -> text.append("![").append(title(plot)).append("](").append(plot).append(")\n\n"));
    }
  }

  private static String title(String plot) {
    return plot.replaceAll(".*/|\\.svg", "").replace('-', ' ');
  }

  private void participants() {
    text.append("## Who took part\n\n");
    Set<String> names = samples.all().stream().map(Sample::peer).collect(Collectors.toSet());
    for (Peer peer : peers) {
      if (names.contains(peer.name())) {
        text.append("- ").append(peer.name()).append(": ").append(peer.version()).append('\n');
      }
    }
    missing.forEach((name, remedy) -> {
      if (!names.contains(name)) {
        text.append("- ")
            .append(name)
            .append(": not found; to get it: ")
            .append(remedy)
            .append('\n');
      }
    });
    text.append(
        """

        What the workloads are is told by their sources: ours in
        `jasyncio-bench/src/main/java/jasyncio/bench`, those of the rivals in `.../bench/rivals` and
        in `jasyncio-bench/rivals`. The bare continuation is the JDK's, with a queue and nothing
        else: no futures, timers, errors or cancellation; it is the floor, not a rival. CPython
        runs with `MALLOC_TOP_PAD_`, without which its echo pays two page faults for each read.
        """);
  }
}
