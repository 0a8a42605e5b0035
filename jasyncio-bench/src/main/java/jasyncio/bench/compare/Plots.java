package jasyncio.bench.compare;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Which charts there are.
final class Plots {
  private static final String FOLDER = "performance/";

  private final Samples samples;
  private final Path docs;
  private final List<String> written = new ArrayList<>();

  Plots(Samples samples, Path docs) {
    this.samples = samples;
    this.docs = docs;
  }

  /// Draws whatever there are samples for, and returns the files, relative to `docs`.
  List<String> draw() throws IOException {
    List<String> names = List.of("asyncio", "uvloop", "node", "kotlin", "vthread-p1", "go");
    bars(
        "tasks-and-switches",
        "ns of processor time",
        names,
        "w1_spawn.cpu",
        "await_callback.cpu",
        "w2_yield1.cpu",
        "w2_yield1000.cpu",
        "w3_queue.cpu",
        "w3_future.cpu",
        "w4_1p1c.cpu",
        "w4_100p1c.cpu",
        "w5_cancel.cpu",
        "w9_agen.cpu",
        "w10_lock.cpu");
    bars(
        "network",
        "us of processor time for a request",
        List.of("asyncio", "uvloop", "aiohttp", "aiohttp-uvloop", "node", "go", "netty"),
        "w11_echo_64c_64b.cpu",
        "w11_echo_64c_4096b.cpu",
        "w12_http_plain.cpu",
        "w12_http_pipe16.cpu",
        "w13_client.cpu",
        "w13_warm.cpu",
        "w17_tls_echo.cpu");
    for (String scale :
        samples.all().stream()
            .map(Sample::metric)
            .filter(metric -> metric.startsWith(Scale.PREFIX))
            .map(metric -> metric.substring(Scale.PREFIX.length(), metric.lastIndexOf('_')))
            .distinct()
            .sorted()
            .toList()) {
      lines(scale);
    }
    return written;
  }

  private void bars(String name, String unit, List<String> rivals, String... metrics)
      throws IOException {
    List<String> shown =
        List.of(metrics).stream()
            .filter(metric -> samples.spread(metric, Rows.OURS) != null)
            .toList();
    if (shown.isEmpty()) {
      return;
    }
    List<String> peers = new ArrayList<>(List.of(Rows.OURS, "jasyncio-thread"));
    peers.addAll(rivals);
    Map<String, List<Double>> series = new LinkedHashMap<>();
    for (String peer : peers) {
      List<Double> values = new ArrayList<>();
      for (String metric : shown) {
        Spread spread = samples.spread(metric, peer);
        values.add(spread == null ? Double.NaN : spread.median());
      }
      if (!values.stream().allMatch(value -> value.isNaN())) {
        series.put(peer, values);
      }
    }
    List<String> labels = shown.stream().map(metric -> metric.replace(".cpu", "")).toList();
    Plot.bars(file(name), name.replace('-', ' '), unit, labels, series);
  }

  /// Cost against size, from metrics that end in the size: `scale_tasks_1000`.
  private void lines(String scale) throws IOException {
    Map<String, TreeMap<Double, Double>> sorted = new LinkedHashMap<>();
    String unit = "";
    String prefix = Scale.PREFIX + scale + "_";
    for (Sample sample : samples.all()) {
      if (sample.metric().startsWith(prefix)) {
        double size = Double.parseDouble(sample.metric().substring(prefix.length()));
        Spread spread = samples.spread(sample.metric(), sample.peer());
        if (spread != null) {
          sorted.computeIfAbsent(sample.peer(), _ -> new TreeMap<>()).put(size, spread.median());
        }
        unit = sample.unit();
      }
    }
    Map<String, Map<Double, Double>> series = new LinkedHashMap<>();
    sorted.forEach((peer, points) -> series.put(peer, new LinkedHashMap<>(points)));
    Plot.lines(file("scale-" + scale), "cost against size: " + scale, scale, unit, series);
  }

  private Path file(String name) {
    written.add(FOLDER + name + ".svg");
    return docs.resolve(FOLDER + name + ".svg");
  }
}
