package jasyncio.bench.compare;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import javax.tools.ToolProvider;

/// A program packed as users pack theirs, for `java -jar`: its manifest names the jars of the
/// library and asks for what the fast engine needs.
final class AppJar {
  private static final List<String> NEEDED = List.of("jasyncio-", "netty-", "jspecify-");
  private static final String NOT_NEEDED = "jasyncio-bench";

  private AppJar() {}

  /// Compiles a source file and writes `app.jar` to a folder of its own, anew.
  static Path make(Path source, Path folder) throws IOException {
    Path classes = Files.createDirectories(folder.resolve("classes"));
    int status =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                null,
                "-cp",
                System.getProperty("java.class.path"),
                "-d",
                classes.toString(),
                source.toString());
    if (status != 0) {
      throw new IOException("javac does not compile " + source);
    }
    Manifest manifest = new Manifest();
    Attributes attributes = manifest.getMainAttributes();
    attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
    String file = source.getFileName().toString();
    attributes.put(Attributes.Name.MAIN_CLASS, file.replace(".java", ""));
    attributes.put(Attributes.Name.CLASS_PATH, library(folder));
    attributes.putValue("Add-Exports", "java.base/jdk.internal.vm java.base/jdk.internal.misc");
    attributes.putValue("Enable-Native-Access", "ALL-UNNAMED");
    Path jar = folder.resolve("app.jar");
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar), manifest);
        Stream<Path> compiled = Files.list(classes)) {
      for (Path each : compiled.toList()) {
        out.putNextEntry(new JarEntry(each.getFileName().toString()));
        Files.copy(each, out);
      }
    }
    return jar;
  }

  /// Copies the jars of the library to `lib` beside the program, and names them as a manifest does.
  /// Not by their URLs: the JDK archives no class from such a place.
  private static String library(Path folder) throws IOException {
    Path lib = Files.createDirectories(folder.resolve("lib"));
    List<String> names = new ArrayList<>();
    String path = System.getProperty("java.class.path");
    for (String each : path.split(File.pathSeparator, -1)) {
      Path jar = Path.of(each);
      String name = jar.getFileName().toString();
      if (NEEDED.stream().anyMatch(name::startsWith) && !name.startsWith(NOT_NEEDED)) {
        Files.copy(jar, lib.resolve(name), StandardCopyOption.REPLACE_EXISTING);
        names.add("lib/" + name);
      }
    }
    return String.join(" ", names);
  }
}
