package jasyncio.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What `./jasyncio new` makes builds, tests and runs, outside this tree.
@Tag("child-jvm")
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class NewProjectTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final String LAUNCHER = ROOT.resolve("jasyncio").toString();
  private static final Path POM = Path.of("src/main/resources/jasyncio/tools/project/pom.xml.txt");
  private static final Pattern PLUGIN =
      Pattern.compile("<artifactId>(maven-\\w+-plugin)</artifactId>\\s*<version>([^<]+)</version>");

  @TempDir Path folder;

  @Test
  void itBuildsTestsAndRunsOnTheFastEngine() throws Exception {
    assertThat(run(folder, LAUNCHER, "new", "my-app"))
        .contains("  cd my-app\n")
        .contains("  java -jar target/my-app-1.0.jar\n");
    Path project = folder.resolve("my-app");
    assertThat(project.resolve("src/main/java/myapp/App.java")).exists();
    assertThat(run(project, "mvn", "-B", "verify")).contains("Tests run: 1, Failures: 0");
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    assertThat(run(project, java, "-jar", "target/my-app-1.0.jar"))
        .isEqualTo("hello, Ada\nhello, Bob\n");
  }

  @Test
  void whatIsThereAlreadyIsLeftAlone() throws Exception {
    Files.writeString(Files.createDirectory(folder.resolve("there")).resolve("file"), "mine");
    assertThat(call(folder, 2, LAUNCHER, "new", "there"))
        .isEqualTo(
            "jasyncio: " + folder.resolve("there") + " is there already; choose a new folder\n");
    assertThat(call(folder, 2, LAUNCHER, "new", "no name"))
        .startsWith("jasyncio: no name is no name for a project: ");
  }

  @Test
  void itsPluginsAreThoseOfThisBuild() throws IOException {
    String ours = Files.readString(ROOT.resolve("pom.xml"));
    List<String> plugins =
        PLUGIN.matcher(Files.readString(POM)).results().map(MatchResult::group).toList();
    assertThat(plugins).hasSizeGreaterThan(4);
    for (String plugin : plugins) {
      String version = plugin.replaceAll("\\s+", " ");
      assertThat(ours.replaceAll("\\s+", " ")).contains(version);
    }
  }

  private static String run(Path where, String... command) throws Exception {
    return call(where, 0, command);
  }

  /// What the command prints; the launcher's lines about building are left out.
  private static String call(Path where, int status, String... command) throws Exception {
    Path out = Files.createTempFile("jasyncio-new", ".txt");
    Process process =
        new ProcessBuilder(new ArrayList<>(List.of(command)))
            .directory(where.toFile())
            .redirectErrorStream(true)
            .redirectOutput(out.toFile())
            .start();
    process.getOutputStream().close();
    int ended = process.waitFor();
    String text = Files.readString(out);
    Files.delete(out);
    assertThat(ended).as("%s:%n%s", List.of(command), text).isEqualTo(status);
    return text.replaceAll("(?m)^jasyncio: (  |building |waiting ).*\n", "");
  }
}
