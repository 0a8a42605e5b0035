package jasyncio.sweeps;

import jasyncio.AsCompleted;
import jasyncio.Asyncio;
import jasyncio.Coroutine;
import jasyncio.Future;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/// The public methods of the core that may suspend, or whose result is there to be awaited, found
/// by reflection.
final class SuspendingMethods {
  private static final List<String> PACKAGES = List.of("jasyncio", "jasyncio.spi", "jasyncio.sync");

  private static final Set<Class<?>> AWAITED =
      Set.of(Coroutine.class, Future.class, AsCompleted.class);

  /// Those that suspend by themselves.
  private static final Set<String> DIRECT =
      Set.of("Asyncio.await", "Asyncio.asyncFor", "AsyncGenerator.close", "Explore.point");

  /// Those that need no sweep, with the reason.
  private static final Map<String, String> EXEMPT =
      Map.of(
          "Asyncio.async", "the body is the caller's own",
          "AsyncIterator.anext", "an interface",
          "CallGraph.future", "an accessor",
          "Asyncio.ensureFuture", "gives a future: see Asyncio.await",
          "Asyncio.wrapFuture",
              "gives a future, the one that Asyncio.await(CompletionStage) awaits",
          "EventLoop.createFuture", "gives a future: see Asyncio.await",
          "EventLoop.ensureFuture", "gives a future: see Asyncio.await",
          "ExceptionContext.future", "an accessor",
          "Task.getCoro", "an accessor");

  private SuspendingMethods() {}

  /// As `Class.method`, without regard to overloads.
  static Set<String> find() {
    Set<String> found = new TreeSet<>();
    for (Class<?> type : publicTypes()) {
      for (Method method : type.getMethods()) {
        String name = type.getSimpleName() + "." + method.getName();
        if (AWAITED.contains(method.getReturnType()) || DIRECT.contains(name)) {
          found.add(name);
        }
      }
    }
    found.removeAll(EXEMPT.keySet());
    return found;
  }

  private static List<Class<?>> publicTypes() {
    List<Class<?>> types = new ArrayList<>();
    try {
      Path place =
          Path.of(Asyncio.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      if (Files.isDirectory(place)) {
        collect(place, types);
      } else {
        try (FileSystem jar =
            FileSystems.newFileSystem(URI.create("jar:" + place.toUri()), Map.of())) {
          collect(jar.getPath("/"), types);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
    return types;
  }

  private static void collect(Path root, List<Class<?>> types) throws IOException {
    for (String name : PACKAGES) {
      try (Stream<Path> files = Files.list(root.resolve(name.replace('.', '/')))) {
        for (Path file : files.toList()) {
          String simple = file.getFileName().toString();
          if (simple.endsWith(".class") && !simple.endsWith("-info.class")) {
            Class<?> type = load(name + "." + simple.substring(0, simple.length() - 6));
            if (Modifier.isPublic(type.getModifiers())) {
              types.add(type);
            }
          }
        }
      }
    }
  }

  private static Class<?> load(String name) {
    try {
      return Class.forName(name, false, SuspendingMethods.class.getClassLoader());
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }
}
