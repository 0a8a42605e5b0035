package jasyncio.tools;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/// The folder of a compiled program: a jar, and a file with two lines, the name of its main class
/// and the kind of program it is.
///
/// It appears under its name with both files in it, so that the launcher of another terminal never
/// sees half of it.
final class ProgramFolder {
  /// How many compiled programs are kept; each is a few kilobytes.
  private static final int KEPT = 64;

  /// The kinds of programs; the launcher has a start-up cache for each.
  private static final String CORE = "core";

  private static final String NETWORK = "network";

  private ProgramFolder() {}

  static void write(Path target, Map<String, ByteArrayOutputStream> classes, String mainClass)
      throws IOException {
    String kind = classes.values().stream().anyMatch(ProgramFolder::usesNetwork) ? NETWORK : CORE;
    Path parent = target.toAbsolutePath().getParent();
    if (parent == null) {
      throw new IOException(target + " has no parent folder");
    }
    Files.createDirectories(parent);
    Path draft = Files.createTempDirectory(parent, ".draft");
    try (OutputStream file = Files.newOutputStream(draft.resolve(ProgramCompiler.JAR));
        JarOutputStream jar = new JarOutputStream(file)) {
      for (Map.Entry<String, ByteArrayOutputStream> each : classes.entrySet()) {
        jar.putNextEntry(new JarEntry(each.getKey()));
        each.getValue().writeTo(jar);
        jar.closeEntry();
      }
    }
    Files.writeString(draft.resolve(ProgramCompiler.MAIN_CLASS), mainClass + "\n" + kind + "\n");
    try {
      Files.move(draft, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (FileSystemException e) {
      delete(draft);
      if (!Files.isDirectory(target)) { // else somebody compiled the same program meanwhile
        throw e;
      }
    }
    forgetOldest(parent, target);
  }

  /// Whether the class file names a class of the network; names stand in it as they are.
  private static boolean usesNetwork(ByteArrayOutputStream classFile) {
    String text = classFile.toString(StandardCharsets.ISO_8859_1);
    return text.contains("jasyncio/net/") || text.contains("jasyncio/http/");
  }

  private static void forgetOldest(Path parent, Path except) throws IOException {
    List<Path> byAge;
    try (Stream<Path> children = Files.list(parent)) {
      byAge =
          children
              .filter(child -> !child.equals(except))
              .sorted(Comparator.comparingLong(ProgramFolder::age))
              .toList();
    }
    for (Path old : byAge.subList(Math.min(KEPT, byAge.size()), byAge.size())) {
      delete(old);
    }
  }

  /// Negative time of last change; a folder that is gone is the oldest.
  private static long age(Path folder) {
    try {
      return -Files.getLastModifiedTime(folder).toMillis();
    } catch (IOException _) {
      return Long.MAX_VALUE;
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> contents = Files.walk(folder)) {
      for (Path each : contents.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(each);
      }
    } catch (UncheckedIOException _) {
      // somebody else deletes it, too
    }
  }
}
