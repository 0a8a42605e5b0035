package jasyncio.tools;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TaskEvent;
import com.sun.source.util.TaskListener;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/// Compiles the one source file of a program, by the rules of `java FILE.java`, into a jar that
/// starts as fast as any.
///
/// So the file may be called anything, the first class in it is the main class, it may start with a
/// `#!` line, and it may be a compact source file, whose class is named after the file.
final class ProgramCompiler {
  /// The two files of a compiled program, in its own folder.
  static final String JAR = "program.jar";

  static final String MAIN_CLASS = "main";

  private static final int FAILED = 1;

  private ProgramCompiler() {}

  /// Compiles `source` against this JVM's own class path and puts the result into the new folder
  /// `target`, all at once.
  ///
  /// Javac's messages go to `err`, as javac prints them.
  ///
  /// @return the exit status: 0, or 1 if it does not compile
  static int compile(String source, Path target, PrintStream err) {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    if (compiler == null) {
      err.println(
          "jasyncio: "
              + System.getProperty("java.home")
              + " has no compiler in it. Set JAVA_HOME to a full JDK");
      return FAILED;
    }
    try {
      ProgramSource program = new ProgramSource(source, Files.readString(Path.of(source)));
      return compile(compiler, program, target, new PrintWriter(err, true, StandardCharsets.UTF_8));
    } catch (IOException e) {
      err.println("jasyncio: cannot compile " + source + ": " + e);
      return FAILED;
    }
  }

  private static int compile(
      JavaCompiler compiler, ProgramSource source, Path target, PrintWriter err)
      throws IOException {
    MainClassFinder main = new MainClassFinder();
    try (StandardJavaFileManager files =
            compiler.getStandardFileManager(null, Locale.getDefault(), StandardCharsets.UTF_8);
        ProgramClasses classes = new ProgramClasses(files)) {
      List<String> options =
          List.of("-proc:none", "-g", "-cp", System.getProperty("java.class.path"));
      JavacTask task =
          (JavacTask) compiler.getTask(err, classes, null, options, null, List.of(source));
      task.addTaskListener(main);
      task.addTaskListener(new DroppedCoroutines(task));
      if (!task.call()) {
        return FAILED;
      }
      if (main.name == null) {
        err.println(source.getName() + ": there is no class in it, so nothing to run");
        return FAILED;
      }
      String complaint = addEntry(classes.written(), main.name);
      if (complaint != null) {
        err.println(source.getName() + ": " + complaint);
        return FAILED;
      }
      ProgramFolder.write(target, classes.written(), main.name);
    }
    return 0;
  }

  /// Adds the class that starts the program.
  ///
  /// @return null, or why it cannot be started
  private static @Nullable String addEntry(
      Map<String, ByteArrayOutputStream> written, String mainClass) throws IOException {
    Map<String, byte[]> classes = new HashMap<>();
    written.forEach((path, code) -> classes.put(ProgramLoader.className(path), code.toByteArray()));
    Class<?> type;
    try {
      type = new ProgramLoader(classes).loadClass(mainClass);
    } catch (ClassNotFoundException e) {
      throw new IOException("javac has written no class " + mainClass, e);
    }
    Method main = MainMethod.of(type);
    if (main == null) {
      return "there is no main method in class "
          + mainClass
          + ". Write one: void main() { ... } or void main(String[] args) { ... }";
    }
    if (!MainMethod.canBeCalled(type, main)) {
      return "no instance of class "
          + mainClass
          + " can be made to call its main method. Give it a constructor without arguments, or make"
          + " the method static";
    }
    ByteArrayOutputStream entry = new ByteArrayOutputStream();
    entry.writeBytes(EntryClass.calling(type, main));
    written.put(EntryClass.nameFor(mainClass).replace('.', '/') + ".class", entry);
    return null;
  }

  /// Notes the name of the first class that is declared in the file.
  private static final class MainClassFinder implements TaskListener {
    @Nullable String name;

    @Override
    public void finished(TaskEvent event) {
      if (event.getKind() == TaskEvent.Kind.PARSE && name == null) {
        name = firstClass(event.getCompilationUnit());
      }
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
