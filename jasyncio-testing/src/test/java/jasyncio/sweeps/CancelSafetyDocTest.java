package jasyncio.sweeps;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

class CancelSafetyDocTest {
  private static final String WRITE = "jasyncio.docs.write";

  /// From the module's folder, where Maven runs tests, or from the root.
  private static Path document() {
    Path root = Path.of("").toAbsolutePath();
    while (!Files.isRegularFile(root.resolve("LICENSE"))) {
      root = root.getParent();
      assertThat(root).as("a folder with the LICENSE, here or above").isNotNull();
    }
    return root.resolve("docs/cancel-safety.md");
  }

  @Test
  void documentSaysWhatTheSweepsDeclare() throws IOException {
    Path document = document();
    if (Boolean.getBoolean(WRITE)) {
      Files.createDirectories(document.getParent());
      Files.writeString(document, CancelSafetyTable.render());
    }
    assertThat(document).exists();
    assertThat(Files.readString(document))
        .as("%s is out of date: run this test with -D%s=true, and commit it", document, WRITE)
        .isEqualTo(CancelSafetyTable.render());
  }

  @Test
  void everySuspendingMethodOfTheCoreIsDeclaredAndSwept() {
    Set<String> declared = new TreeSet<>();
    CancelSafetyTable.declared()
        .flatMap(sweep -> Arrays.stream(sweep.getAnnotation(CancelSafety.class).of()))
        .forEach(name -> declared.add(name.replaceFirst("[( ].*", "")));
    assertThat(declared)
        .as(
            "methods that may suspend: give a new one a sweep with @CancelSafety in %s, one that"
                + " does not suspend an entry in SuspendingMethods.EXEMPT, and take out what is"
                + " gone",
            CancelSafetyDocTest.class.getPackageName())
        .isEqualTo(SuspendingMethods.find());
  }

  @Test
  void declarationsAreOnTests() {
    assertThat(CancelSafetyTable.declared())
        .allMatch(sweep ->
            sweep.isAnnotationPresent(Test.class)
                || sweep.isAnnotationPresent(ParameterizedTest.class))
        .allMatch(sweep -> !sweep.getAnnotation(CancelSafety.class).then().contains("|"));
  }
}
