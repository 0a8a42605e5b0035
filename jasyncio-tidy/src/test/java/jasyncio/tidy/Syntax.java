package jasyncio.tidy;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/// The syntax tree of a source, as javac parses it.
record Syntax(SourceFile source, CompilationUnitTree unit, DocTrees trees) {
  /// Parses all of them at once, which is many times faster than one after the other.
  static List<Syntax> of(List<SourceFile> sources) {
    List<JavaFileObject> files = new ArrayList<>();
    for (SourceFile source : sources) {
      files.add(new InMemory(source));
    }
    JavacTask task =
        (JavacTask)
            ToolProvider.getSystemJavaCompiler()
                .getTask(null, null, _ -> {}, List.of(), null, files);
    List<Syntax> parsed = new ArrayList<>();
    try {
      for (CompilationUnitTree unit : task.parse()) {
        parsed.add(new Syntax(sources.get(parsed.size()), unit, DocTrees.instance(task)));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return parsed;
  }

  long firstLine(Tree tree) {
    return line(trees.getSourcePositions().getStartPosition(unit, tree));
  }

  long lastLine(Tree tree) {
    return line(trees.getSourcePositions().getEndPosition(unit, tree));
  }

  private long line(long position) {
    return unit.getLineMap().getLineNumber(position);
  }

  /// Whether it stands in the source; javac adds constructors of its own.
  boolean isWritten(Tree tree) {
    return trees.getSourcePositions().getEndPosition(unit, tree) >= 0;
  }

  boolean isDocumented(TreePath path) {
    return trees.getDocComment(path) != null;
  }

  private static final class InMemory extends SimpleJavaFileObject {
    private final SourceFile source;

    InMemory(SourceFile source) {
      super(URI.create("memory:///" + source.name().replace(' ', '_')), Kind.SOURCE);
      this.source = source;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return source.text();
    }
  }
}
