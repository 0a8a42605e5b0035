package jasyncio.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// The name table tells the truth, and all of it.
class NameTableTest {
  private static final String TABLE = "docs/python-to-java.md";

  /// Where a name without a package is looked up, in this order.
  private static final List<String> PACKAGES =
      List.of(
          "jasyncio",
          "jasyncio.sync",
          "jasyncio.net",
          "jasyncio.net.testing",
          "jasyncio.http",
          "jasyncio.http.client",
          "jasyncio.http.server",
          "jasyncio.testing",
          "jasyncio.spi",
          "java.lang",
          "java.util",
          "java.io");

  /// Packages whose public types must all be in the table.
  private static final Set<String> COMPLETE =
      Set.of(
          "jasyncio",
          "jasyncio.sync",
          "jasyncio.net",
          "jasyncio.net.testing",
          "jasyncio.http",
          "jasyncio.http.client",
          "jasyncio.http.server",
          "jasyncio.spi");

  /// Public for technical reasons only.
  private static final Set<String> NOT_FOR_USERS = Set.of("CheckReturnValue");

  private static Set<String> javaNames() {
    return Markdown.rows(Repository.read(Repository.file(TABLE))).stream()
        .flatMap(cells -> Markdown.codes(cells.get(1)).stream())
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  @Test
  void everyJavaNameExists() {
    Set<String> unknown = javaNames();
    assertThat(unknown).hasSizeGreaterThan(100);
    unknown.removeIf(NameTableTest::exists);
    assertThat(unknown).as("in " + TABLE + ", but not in the library").isEmpty();
  }

  @Test
  void everyPublicTypeIsInTheTable() {
    Set<String> types = new TreeSet<>();
    for (Path source : Repository.mainSources()) {
      String text = Repository.read(source);
      String simpleName = source.getFileName().toString().replace(".java", "");
      boolean isPublic =
          text.lines().anyMatch(line -> line.matches("public .*\\b" + simpleName + "\\b.*[{<(].*"));
      if (isPublic && COMPLETE.contains(packageOf(text)) && !NOT_FOR_USERS.contains(simpleName)) {
        types.add(simpleName);
      }
    }
    assertThat(types).hasSizeGreaterThan(50);
    javaNames().forEach(name -> types.remove(name.split("\\.")[0]));
    assertThat(types).as("each needs a row in " + TABLE).isEmpty();
  }

  private static String packageOf(String source) {
    return source
        .lines()
        .filter(line -> line.startsWith("package "))
        .map(line -> line.replaceAll("package |;", ""))
        .findFirst()
        .orElse("");
  }

  @Test
  void everyFunctionOfTheFacadeAndTheLoopIsInTheTable() throws ClassNotFoundException {
    for (String type : List.of("Asyncio", "EventLoop")) {
      Set<String> functions =
          Arrays.stream(Class.forName("jasyncio." + type).getDeclaredMethods())
              .filter(method -> Modifier.isPublic(method.getModifiers()) && !method.isSynthetic())
              .map(method -> type + "." + method.getName())
              .filter(name -> !name.endsWith(".toString"))
              .collect(Collectors.toCollection(TreeSet::new));
      functions.removeAll(javaNames());
      assertThat(functions).as("each needs a row in " + TABLE).isEmpty();
    }
  }

  /// Whether there is a public type, or a public method of it, of this name.
  private static boolean exists(String name) {
    String[] parts = name.split("\\.");
    Class<?> type = find(parts[0]);
    if (type == null || parts.length == 1) {
      return type != null;
    }
    return Stream.concat(Arrays.stream(type.getMethods()), Arrays.stream(type.getDeclaredMethods()))
        .filter(method -> Modifier.isPublic(method.getModifiers()))
        .map(Method::getName)
        .anyMatch(parts[1]::equals);
  }

  private static @Nullable Class<?> find(String simpleName) {
    for (String folder : PACKAGES) {
      try {
        Class<?> type = Class.forName(folder + "." + simpleName);
        return Modifier.isPublic(type.getModifiers()) ? type : null;
      } catch (ClassNotFoundException _) {
        // the next, then
      }
    }
    return null;
  }
}
