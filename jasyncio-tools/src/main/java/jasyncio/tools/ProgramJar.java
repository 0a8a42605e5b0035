package jasyncio.tools;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/// A compiled program in one file: its classes, what it needs besides the library, and the sources
/// it was compiled from, to tell whether they are still the same.
///
/// It appears under its name all at once, so that the launcher of another terminal never sees half
/// of it.
final class ProgramJar {
  /// How many compiled programs are kept; each is a few kilobytes.
  private static final int KEPT = 64;

  private static final String ABOUT = "META-INF/jasyncio/about";
  private static final String SOURCE = "META-INF/jasyncio/source";

  private final Map<String, byte[]> entries;
  private final String mainClass;
  private final String classPath;
  private final List<String> sources;

  private ProgramJar(Map<String, byte[]> entries, List<String> about) {
    this.entries = entries;
    this.mainClass = about.get(0);
    this.classPath = about.get(1);
    this.sources = about.subList(2, about.size());
  }

  /// The name of the main class.
  String mainClass() {
    return mainClass;
  }

  /// The jars and folders it needs besides the library; may be empty.
  String classPath() {
    return classPath;
  }

  /// All that is in it, by names.
  Map<String, byte[]> entries() {
    return entries;
  }

  /// Reads the file.
  ///
  /// @throws IOException if it is no such file
  static ProgramJar read(Path file) throws IOException {
    Map<String, byte[]> entries = new HashMap<>();
    try (ZipFile zip = new ZipFile(file.toFile())) {
      for (Enumeration<? extends ZipEntry> all = zip.entries(); all.hasMoreElements(); ) {
        ZipEntry entry = all.nextElement();
        try (InputStream in = zip.getInputStream(entry)) {
          entries.put(entry.getName(), in.readAllBytes());
        }
      }
    }
    byte @Nullable [] about = entries.get(ABOUT);
    if (about == null) {
      throw new IOException(file + " is no compiled program");
    }
    String[] lines = new String(about, StandardCharsets.UTF_8).split("\n", -1);
    return new ProgramJar(entries, Arrays.asList(lines));
  }

  /// The program in the file, or null if there is none, or not one of these sources any more.
  static @Nullable ProgramJar readIfFresh(Path file) {
    try {
      if (Files.exists(file)) {
        ProgramJar program = read(file);
        return program.isFresh() ? program : null;
      }
    } catch (IOException _) {
      // then it is compiled again, which says what is wrong
    }
    return null;
  }

  private boolean isFresh() throws IOException {
    for (int i = 0; i < sources.size(); i++) {
      byte[] now = Files.readAllBytes(Path.of(sources.get(i)));
      if (!Arrays.equals(now, entries.get(SOURCE + i))) {
        return false;
      }
    }
    if (!classPath.isEmpty()) {
      for (String each : classPath.split(File.pathSeparator, -1)) {
        if (!Files.exists(Path.of(each))) {
          return false;
        }
      }
    }
    return true;
  }

  /// Writes the file.
  ///
  /// @param classes class files by their names in a jar
  /// @param sources what they were compiled from
  static void write(
      Path target,
      Map<String, ByteArrayOutputStream> classes,
      String mainClass,
      String classPath,
      List<Path> sources)
      throws IOException {
    Path folder = target.toAbsolutePath().getParent();
    if (folder == null) {
      throw new IOException(target + " has no parent folder");
    }
    Files.createDirectories(folder);
    Path draft = Files.createTempFile(folder, ".draft", null);
    try {
      try (OutputStream file = Files.newOutputStream(draft);
          JarOutputStream jar = new JarOutputStream(file)) {
        StringBuilder about = new StringBuilder(mainClass + "\n" + classPath);
        for (int i = 0; i < sources.size(); i++) {
          about.append('\n').append(sources.get(i).toAbsolutePath());
          put(jar, SOURCE + i, Files.readAllBytes(sources.get(i)));
        }
        put(jar, ABOUT, about.toString().getBytes(StandardCharsets.UTF_8));
        for (Map.Entry<String, ByteArrayOutputStream> each : classes.entrySet()) {
          put(jar, each.getKey(), each.getValue().toByteArray());
        }
      }
      Files.move(draft, target, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(draft);
    }
    forgetOldest(folder, target);
  }

  private static void put(JarOutputStream jar, String name, byte[] content) throws IOException {
    jar.putNextEntry(new JarEntry(name));
    jar.write(content);
    jar.closeEntry();
  }

  private static void forgetOldest(Path folder, Path except) throws IOException {
    List<Path> byAge;
    try (Stream<Path> children = Files.list(folder)) {
      byAge =
          children
              .filter(child -> !child.equals(except) && child.toString().endsWith(".jar"))
              .sorted(Comparator.comparingLong(ProgramJar::age))
              .toList();
    }
    for (Path old : byAge.subList(Math.min(KEPT, byAge.size()), byAge.size())) {
      Files.deleteIfExists(old);
    }
  }

  /// Negative time of last change; a file that is gone is the oldest.
  private static long age(Path file) {
    try {
      return -Files.getLastModifiedTime(file).toMillis();
    } catch (NoSuchFileException _) {
      return Long.MAX_VALUE;
    } catch (IOException _) {
      return 0;
    }
  }
}
