package jasyncio.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PageTest {
  @TempDir private Path folder;

  private static Sample sample(String metric, String peer, double value) {
    return new Sample("2026-01-01T00:00:00Z", 1.5, metric, peer, value, "ns");
  }

  private String page(Sample... measured) throws IOException {
    Samples samples = new Samples(folder.resolve("samples.tsv"));
    samples.replace(List.of(measured), "a machine");
    Path file = folder.resolve("page.md");
    Peer go = new Peer("go", "Go 1", Map.of(), Map.of());
    Path notes = folder.resolve(Notes.FILE);
    Files.writeString(notes, "# Notes\n\n### w3_queue, w3_future: two switches\n");
    Page page =
        new Page(samples, List.of(go), Map.of("node", "apt-get install nodejs"), Notes.read(notes));
    page.write(file, List.of("performance/tasks.svg"));
    return Files.readString(file);
  }

  @Test
  void everyVerdictFollowsFromTheSamples() throws IOException {
    String page =
        page(
            sample("w5_cancel.cpu", "jasyncio", 50),
            sample("w5_cancel.cpu", "go", 100),
            sample("w3_queue.cpu", "jasyncio", 101),
            sample("w3_queue.cpu", "go", 100));
    assertThat(page)
        .contains("| ns | 50.0 | at most 0.60 × go | 0.500 | yes |  |")
        .contains("| ns | 101 | at most 1.00 × best of go, kotlin, here go | 1.010 | **no** |")
        .contains("| [why](performance-notes.md#w3_queue-w3_future-two-switches) |")
        .contains("| at most 1.30 × kotlin | – | not measured |")
        .contains("Met: 1 of ", "Missed: 1.")
        .contains("100 ×2.00")
        .contains("a machine")
        .contains("![tasks](performance/tasks.svg)")
        .contains("- go: Go 1", "- node: not found; to get it: apt-get install nodejs");
  }

  @Test
  void growthIsComparedWithTheLogarithm() throws IOException {
    String page =
        page(
            sample("scale_timers_1000", "jasyncio", 100),
            sample("scale_timers_10000", "jasyncio", 120),
            sample("scale_timers_100000", "jasyncio", 150),
            sample("scale_timers_1000000", "jasyncio", 300));
    assertThat(page)
        .contains(
            "timers, from 1,000 to 1,000,000: one costs 3.0 times as much; n log n would be 2.0");
  }
}
