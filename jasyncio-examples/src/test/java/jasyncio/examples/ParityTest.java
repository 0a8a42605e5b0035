package jasyncio.examples;

import static org.assertj.core.api.Assertions.assertThat;

import jasyncio.examples.ParityTable.Row;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/// The parity table is up to date, and the core is complete.
class ParityTest {
  private final ParityTable table = ParityTable.read();

  @Test
  void committedTableIsWhatTheTestsSay() throws IOException {
    Path file = Repository.file("docs/parity.md");
    if (System.getProperty("parity.update") != null) {
      Files.writeString(file, table.toMarkdown());
    }
    assertThat(Repository.read(file))
        .as("out of date: run this test with -Dparity.update")
        .isEqualTo(table.toMarkdown());
  }

  @Test
  void everyRowHasATestOrAReason() {
    assertThat(table.rows())
        .hasSizeGreaterThan(200)
        .filteredOn(row -> row.status().equals("untested"))
        .as("each needs a test with its id in @Parity, or a reason in docs/parity-ids.tsv")
        .isEmpty();
  }

  @Test
  void nothingOfTheCoreIsMissing() {
    assertThat(table.rows())
        .filteredOn(Row::isCore)
        .hasSizeGreaterThan(100)
        .extracting(Row::status)
        .doesNotContain("not yet");
  }

  @Test
  void everyIdInATestIsInTheList() {
    assertThat(table.unknown()).isEmpty();
  }

  @Test
  void everyIdIsThereOnce() {
    assertThat(table.rows())
        .extracting(Row::id)
        .doesNotHaveDuplicates()
        .allMatch(id -> id.matches("[A-Z]{3}-\\d\\d"));
  }

  @Test
  void remarksSayOfWhatKindTheyAre() {
    assertThat(table.rows())
        .extracting(Row::remark)
        .allMatch(remark -> remark.isEmpty() || remark.matches("(differs|n/a|not yet): \\S.*"));
  }
}
