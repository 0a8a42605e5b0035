package jasyncio.bench.compare;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// The jars of netty-tcnative with BoringSSL in it. They lie in the jar of this module as files, so
/// that they are on the class path of those peers alone that are measured with them.
final class BoringSsl {
  private static final String CLASSES = "netty-tcnative-classes.jar";
  private static final String LIBRARY = "netty-tcnative-boringssl-static-";

  private BoringSsl() {}

  /// Writes them to a folder; empty if there is no library for this system.
  static List<Path> unpack(Path folder) throws IOException {
    List<Path> jars = new ArrayList<>();
    for (String name : List.of(CLASSES, LIBRARY + system() + ".jar")) {
      try (InputStream jar = BoringSsl.class.getResourceAsStream("boringssl/" + name)) {
        if (jar == null) {
          return List.of();
        }
        Path file = folder.resolve(name);
        Files.createDirectories(folder);
        Files.copy(jar, file, StandardCopyOption.REPLACE_EXISTING);
        jars.add(file);
      }
    }
    return jars;
  }

  /// As the names of Netty's jars have it: `linux-x86_64`.
  static String system() {
    String processor = System.getProperty("os.arch");
    return System.getProperty("os.name").toLowerCase(Locale.ROOT)
        + "-"
        + switch (processor) {
          case "amd64" -> "x86_64";
          case "aarch64" -> "aarch_64";
          default -> processor;
        };
  }
}
