package jasyncio.tools;

import java.io.IOException;
import java.io.InputStream;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
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
  ProgramLoader(Map<String, byte[]> classes) {
    super(ProgramLoader.class.getClassLoader());
    this.classes = classes;
  }

  /// A loader of the classes in the file `jar`.
  static ProgramLoader of(String jar) throws IOException {
    Map<String, byte[]> classes = new HashMap<>();
    try (ZipFile file = new ZipFile(jar)) {
      for (Enumeration<? extends ZipEntry> all = file.entries(); all.hasMoreElements(); ) {
        ZipEntry entry = all.nextElement();
        String name = entry.getName();
        if (name.endsWith(SUFFIX)) {
          try (InputStream in = file.getInputStream(entry)) {
            classes.put(className(name), in.readAllBytes());
          }
        }
      }
    }
    return new ProgramLoader(classes);
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
