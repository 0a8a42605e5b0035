package jasyncio.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// ARCHITECTURE.md lists every field that several threads touch.
class SharedFieldsTest {
  private static final String DOCUMENT = "ARCHITECTURE.md";

  /// A field of a kind that makes no sense but between threads.
  private static final Pattern SHARED =
      Pattern.compile(
          "(?m)^  +(?:private |protected |public |static |final |transient )*"
              + "(?:volatile [\\w.<>?@ \\[\\], ]+?"
              + "|(?:Atomic\\w+|VarHandle|ThreadLocal|ReentrantLock|SynchronousQueue)(?:<[^=;(]*>)?"
              + "|[\\w.]+<[^=;(]*>"
              + "(?= \\w+ =\\s+(?:new Concurrent|ConcurrentHashMap|new CopyOnWrite)))"
              + " (\\w+)(?: =|;)");

  private static final Set<String> NOT_PART_OF_THE_LIBRARY =
      Set.of("jasyncio-bench", "jasyncio-conformance", "jasyncio-tools", "jasyncio-examples");

  private static Set<String> fieldsInSources() {
    Set<String> fields = new TreeSet<>();
    for (Path source : Repository.mainSources()) {
      if (NOT_PART_OF_THE_LIBRARY.stream().anyMatch(module -> source.toString().contains(module))) {
        continue;
      }
      String type = source.getFileName().toString().replace(".java", "");
      Matcher matcher = SHARED.matcher(Repository.read(source));
      while (matcher.find()) {
        fields.add(type + "." + matcher.group(1));
      }
    }
    return fields;
  }

  private static Set<String> fieldsInDocument() {
    String document = Repository.read(Repository.file(DOCUMENT));
    String section = document.substring(document.indexOf("\n## Fields that several threads touch"));
    int end = section.indexOf("\n## ", 1);
    return Markdown.rows(end < 0 ? section : section.substring(0, end)).stream()
        .flatMap(cells -> Markdown.codes(cells.get(0)).stream())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void everySharedFieldIsListed() {
    assertThat(fieldsInSources())
        .contains("ParkDriver.waiter", "Poller.driver", "ThreadCarrier.baton");
    Set<String> missing = fieldsInSources();
    missing.removeAll(fieldsInDocument());
    assertThat(missing)
        .as("each needs a row in the table of " + DOCUMENT + ": access mode and reason")
        .isEmpty();
  }

  @Test
  void everyListedFieldExists() {
    Set<String> gone = fieldsInDocument();
    for (Path source : Repository.mainSources()) {
      String type = source.getFileName().toString().replace(".java", "");
      String text = Repository.read(source);
      gone.removeIf(field ->
          field.startsWith(type + ".")
              && Pattern.compile("\\b" + field.substring(type.length() + 1) + "\\b")
                  .matcher(text)
                  .find());
    }
    assertThat(gone).as("listed in " + DOCUMENT + ", but not in the sources").isEmpty();
  }
}
