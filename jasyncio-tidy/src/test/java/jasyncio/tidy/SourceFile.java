package jasyncio.tidy;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/// One Java source: its lines, and its syntax tree.
record SourceFile(String name, String text) {
  /// What javac made of it.
  record Parsed(CompilationUnitTree unit, DocTrees trees) {
    long lineOf(long position) {
      return unit.getLineMap().getLineNumber(position);
    }
  }

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

  Parsed parse() {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    String fileName = name.substring(name.lastIndexOf('/') + 1);
    JavaFileObject source =
        new SimpleJavaFileObject(URI.create("memory:///" + fileName), JavaFileObject.Kind.SOURCE) {
          @Override
          public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
          }
        };
    JavacTask task =
        (JavacTask) compiler.getTask(null, null, _ -> {}, List.of(), null, List.of(source));
    try {
      return new Parsed(task.parse().iterator().next(), DocTrees.instance(task));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
