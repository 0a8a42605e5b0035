package jasyncio.tools.build;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/// The sources of some modules, as a short text that changes with them.
final class Sources {
  private static final int DIGITS = 16;

  private Sources() {}

  /// The text for these modules and the root's pom.
  static String digest(Path root, List<String> modules) throws IOException {
    List<Path> files = new ArrayList<>(List.of(root.resolve("pom.xml")));
    for (String module : modules) {
      Path folder = root.resolve("jasyncio-" + module);
      files.add(folder.resolve("pom.xml"));
      if (Files.isDirectory(folder.resolve("src/main"))) {
        try (Stream<Path> all = Files.walk(folder.resolve("src/main"))) {
          all.filter(Files::isRegularFile).sorted().forEach(files::add);
        } catch (UncheckedIOException e) {
          throw e.getCause();
        }
      }
    }
    return digest(root, files.stream());
  }

  /// The text for these files: their names below `folder`, and what is in them.
  static String digest(Path folder, Stream<Path> files) throws IOException {
    MessageDigest digest = sha256();
    for (Path file : files.toList()) {
      digest.update(folder.relativize(file).toString().getBytes(StandardCharsets.UTF_8));
      digest.update((byte) 0);
      digest.update(Files.readAllBytes(file));
      digest.update((byte) 0);
    }
    return HexFormat.of().formatHex(digest.digest()).substring(0, DIGITS);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
