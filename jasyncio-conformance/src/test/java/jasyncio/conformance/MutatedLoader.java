package jasyncio.conformance;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Loads the library and the interpreter once more, some classes changed by mutations. The engine
/// is shared: nothing is planted there.
final class MutatedLoader extends ClassLoader {
  private final List<Mutation> mutations;
  private final Set<Mutation> applied = new HashSet<>();

  MutatedLoader(List<Mutation> mutations) {
    super(MutatedLoader.class.getClassLoader());
    this.mutations = mutations;
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    boolean ours = name.startsWith("jasyncio.") && !name.startsWith("jasyncio.engine.");
    if (!ours) {
      return super.loadClass(name, resolve);
    }
    synchronized (getClassLoadingLock(name)) {
      Class<?> loaded = findLoadedClass(name);
      return loaded == null ? define(name) : loaded;
    }
  }

  private Class<?> define(String name) throws ClassNotFoundException {
    byte[] code = read(name);
    for (Mutation mutation : mutations) {
      if (mutation.className().equals(name)) {
        code = mutation.apply(code, getParent());
        applied.add(mutation);
      }
    }
    return defineClass(name, code, 0, code.length);
  }

  private byte[] read(String name) throws ClassNotFoundException {
    try (InputStream in = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
      if (in == null) {
        throw new ClassNotFoundException(name);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Loads and verifies every changed class, so that a mutation that breaks one is not taken for a
  /// defect that was noticed.
  void verify() throws ClassNotFoundException {
    for (Mutation mutation : mutations) {
      Class.forName(mutation.className(), true, this);
    }
    if (!applied.containsAll(mutations)) {
      throw new IllegalStateException("not all of " + mutations + " were applied");
    }
  }
}
