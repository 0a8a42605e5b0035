package jasyncio.bench.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// docs/performance-notes.md: what was tried for a workload, and what stands in its way. The
/// heading of a paragraph names the workloads that it is about.
final class Notes {
  static final String FILE = "performance-notes.md";

  private final List<String> headings;

  private Notes(List<String> headings) {
    this.headings = headings;
  }

  static Notes read(Path file) throws IOException {
    return new Notes(
        Files.readAllLines(file).stream()
            .filter(line -> line.startsWith("#"))
            .map(line -> line.replaceFirst("^#+ *", ""))
            .toList());
  }

  /// A link to the paragraph about a workload; null if there is none.
  @Nullable String link(String workload) {
    Pattern name = Pattern.compile("\\b" + Pattern.quote(workload) + "\\b");
    return headings.stream()
        .filter(heading -> name.matcher(heading).find())
        .findFirst()
        .map(heading -> FILE + "#" + anchor(heading))
        .orElse(null);
  }

  /// As the usual renderers of Markdown make it.
  private static String anchor(String heading) {
    return heading.toLowerCase(Locale.ROOT).replaceAll("[^\\w\\- ]", "").replace(' ', '-');
  }
}
