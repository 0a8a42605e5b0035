package jasyncio.tools;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TaskEvent;
import com.sun.source.util.TaskListener;
import jasyncio.lint.DroppedCoroutines;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import org.jspecify.annotations.Nullable;

/// One run of javac over the files of a program, and what came of it.
final class Compilation {
  private final boolean succeeded;
  private final String messages;
  private final Map<String, ByteArrayOutputStream> classes;
  private final Set<Path> sources;
  private final @Nullable String mainClass;

  private Compilation(boolean succeeded, String messages, ProgramClasses classes, Notes notes) {
    this.succeeded = succeeded;
    this.messages = messages;
    this.classes = classes.written();
    this.sources = notes.sources;
    this.mainClass = notes.mainClass;
  }

  boolean succeeded() {
    return succeeded;
  }

  /// What javac has to say, with [hints][Hints].
  String messages() {
    return messages;
  }

  /// Class files by their names in a jar.
  Map<String, ByteArrayOutputStream> classes() {
    return classes;
  }

  /// The files it was made of, those that javac has found by itself too.
  List<Path> sources() {
    return List.copyOf(sources);
  }

  /// The name of the first class in the first file, or null if there is none.
  @Nullable String mainClass() {
    return mainClass;
  }

  /// Compiles the files against the library and `classPath`. If names are not found there, the
  /// files beside the first one are looked at too, as `java FILE.java` does.
  static Compilation of(JavaCompiler compiler, List<String> files, String classPath)
      throws IOException {
    Compilation alone = run(compiler, files, classPath, "");
    if (alone.succeeded) {
      return alone;
    }
    Path root = rootOf(files.getFirst(), alone.mainClass);
    if (root == null || !hasOthers(root, files)) {
      return alone;
    }
    Compilation together = run(compiler, files, classPath, root.toString());
    return together.sources.size() > alone.sources.size() ? together : alone;
  }

  private static Compilation run(
      JavaCompiler compiler, List<String> files, String classPath, String sourcePath)
      throws IOException {
    StringWriter text = new StringWriter();
    Notes notes = new Notes();
    List<ProgramSource> sources = new ArrayList<>();
    for (String file : files) {
      sources.add(new ProgramSource(file, Files.readString(Path.of(file))));
    }
    String library = System.getProperty("java.class.path");
    List<String> options =
        List.of(
            "-proc:none",
            "-implicit:class",
            "-g",
            "-sourcepath",
            sourcePath,
            "-cp",
            classPath.isEmpty() ? library : library + File.pathSeparator + classPath);
    try (StandardJavaFileManager manager =
            compiler.getStandardFileManager(null, Locale.getDefault(), StandardCharsets.UTF_8);
        ProgramClasses classes = new ProgramClasses(manager);
        PrintWriter err = new PrintWriter(text)) {
      JavacTask task = (JavacTask) compiler.getTask(err, classes, null, options, null, sources);
      task.addTaskListener(notes);
      task.addTaskListener(new DroppedCoroutines(task));
      boolean succeeded = task.call();
      err.flush();
      return new Compilation(succeeded, Hints.addTo(text.toString()), classes, notes);
    }
  }

  /// The folder in which the packages of the file begin, or null if it does not lie where its
  /// package says.
  private static @Nullable Path rootOf(String file, @Nullable String mainClass) {
    Path folder = Path.of(file).toAbsolutePath().getParent();
    if (mainClass == null) {
      return folder;
    }
    int dot = mainClass.lastIndexOf('.');
    if (folder == null || dot < 0) {
      return folder;
    }
    Path packages = Path.of(mainClass.substring(0, dot).replace('.', File.separatorChar));
    if (!folder.endsWith(packages)) {
      return null;
    }
    for (int i = 0; i < packages.getNameCount() && folder != null; i++) {
      folder = folder.getParent();
    }
    return folder;
  }

  /// Whether there is anything else that javac might find.
  private static boolean hasOthers(Path root, List<String> files) throws IOException {
    if (!root.equals(Path.of(files.getFirst()).toAbsolutePath().getParent())) {
      return true; // the packages have folders
    }
    try (Stream<Path> children = Files.list(root)) {
      return children.filter(Compilation::mayHoldSources).skip(1).findAny().isPresent();
    }
  }

  private static boolean mayHoldSources(Path path) {
    return path.toString().endsWith(".java") || Files.isDirectory(path);
  }

  /// Notes which files are read, and the first class that is declared in the first.
  private static final class Notes implements TaskListener {
    final Set<Path> sources = new LinkedHashSet<>();
    @Nullable String mainClass;

    @Override
    public void finished(TaskEvent event) {
      if (event.getKind() != TaskEvent.Kind.PARSE) {
        return;
      }
      if (sources.isEmpty()) {
        mainClass = firstClass(event.getCompilationUnit());
      }
      sources.add(Path.of(event.getSourceFile().toUri()));
    }

    private static @Nullable String firstClass(CompilationUnitTree unit) {
      for (Tree declaration : unit.getTypeDecls()) {
        if (declaration instanceof ClassTree type) {
          ExpressionTree packageName = unit.getPackageName();
          String prefix = packageName == null ? "" : packageName + ".";
          return prefix + type.getSimpleName();
        }
      }
      return null;
    }
  }
}
