package jasyncio.examples;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.StringWriter;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/// A compact source file: compiled without a warning, and run in this JVM, which is as it would be
/// run by `java NAME.java` but for the time a JVM takes to start.
final class CompactProgram {
  private static final String TIME = "jasyncio.time";

  /// What a program can read, the same as in `guide.py`.
  private static final String INPUT = "hello\nworld\n";

  private static final Object[] NO_ARGUMENTS = {new String[0]};

  private final String name;
  private final Path classes;

  private CompactProgram(String name, Path classes) {
    this.name = name;
    this.classes = classes;
  }

  /// Compiles programs, all in one go since that takes little longer than one.
  ///
  /// @param sources their sources, by name
  /// @param classes the folder for their classes
  /// @return the programs, by name, in the same order
  static Map<String, CompactProgram> compile(Map<String, String> sources, Path classes) {
    List<String> options =
        List.of(
            "-d",
            classes.toString(),
            "-Xlint:all",
            "-Werror",
            "-proc:none",
            "-cp",
            System.getProperty("java.class.path"));
    StringWriter messages = new StringWriter();
    List<JavaFileObject> files = new ArrayList<>();
    sources.forEach((name, source) -> files.add(new SourceText(name, source)));
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    if (!compiler.getTask(messages, null, null, options, null, files).call()) {
      throw new AssertionError("a program does not compile:\n" + messages);
    }
    Map<String, CompactProgram> programs = new LinkedHashMap<>();
    sources.keySet().forEach(name -> programs.put(name, new CompactProgram(name, classes)));
    return programs;
  }

  /// Runs it, with [#INPUT], and returns what it printed. On virtual time it waits for nothing, so
  /// what it prints is the same every time.
  String run(boolean virtualTime) throws Exception {
    InputStream input = System.in;
    PrintStream console = System.out;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    System.setIn(new ByteArrayInputStream(INPUT.getBytes(StandardCharsets.UTF_8)));
    System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    System.setProperty(TIME, virtualTime ? "virtual" : "real");
    try {
      callMain();
    } finally {
      System.clearProperty(TIME);
      System.setIn(input);
      System.setOut(console);
    }
    return printed.toString(StandardCharsets.UTF_8).replace(System.lineSeparator(), "\n");
  }

  private void callMain() throws Exception {
    URL[] where = {classes.toUri().toURL()};
    try (URLClassLoader loader = new URLClassLoader(where, getClass().getClassLoader())) {
      Class<?> program = loader.loadClass(name);
      var constructor = program.getDeclaredConstructor();
      constructor.setAccessible(true);
      for (Method method : program.getDeclaredMethods()) {
        if (method.getName().equals("main")) {
          method.setAccessible(true);
          Object[] arguments = method.getParameterCount() == 0 ? new Object[0] : NO_ARGUMENTS;
          method.invoke(constructor.newInstance(), arguments);
        }
      }
    } catch (InvocationTargetException e) {
      throw new AssertionError(name + " failed", e.getCause());
    } catch (IOException e) {
      throw new AssertionError(name + " could not be loaded", e);
    }
  }

  private static final class SourceText extends SimpleJavaFileObject {
    private final String source;

    SourceText(String name, String source) {
      super(URI.create("string:///" + name + ".java"), Kind.SOURCE);
      this.source = source;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return source;
    }
  }
}
