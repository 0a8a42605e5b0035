package jasyncio.http.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ClientErrorsTest {
  private static Class<?> load(String name) {
    try {
      return Class.forName(name, false, ClientErrorsTest.class.getClassLoader());
    } catch (ClassNotFoundException e) {
      throw new AssertionError(e);
    }
  }

  private static List<? extends Class<?>> publicErrors() throws IOException, URISyntaxException {
    Path classes =
        Path.of(ClientSession.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    try (Stream<Path> files = Files.walk(classes)) {
      return files
          .map(file -> classes.relativize(file).toString())
          .filter(name -> name.endsWith("Error.class") || name.endsWith("Redirects.class"))
          .map(name -> load(name.replace('/', '.').replaceFirst("\\.class$", "")))
          .filter(Throwable.class::isAssignableFrom)
          .toList();
    }
  }

  /// JDK-8389310: a `catch` may be skipped when the first subclass of what it catches is loaded
  /// while its frame is suspended.
  @Test
  void everyErrorThatHasSubclassesIsLoadedWithOne() throws IOException, URISyntaxException {
    List<? extends Class<?>> errors = publicErrors();
    assertThat(errors).hasSizeGreaterThan(3);
    for (Class<?> parent : errors) {
      if (errors.stream().anyMatch(error -> error.getSuperclass() == parent)) {
        assertThat(ClientSession.FIRST_SUBCLASSES)
            .as(parent.getName())
            .anyMatch(first -> first != parent && parent.isAssignableFrom(first));
      }
    }
  }
}
