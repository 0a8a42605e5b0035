package jasyncio;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// What is initialised before the program's code runs: all that could die where a stack ends.
class PreloadTest {
  private static boolean hasInitialiser(Path file) {
    try {
      ClassModel model = ClassFile.of().parse(file);
      return model.methods().stream()
          .anyMatch(method -> method.methodName().equalsString("<clinit>"));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void listNamesEveryClassOfTheModuleThatHasAStaticInitialiser()
      throws IOException, URISyntaxException {
    Path classes =
        Path.of(Preload.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    List<String> found;
    try (Stream<Path> files = Files.walk(classes)) {
      found =
          files
              .filter(file -> file.toString().endsWith(".class"))
              .filter(PreloadTest::hasInitialiser)
              .map(file -> classes.relativize(file).toString().replace('/', '.'))
              .map(name -> name.replaceFirst("^jasyncio\\.", "").replaceFirst("\\.class$", ""))
              .filter(name -> !name.equals("Preload") && !name.equals(Preload.TOO_SLOW))
              .sorted()
              .toList();
    }
    assertThat(Preload.ours())
        .as("Preload.OURS names, in order, every class of the module that has a static initialiser")
        .containsExactlyElementsOf(found);
  }

  @Test
  void everyNameIsThatOfAClassOfThisJdk() throws ClassNotFoundException {
    for (String name : Preload.ofTheJdk()) {
      assertThat(Class.forName(name, false, null).getName()).isEqualTo(name);
    }
  }
}
