package jasyncio.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PlantedDefectsTest {
  private static final String WRITE = "jasyncio.docs.write";

  @ParameterizedTest
  @EnumSource
  void isNotFoundInOrderOfArrival(PlantedDefect defect) {
    assertThatCode(() -> explorer(defect, false).withSearch(Search.ARRIVAL).run())
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @EnumSource
  void isFoundAndReplayed(PlantedDefect defect) {
    Explorer explorer = explorer(defect, false).withSchedules(1_000);
    String message = org.assertj.core.api.Assertions.catchThrowable(explorer::run).getMessage();
    assertThat(message).contains(" matter.\nWhat is not as in order of arrival:\n  choice ");
    String schedule = message.replaceFirst("(?s).*@AsyncTest\\(replay = \"([^\"]*)\"\\).*", "$1");
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(() -> explorer.replay(schedule))
          .isInstanceOf(AssertionError.class)
          .hasMessageStartingWith(defect + " fails under the schedule " + schedule + ".\n");
    }
  }

  @ParameterizedTest
  @EnumSource
  void isNotFoundOnceItIsMended(PlantedDefect defect) {
    assertThatCode(() -> explorer(defect, true).withSchedules(500).run())
        .doesNotThrowAnyException();
    assertThatCode(
            () -> explorer(defect, true).withSchedules(500).withSearch(Search.EXHAUSTIVE).run())
        .doesNotThrowAnyException();
  }

  private static Explorer explorer(PlantedDefect defect, boolean mended) {
    return Explorer.of(defect.toString(), () -> defect.run(mended));
  }

  /// From the module's folder, where Maven runs tests, or from the root.
  private static Path document() {
    Path root = Path.of("").toAbsolutePath();
    while (!Files.isRegularFile(root.resolve("LICENSE"))) {
      root = root.getParent();
      assertThat(root).as("a folder with the LICENSE, here or above").isNotNull();
    }
    return root.resolve("docs/planted-defects.md");
  }

  @Test
  void documentSaysHowManySchedulesItTook() throws IOException {
    String table = PlantedDefectsTable.render();
    Path document = document();
    if (Boolean.getBoolean(WRITE)) {
      Files.writeString(document, table);
    }
    assertThat(document).exists();
    assertThat(Files.readString(document))
        .as("%s is out of date: run this test with -D%s=true, and commit it", document, WRITE)
        .isEqualTo(table);
  }
}
