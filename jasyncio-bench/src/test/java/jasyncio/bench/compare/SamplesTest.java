package jasyncio.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SamplesTest {
  @TempDir private Path folder;

  private static Sample sample(String metric, String peer, double value) {
    return new Sample("2026-01-01T00:00:00Z", 1.5, metric, peer, value, "ns");
  }

  @Test
  void newRunReplacesTheRowsItMeasuredAndKeepsTheOthers() throws IOException {
    Path file = folder.resolve("docs/samples.tsv");
    new Samples(file).replace(List.of(sample("w1", "go", 1), sample("w2", "go", 2)), "A");
    new Samples(file).replace(List.of(sample("w1", "go", 7), sample("w1", "go", 9)), "A");

    Samples samples = new Samples(file);
    assertThat(samples.all()).hasSize(3);
    assertThat(samples.spread("w1", "go")).isEqualTo(new Spread(8, 7, 9, 2));
    assertThat(samples.spread("w2", "go")).isEqualTo(new Spread(2, 2, 2, 1));
    assertThat(samples.spread("w1", "kotlin")).isNull();
    assertThat(samples.unit("w2")).isEqualTo("ns");
  }

  @Test
  void samplesOfAnotherMachineAreForgotten() throws IOException {
    Path file = folder.resolve("samples.tsv");
    new Samples(file).replace(List.of(sample("w1", "go", 1)), "A");
    new Samples(file).replace(List.of(sample("w2", "go", 2)), "B");

    Samples samples = new Samples(file);
    assertThat(samples.machine()).isEqualTo("B");
    assertThat(samples.all()).extracting(Sample::metric).containsExactly("w2");
  }

  @Test
  void chartsAreDrawnOfWhatThereIs() throws IOException {
    Samples samples = new Samples(folder.resolve("samples.tsv"));
    samples.replace(
        List.of(
            sample("w1_spawn.cpu", "jasyncio", 70),
            sample("w1_spawn.cpu", "go", 200),
            sample("scale_tasks_1000", "jasyncio", 100),
            sample("scale_tasks_10000", "jasyncio", 120)),
        "A");
    List<String> plots = new Plots(samples, folder).draw();
    assertThat(plots)
        .containsExactly("performance/tasks-and-switches.svg", "performance/scale-tasks.svg");
    for (String plot : plots) {
      assertThat(folder.resolve(plot)).content().startsWith("<?xml").contains("<path");
    }
  }
}
