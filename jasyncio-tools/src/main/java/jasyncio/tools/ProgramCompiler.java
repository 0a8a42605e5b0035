package jasyncio.tools;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;

/// Compiles a program, by the rules of `java FILE.java`, into a jar that starts as fast as any.
///
/// So the file may be called anything, the first class in it is the main class, it may start with a
/// `#!` line, it may be a compact source file, whose class is named after the file, and it may use
/// classes of the files beside it.
final class ProgramCompiler {
  private static final int FAILED = 1;

  private ProgramCompiler() {}

  /// Compiles `files` against this JVM's own class path and `classPath`, and puts the result into
  /// the file `target`, all at once.
  ///
  /// Javac's messages go to `err`, as javac prints them.
  ///
  /// @return the exit status: 0, or 1 if it does not compile
  static int compile(List<String> files, String classPath, Path target, PrintStream err) {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    if (compiler == null) {
      err.println(
          "jasyncio: "
              + System.getProperty("java.home")
              + " has no compiler in it. Set JAVA_HOME to a full JDK");
      return FAILED;
    }
    String main = files.getFirst();
    try {
      String more = join(classPath, Dependencies.of(files));
      Compilation compilation = Compilation.of(compiler, files, more);
      err.writeBytes(compilation.messages().getBytes(StandardCharsets.UTF_8));
      if (!compilation.succeeded()) {
        return FAILED;
      }
      if (compilation.mainClass() == null) {
        throw new CannotCompile(main + ": there is no class in it, so nothing to run");
      }
      Map<String, ByteArrayOutputStream> classes = compilation.classes();
      addEntry(classes, compilation.mainClass(), main, more);
      RunProgram.note(
          target, main, classes.values().stream().anyMatch(ProgramCompiler::usesNetwork));
      ProgramJar.write(target, classes, compilation.mainClass(), more, compilation.sources());
      return 0;
    } catch (CannotCompile e) {
      err.println(e.getMessage());
      return FAILED;
    } catch (IOException e) {
      err.println("jasyncio: cannot compile " + main + ": " + e);
      return FAILED;
    }
  }

  private static String join(String first, String second) {
    return first.isEmpty() || second.isEmpty()
        ? first + second
        : first + File.pathSeparator + second;
  }

  /// Whether the class file names a class of the network; names stand in it as they are.
  private static boolean usesNetwork(ByteArrayOutputStream classFile) {
    String text = classFile.toString(StandardCharsets.ISO_8859_1);
    return text.contains("jasyncio/net/") || text.contains("jasyncio/http/");
  }

  /// Adds the class that starts the program.
  private static void addEntry(
      Map<String, ByteArrayOutputStream> classes, String mainClass, String file, String classPath)
      throws IOException, CannotCompile {
    Map<String, byte[]> entries = new HashMap<>();
    classes.forEach((path, code) -> entries.put(path, code.toByteArray()));
    Class<?> type;
    try {
      type = ProgramLoader.of(entries, classPath).loadClass(mainClass);
    } catch (ClassNotFoundException e) {
      throw new IOException("javac has written no class " + mainClass, e);
    }
    ByteArrayOutputStream entry = new ByteArrayOutputStream();
    entry.writeBytes(EntryClass.calling(type, mainMethod(type, file)));
    classes.put(EntryClass.nameFor(mainClass).replace('.', '/') + ".class", entry);
  }

  private static Method mainMethod(Class<?> type, String file) throws CannotCompile {
    Method main = MainMethod.of(type);
    if (main == null) {
      throw new CannotCompile(
          file
              + ": there is no main method in class "
              + type.getName()
              + ". Write one: void main() { ... } or void main(String[] args) { ... }");
    }
    if (!MainMethod.canBeCalled(type, main)) {
      throw new CannotCompile(
          file
              + ": no instance of class "
              + type.getName()
              + " can be made to call its main method. Give it a constructor without arguments, or"
              + " make the method static");
    }
    return main;
  }
}
