package jasyncio.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NotesTest {
  @TempDir private Path folder;

  @Test
  void headingsAreFoundByTheWorkloadsTheyName() throws IOException {
    Path file = folder.resolve("notes.md");
    Files.writeString(
        file, "# Notes\nw1_spawn\n## w2_yield1000: switches\n### w1_spawn, w5_sleep\n");
    Notes notes = Notes.read(file);
    assertThat(notes.link("w2_yield1000")).isEqualTo("performance-notes.md#w2_yield1000-switches");
    assertThat(notes.link("w5_sleep")).isEqualTo("performance-notes.md#w1_spawn-w5_sleep");
    assertThat(notes.link("w2_yield1")).isNull();
  }

  @Test
  void everyWorkloadWithTargetHasParagraphInTheNotes() throws IOException {
    Notes notes = Notes.read(Path.of("../docs").resolve(Notes.FILE));
    List<String> unexplained =
        Rows.ALL.stream()
            .filter(row -> !row.target().bounds().isEmpty())
            .map(Row::workload)
            .distinct()
            .filter(workload -> notes.link(workload) == null)
            .toList();
    assertThat(unexplained).as("workloads that no heading names").isEmpty();
  }
}
