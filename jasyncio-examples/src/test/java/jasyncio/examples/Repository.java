package jasyncio.examples;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// The checked-out files these tests are about.
final class Repository {
  private static final Path ROOT =
      Path.of(System.getProperty("jasyncio.repository", "..")).normalize();

  private Repository() {}

  static Path file(String path) {
    return ROOT.resolve(path);
  }

  static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The example programs, by name.
  static List<Path> examples() {
    return list(file("examples"), 1, ".java");
  }

  /// The documents: those in the root, and everything below `docs`.
  static List<Path> documents() {
    return Stream.concat(list(ROOT, 1, ".md").stream(), list(file("docs"), 9, ".md").stream())
        .toList();
  }

  /// The main sources of all modules.
  static List<Path> mainSources() {
    return list(ROOT, 1, "").stream()
        .filter(module -> module.getFileName().toString().startsWith("jasyncio-"))
        .map(module -> module.resolve("src/main/java"))
        .filter(Files::isDirectory)
        .flatMap(sources -> list(sources, 99, ".java").stream())
        .toList();
  }

  private static List<Path> list(Path folder, int depth, String suffix) {
    try (Stream<Path> found = Files.walk(folder, depth)) {
      return found.filter(file -> file.toString().endsWith(suffix)).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
