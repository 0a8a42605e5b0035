package jasyncio.tools;

import java.nio.file.Path;
import javax.lang.model.SourceVersion;
import javax.tools.SimpleJavaFileObject;

/// The source file of a program, as javac sees it.
final class ProgramSource extends SimpleJavaFileObject {
  private final String name;
  private final String text;

  /// @param name as the user gave it; messages show it like that
  ProgramSource(String name, String text) {
    super(Path.of(name).toAbsolutePath().toUri(), Kind.SOURCE);
    this.name = name;
    // the line for the shell goes, its line break stays, so that line numbers stay right
    this.text = text.startsWith("#!") ? text.substring(firstLineLength(text)) : text;
  }

  private static int firstLineLength(String text) {
    int end = text.indexOf('\n');
    return end < 0 ? text.length() : end;
  }

  @Override
  public String getName() {
    return name;
  }

  @Override
  public CharSequence getCharContent(boolean ignoreEncodingErrors) {
    return text;
  }

  /// A public class need not be named after the file.
  @Override
  public boolean isNameCompatible(String simpleName, Kind kind) {
    return kind == Kind.SOURCE && SourceVersion.isIdentifier(simpleName);
  }
}
