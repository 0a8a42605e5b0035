package jasyncio.net;

import static org.assertj.core.api.Assertions.assertThat;

import jasyncio.Coroutine;
import jasyncio.Future;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The network's part of docs/cancel-safety.md is written by hand; this holds it to the code.
class CancelSafetyTableTest {
  private static final Pattern QUOTED = Pattern.compile("`([^`]+)`");

  /// Those that need no line, with the reason.
  private static final Map<String, String> EXEMPT =
      Map.of(
          "DatagramTransport.joinGroup", "does not suspend with the transports there are",
          "DatagramTransport.leaveGroup", "does not suspend with the transports there are",
          "Resolver.resolve", "an interface: see Net.getaddrinfo",
          "Sockets.sockSendto", "no system is known to let a sender over UDP wait");

  /// One line of the table.
  ///
  /// @param methods as `Class.method`
  /// @param sweep as `Class.method`
  private record Row(List<String> methods, String sweep) {}

  private static Path root() {
    Path root = Path.of("").toAbsolutePath();
    while (!Files.isRegularFile(root.resolve("LICENSE"))) {
      root = root.getParent();
      assertThat(root).as("a folder with the LICENSE, here or above").isNotNull();
    }
    return root;
  }

  private static List<Row> rows() throws IOException {
    String text = Files.readString(root().resolve("docs/cancel-safety.md"));
    List<Row> rows = new ArrayList<>();
    for (String line : text.substring(text.indexOf("\n## The network")).split("\n")) {
      String[] cells = line.split(" *\\| *");
      if (cells.length == 5 && cells[4].startsWith("`")) {
        rows.add(new Row(methods(cells[1]), cells[4].replace("`", "")));
      }
    }
    assertThat(rows).hasSizeGreaterThan(20);
    return rows;
  }

  /// The class is named once: "`Net.createServer`, `startServer`".
  private static List<String> methods(String cell) {
    List<String> methods = new ArrayList<>();
    String type = null;
    for (Matcher quoted = QUOTED.matcher(cell); quoted.find(); ) {
      String name = quoted.group(1);
      int dot = name.indexOf('.');
      if (dot > 0) {
        type = name.substring(0, dot);
        methods.add(name);
      } else if (type != null) {
        methods.add(type + "." + name);
      }
    }
    return methods;
  }

  private static List<Class<?>> publicTypes() throws Exception {
    Path classes =
        Path.of(Net.class.getProtectionDomain().getCodeSource().getLocation().toURI())
            .resolve("jasyncio/net");
    List<Class<?>> types = new ArrayList<>();
    try (Stream<Path> files = Files.list(classes)) {
      for (Path file : files.toList()) {
        String name = file.getFileName().toString();
        if (name.matches("\\w+\\.class")) {
          Class<?> type = Class.forName("jasyncio.net." + name.replace(".class", ""));
          if (Modifier.isPublic(type.getModifiers())) {
            types.add(type);
          }
        }
      }
    }
    assertThat(types).contains(Net.class, Sockets.class);
    return types;
  }

  @Test
  void everyMethodThatMaySuspendHasItsLine() throws Exception {
    Set<String> suspending = new TreeSet<>();
    for (Class<?> type : publicTypes()) {
      for (Method method : type.getDeclaredMethods()) {
        boolean awaited =
            method.getReturnType() == Coroutine.class || method.getReturnType() == Future.class;
        if (awaited && Modifier.isPublic(method.getModifiers())) {
          suspending.add(type.getSimpleName() + "." + method.getName());
        }
      }
    }
    Set<String> told = new TreeSet<>();
    rows().forEach(row -> told.addAll(row.methods()));
    assertThat(suspending).containsAll(EXEMPT.keySet());
    suspending.removeAll(EXEMPT.keySet());
    assertThat(told).containsAll(suspending).doesNotContainAnyElementsOf(EXEMPT.keySet());
  }

  @Test
  void everyMethodAndSweepThatIsNamedIsThere() throws Exception {
    for (Row row : rows()) {
      for (String name : row.methods()) {
        if (!name.startsWith("LoopGroup.")) { // the core's
          String type = name.substring(0, name.indexOf('.'));
          String method = name.substring(name.indexOf('.') + 1);
          assertThat(Class.forName("jasyncio.net." + type).getMethods())
              .as(name)
              .anyMatch(found -> found.getName().equals(method));
        }
      }
      assertThat(source(row.sweep().substring(0, row.sweep().indexOf('.'))))
          .as(row.sweep())
          .contains("void " + row.sweep().substring(row.sweep().indexOf('.') + 1) + "(");
    }
  }

  private static String source(String testClass) throws IOException {
    for (String folder : Arrays.asList("jasyncio/net", "jasyncio/net/netty")) {
      Path file =
          root().resolve("jasyncio-net/src/test/java").resolve(folder).resolve(testClass + ".java");
      if (Files.exists(file)) {
        return Files.readString(file);
      }
    }
    throw new AssertionError("no such test: " + testClass);
  }
}
