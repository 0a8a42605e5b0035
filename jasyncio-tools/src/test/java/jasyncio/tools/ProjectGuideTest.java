package jasyncio.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The commands of `docs/guide/project.md` work, one after the other, outside this tree.
@Tag("child-jvm")
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class ProjectGuideTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final String GREETINGS = "hello, Ada\nhello, Bob\n";

  @TempDir Path folder;

  @Test
  void commandsOfThePageWorkFromTopToBottom() throws Exception {
    Files.createSymbolicLink(folder.resolve("jasyncio"), ROOT.resolve("jasyncio"));
    String script = "set -eu\n" + String.join("", blocks("sh"));
    Path file = Files.writeString(folder.resolve("page.sh"), script);
    Path out = folder.resolve("out.txt");
    Path err = folder.resolve("err.txt");
    ProcessBuilder builder =
        new ProcessBuilder("sh", file.toString())
            .directory(folder.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    String jdk = Path.of(System.getProperty("java.home"), "bin").toString();
    builder.environment().merge("PATH", jdk, (path, ours) -> ours + ":" + path);
    builder.environment().keySet().removeAll(List.of("JASYNCIO_ENGINE", "JDK_JAVA_OPTIONS"));
    Process shell = builder.start();
    shell.getOutputStream().close();
    int status = shell.waitFor();
    String printed = Files.readString(out).replace("\u001b[0m", ""); // Maven, though it is quiet
    String errors = Files.readString(err);
    assertThat(status).as("%s%n%s", printed, errors).isZero();
    assertThat(errors).doesNotContain("thread engine");
    String programs = printed.substring(printed.indexOf(GREETINGS));
    assertThat(programs)
        .isEqualTo(GREETINGS + GREETINGS + "hello, jshell\n" + GREETINGS + GREETINGS);
    assertThat(blocks("text")).containsExactly(GREETINGS, "hello, jshell\n");
  }

  @Test
  void whatThePageShowsOfThePomStandsInIt() throws Exception {
    String pom =
        Files.readString(Path.of("src/main/resources/jasyncio/tools/project/pom.xml.txt"))
            .replaceAll("\\s+", "")
            .replace("<snapshots><updatePolicy>always</updatePolicy></snapshots>", "")
            .replace("@repository@", "file:///what./jasynciorepositoryprints");
    assertThat(blocks("xml"))
        .hasSize(4)
        .allSatisfy(block -> assertThat(pom).contains(block.replaceAll("\\s+", "")));
  }

  private static List<String> blocks(String language) throws Exception {
    String page = Files.readString(ROOT.resolve("docs/guide/project.md"));
    return Pattern.compile("(?ms)^```" + language + "\\n(.*?)^```$")
        .matcher(page)
        .results()
        .map(found -> found.group(1))
        .toList();
  }
}
