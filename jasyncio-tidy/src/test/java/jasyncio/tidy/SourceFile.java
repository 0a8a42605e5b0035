package jasyncio.tidy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// One Java source; its name is its path in the project.
record SourceFile(String name, String text) {
  static SourceFile read(Path file) {
    try {
      return new SourceFile(Project.ROOT.relativize(file).toString(), Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  List<String> lines() {
    return text.lines().toList();
  }

  boolean isTest() {
    return name.contains("/src/test/");
  }

  /// One line for people.
  String finding(long line, String remedy) {
    return name + ":" + line + ": " + remedy;
  }
}
