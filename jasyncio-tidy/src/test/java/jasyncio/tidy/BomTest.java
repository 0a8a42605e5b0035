package jasyncio.tidy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// What is published, the BOM has, and nothing else.
class BomTest {
  private static final Pattern MODULE = Pattern.compile("<module>([^<]+)</module>");
  private static final Pattern MANAGED =
      Pattern.compile("<artifactId>([^<]+)</artifactId>\\s*<version>[$]");
  private static final String BOM = "jasyncio-bom";
  private static final String NOT_PUBLISHED = "<maven.deploy.skip>true</maven.deploy.skip>";

  @Test
  void namesEveryPublishedModule() {
    assertThat(all(MANAGED, pom(BOM))).containsExactlyInAnyOrderElementsOf(published());
  }

  /// The rules for published modules and the build agree on which these are.
  @Test
  void whatTheStyleTakesAsPublishedIsPublished() {
    assertThat(Project.publishedModules().stream().map(module -> module.getFileName().toString()))
        .containsExactlyInAnyOrderElementsOf(published());
  }

  private static List<String> published() {
    return all(MODULE, read(Project.ROOT.resolve("pom.xml"))).stream()
        .filter(module -> !module.equals(BOM) && !pom(module).contains(NOT_PUBLISHED))
        .toList();
  }

  private static String pom(String module) {
    return read(Project.ROOT.resolve(module).resolve("pom.xml"));
  }

  private static List<String> all(Pattern pattern, String text) {
    return pattern.matcher(text).results().map((MatchResult each) -> each.group(1)).toList();
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
