package jasyncio.tools;

import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Loads the classes of a compiled program, and asks its parent for all others.
final class ProgramLoader extends ClassLoader implements Consumer<Consumer<Object>> {
  /*
   * Overview
   *
   * The JDK's own loader would look for a program's classes behind those of the library, and open
   * every jar of the library for that. Starting a program takes a fifth less time if nobody does:
   * the library's classes come from the start-up cache, which needs no jar.
   */
  static {
    registerAsParallelCapable();
  }

  private static final String SUFFIX = ".class";

  private final Map<String, byte[]> classes;

  private @Nullable Consumer<Object> entry;

  /// @param classes the program's classes by their names
  /// @param parent knows the library, and what else the program needs
  ProgramLoader(Map<String, byte[]> classes, ClassLoader parent) {
    super(parent);
    this.classes = classes;
  }

  /// A loader of the classes in `entries`, for a program that needs `classPath` besides the
  /// library.
  static ProgramLoader of(Map<String, byte[]> entries, String classPath) throws IOException {
    Map<String, byte[]> classes = new HashMap<>();
    entries.forEach((name, content) -> {
      if (name.endsWith(SUFFIX)) {
        classes.put(className(name), content);
      }
    });
    return new ProgramLoader(classes, libraryAnd(classPath));
  }

  private static ClassLoader libraryAnd(String classPath) throws IOException {
    ClassLoader library = ProgramLoader.class.getClassLoader();
    if (classPath.isEmpty()) {
      return library;
    }
    List<URL> more = new ArrayList<>();
    for (String each : classPath.split(File.pathSeparator, -1)) {
      more.add(Path.of(each).toUri().toURL());
    }
    return new URLClassLoader(more.toArray(URL[]::new), library);
  }

  /// The name of the class that stands in the file `path`.
  static String className(String path) {
    return path.substring(0, path.length() - SUFFIX.length()).replace('/', '.');
  }

  /// Takes the program's entry, when that class is initialised; see [EntryClass].
  @Override
  public void accept(Consumer<Object> entry) {
    this.entry = entry;
  }

  /// What calls the main method with the given arguments.
  ///
  /// @throws IllegalStateException if the class of the entry has not been initialised
  Consumer<Object> entry() {
    Consumer<Object> known = entry;
    if (known == null) {
      throw new IllegalStateException("the program's entry has not been initialised");
    }
    return known;
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    if (!classes.containsKey(name)) {
      return super.loadClass(name, resolve);
    }
    synchronized (getClassLoadingLock(name)) {
      Class<?> loaded = findLoadedClass(name);
      return loaded == null ? findClass(name) : loaded;
    }
  }

  @Override
  protected Class<?> findClass(String name) throws ClassNotFoundException {
    byte @Nullable [] code = classes.get(name);
    if (code == null) {
      throw new ClassNotFoundException(name);
    }
    return defineClass(name, code, 0, code.length);
  }
}
