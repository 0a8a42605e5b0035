package jasyncio.tools.build;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// The jars that a module runs with, in a folder named by their content and never changed.
final class Library {
  /// A program that still runs from an older one has its jars open.
  private static final int KEPT = 4;

  private Library() {}

  /// Makes `MODULE.built` say which library belongs to the sources, built if need be.
  static void provide(Workshop workshop, String module, Progress progress)
      throws IOException, InterruptedException, BuildException {
    // before looking at the sources: what changes from now on is newer
    Instant started = Instant.now();
    Path built = workshop.file(module + ".built");
    Path from = workshop.file(module + ".sources");
    List<String> known = words(built);
    String key = known.isEmpty() ? "" : known.getFirst();
    List<String> modules = known.stream().skip(1).toList();
    if (known.isEmpty()
        || !Files.isDirectory(folder(workshop, key))
        || !words(from).equals(List.of(Sources.digest(workshop.root(), modules)))) {
      boolean first = known.isEmpty();
      progress.say(
          first
              ? "building the library, once; this takes a minute ..."
              : "building the library again, because its sources changed ...");
      modules = new Maven(workshop, progress).run(goals(module));
      key = keep(workshop, module);
      Files.writeString(from, Sources.digest(workshop.root(), modules) + "\n");
    }
    StartUp.prepare(workshop, folder(workshop, key), module, progress);
    progress.clear();
    write(built, key + " " + String.join(" ", modules) + "\n", started);
  }

  private static List<String> goals(String module) {
    return List.of("-pl", "jasyncio-" + module, "-am", "package");
  }

  private static Path folder(Workshop workshop, String key) {
    return workshop.file("lib").resolve(key);
  }

  /// Copies the jars of the build to their folder.
  ///
  /// @return its name
  private static String keep(Workshop workshop, String module) throws IOException, BuildException {
    Path target = workshop.target("jasyncio-" + module);
    List<Path> jars = new ArrayList<>(jars(target.resolve("lib")));
    jars.addAll(jars(target));
    if (jars.isEmpty()) {
      throw new BuildException("the build made no jars in " + target);
    }
    Path libraries = Files.createDirectories(workshop.file("lib"));
    Path draft = Files.createTempDirectory(libraries, "draft");
    try {
      for (Path jar : jars) {
        Files.copy(jar, draft.resolve(jar.getFileName()));
      }
      String key = Sources.digest(draft, jars(draft).stream());
      Path folder = libraries.resolve(key);
      if (Files.isDirectory(folder)) {
        Files.setLastModifiedTime(folder, FileTime.from(Instant.now()));
      } else {
        Files.move(draft, folder);
        forgetOldest(libraries);
      }
      return key;
    } finally {
      delete(draft);
    }
  }

  private static List<Path> jars(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(Library::isJar).sorted().toList();
    }
  }

  private static boolean isJar(Path file) {
    return file.toString().endsWith(".jar") && !file.toString().endsWith("-sources.jar");
  }

  private static void forgetOldest(Path libraries) throws IOException {
    List<Path> all;
    try (Stream<Path> folders = Files.list(libraries)) {
      all = folders.sorted(Comparator.comparing(Library::age).reversed()).toList();
    }
    for (Path old : all.subList(Math.min(KEPT, all.size()), all.size())) {
      delete(old);
    }
  }

  private static FileTime age(Path folder) {
    try {
      return Files.getLastModifiedTime(folder);
    } catch (IOException e) {
      return FileTime.fromMillis(0);
    }
  }

  static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> contents = Files.walk(folder)) {
      for (Path each : contents.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(each);
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static List<String> words(Path file) throws IOException {
    return Files.isReadable(file) ? List.of(Files.readString(file).strip().split(" ")) : List.of();
  }

  private static void write(Path file, String text, Instant time) throws IOException {
    Path draft = file.resolveSibling(file.getFileName() + ".new");
    Files.writeString(draft, text);
    Files.setLastModifiedTime(draft, FileTime.from(time));
    Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
