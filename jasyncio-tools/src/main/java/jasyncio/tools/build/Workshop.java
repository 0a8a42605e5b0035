package jasyncio.tools.build;

import java.nio.file.Path;

/// Where things are.
///
/// @param root the folder of the sources
/// @param work the one for all that is made
/// @param java the name of the JDK
record Workshop(Path root, Path work, String java) {
  /// A file of ours.
  Path file(String name) {
    return work.resolve(name);
  }

  /// Where a module of the project is built.
  Path target(String module) {
    return work.resolve("build").resolve(module);
  }

  /// The JDK's own program of that name.
  static String tool(String name) {
    return Path.of(System.getProperty("java.home"), "bin", name).toString();
  }
}
