package jasyncio.tidy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// Where the sources and the classes of the project lie.
final class Project {
  /// Modules that are not published: they may print, and need no documentation.
  private static final Set<String> UNPUBLISHED =
      Set.of("bench", "conformance", "examples", "interleave", "parity", "tidy");

  /// The folder of the root pom; surefire runs a test in its module's folder.
  static final Path ROOT = Path.of("").toAbsolutePath().getParent();

  private Project() {}

  /// The folders of the modules.
  static List<Path> modules() {
    return children(ROOT)
        .filter(child -> child.getFileName().toString().startsWith("jasyncio-"))
        .filter(child -> Files.exists(child.resolve("pom.xml")))
        .toList();
  }

  /// The published modules that have code.
  static List<Path> publishedModules() {
    return modules().stream()
        .filter(module -> !UNPUBLISHED.contains(shortName(module)))
        .filter(module -> Files.isDirectory(module.resolve("src/main/java")))
        .toList();
  }

  /// `core` for `jasyncio-core`.
  static String shortName(Path module) {
    return module.getFileName().toString().substring("jasyncio-".length());
  }

  /// All sources under our own rules: main, tests, examples.
  static List<SourceFile> sources() {
    Stream<Path> folders =
        Stream.concat(
            modules().stream().map(module -> module.resolve("src")),
            Stream.of(ROOT.resolve("examples")));
    return folders.flatMap(folder -> javaFiles(folder).stream()).map(SourceFile::read).toList();
  }

  /// The main sources of the published modules.
  static List<SourceFile> publishedSources() {
    return publishedModules().stream()
        .flatMap(module -> javaFiles(module.resolve("src/main/java")).stream())
        .map(SourceFile::read)
        .toList();
  }

  /// The main classes of the published modules.
  static List<ClassFile> publishedClasses() {
    return publishedModules().stream().flatMap(module -> classesOf(module).stream()).toList();
  }

  private static List<ClassFile> classesOf(Path module) {
    Path folder = module.resolve("target/classes");
    List<Path> files = filesUnder(folder, ".class");
    if (files.isEmpty()) {
      throw new IllegalStateException(
          folder + " is empty. Compile first: mvn test -pl jasyncio-tidy -am");
    }
    return files.stream().map(ClassFile::read).toList();
  }

  private static List<Path> javaFiles(Path folder) {
    return filesUnder(folder, ".java");
  }

  private static List<Path> filesUnder(Path folder, String suffix) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.toString().endsWith(suffix)).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Stream<Path> children(Path folder) {
    try (Stream<Path> children = Files.list(folder)) {
      return children.sorted().toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
