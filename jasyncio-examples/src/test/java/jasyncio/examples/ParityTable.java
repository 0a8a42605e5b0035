package jasyncio.examples;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The table of what asyncio has and how it stands here, made of the list of ids and of what the
/// tests say about themselves.
final class ParityTable {
  private static final String IDS = "docs/parity-ids.tsv";

  /// Sections of asyncio that are not about the network: complete.
  private static final Set<Integer> CORE =
      Set.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 23, 24, 26, 28, 29);

  /// The call graph belongs to the core too; the other tools of its section do not.
  private static final Set<String> CORE_TOO = Set.of("GRA-01", "GRA-02", "GRA-03", "GRA-04");

  private static final Pattern ANNOTATION = Pattern.compile("@Parity\\(([^)]*)\\)");
  private static final Pattern ID = Pattern.compile("\"([^\"]*)\"");
  private static final Pattern ANNOTATED = Pattern.compile("\\bclass \\w+|[\\w>] (\\w+)\\(");

  private static final String HEADER =
      """
      # What of CPython's asyncio is there

      Every name of asyncio in CPython 3.14 has a row. The table is made from the tests: each says
      with `@Parity` which rows it stands for.

      | Status | Meaning |
      |---|---|
      | done | As in CPython |
      | done, differs | Different for a reason: see also [differences.md](differences.md) |
      | partly | There, but for what the remark says |
      | not applicable | Not needed in Java, for the reason in the remark |
      | not yet | Missing |
      | untested | No test says so |

      After a change: `mvn -pl jasyncio-examples -am verify -Dtest=ParityTest -Dparity.update`
      """;

  private final List<Row> rows = new ArrayList<>();
  private final Set<String> unknown = new TreeSet<>();

  private ParityTable() {}

  /// One thing that asyncio has.
  ///
  /// @param id of the row
  /// @param section its heading
  /// @param name CPython's name, and what it promises
  /// @param remark what is to be said about it here: `differs: `, `n/a: ` or `not yet: ` and the
  ///   reason; or nothing
  /// @param tests the tests that stand for it
  record Row(String id, String section, String name, String remark, Set<String> tests) {
    boolean isCore() {
      int number = Integer.parseInt(section.substring(0, section.indexOf('.')));
      return CORE.contains(number) || CORE_TOO.contains(id);
    }

    String status() {
      if (remark.startsWith("n/a: ")) {
        return "not applicable";
      }
      if (tests.isEmpty()) {
        return remark.startsWith("not yet: ") ? "not yet" : "untested";
      }
      if (remark.startsWith("not yet: ")) {
        return "partly";
      }
      return remark.isEmpty() ? "done" : "done, differs";
    }

    String reason() {
      return remark.replaceFirst("^[^:]*: ", "");
    }
  }

  static ParityTable read() {
    ParityTable table = new ParityTable();
    Map<String, Set<String>> tests = testsById();
    for (String line : Repository.read(Repository.file(IDS)).lines().toList()) {
      if (line.startsWith("#")) {
        continue;
      }
      String[] cells = line.split("\t", 4);
      Set<String> found = tests.remove(cells[0]);
      table.rows.add(
          new Row(
              cells[0],
              cells[1],
              cells[2],
              cells.length > 3 ? cells[3] : "",
              found == null ? Set.of() : found));
    }
    table.unknown.addAll(tests.keySet());
    return table;
  }

  List<Row> rows() {
    return rows;
  }

  /// What tests stand for without being in the list.
  Set<String> unknown() {
    return unknown;
  }

  String toMarkdown() {
    StringBuilder text = new StringBuilder(HEADER);
    String section = "";
    for (Row row : rows) {
      if (!row.section().equals(section)) {
        section = row.section();
        text.append("\n## ").append(section);
        text.append("\n\n| Id | asyncio | Status | Remark | Tests |\n|---|---|---|---|---|\n");
      }
      text.append(
          "| %s | %s | %s | %s | %s |\n"
              .formatted(
                  row.id(),
                  row.name(),
                  row.status(),
                  row.reason(),
                  String.join(", ", row.tests())));
    }
    return text.toString();
  }

  private static Map<String, Set<String>> testsById() {
    Map<String, Set<String>> tests = new LinkedHashMap<>();
    for (Path source : testSources()) {
      String type = source.getFileName().toString().replace(".java", "");
      String text = Repository.read(source);
      Matcher annotation = ANNOTATION.matcher(text);
      while (annotation.find()) {
        Matcher annotated = ANNOTATED.matcher(text);
        if (!annotated.find(annotation.end())) {
          throw new AssertionError("nothing follows @Parity in " + source);
        }
        String name = annotated.group(1) == null ? type : type + "." + annotated.group(1);
        ID.matcher(annotation.group(1))
            .results()
            .forEach(id ->
                tests.computeIfAbsent(id.group(1), _ -> new TreeSet<>()).add("`" + name + "`"));
      }
    }
    return tests;
  }

  private static List<Path> testSources() {
    try (Stream<Path> modules = Files.list(Repository.file(""))) {
      return modules
          .filter(module -> module.getFileName().toString().startsWith("jasyncio-"))
          .map(module -> module.resolve("src/test/java"))
          .filter(Files::isDirectory)
          .sorted()
          .flatMap(ParityTable::javaFiles)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Stream<Path> javaFiles(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.toString().endsWith(".java")).sorted().toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
