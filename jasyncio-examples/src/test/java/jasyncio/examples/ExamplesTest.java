package jasyncio.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every program in `examples/` prints what `examples/expected/` says, on both engines.
///
/// After an intended change, `-Dexamples.update` writes the transcripts anew.
@Timeout(60)
class ExamplesTest {
  /// Virtual time cannot see that another thread will still deliver something; these wait for some.
  private static final Set<String> ON_REAL_TIME =
      Set.of("BlockingInExecutor", "FireAndForget", "LoopInAThread");

  /// Programs with a test of their own, since they need more than the core.
  private static final Set<String> TESTED_ELSEWHERE = Set.of("PagePreviews");

  private static final int MOST_LINES = 60;

  @TempDir static Path classes;

  private static Map<String, CompactProgram> programs = Map.of();

  @BeforeAll
  static void compileAll() {
    Map<String, String> sources = new TreeMap<>();
    names().forEach(name -> sources.put(name, source(name)));
    programs = CompactProgram.compile(sources, classes);
  }

  static Stream<String> names() {
    return Repository.examples().stream()
        .map(file -> file.getFileName().toString().replace(".java", ""))
        .filter(name -> !TESTED_ELSEWHERE.contains(name));
  }

  private static String source(String name) {
    return Repository.read(Repository.file("examples/" + name + ".java"));
  }

  @ParameterizedTest
  @MethodSource("names")
  void printsItsTranscript(String name) throws Exception {
    Path transcript = Repository.file("examples/expected/" + name + ".txt");
    String printed = programs.get(name).run(!ON_REAL_TIME.contains(name));
    if (Boolean.getBoolean("examples.update")) {
      Files.writeString(transcript, printed);
    }
    assertThat(transcript).exists();
    assertThat(printed).isEqualTo(Repository.read(transcript));
  }

  @ParameterizedTest
  @MethodSource("names")
  void fitsOnOneScreen(String name) {
    String source = source(name);
    assertThat(source.lines().count()).isLessThan(MOST_LINES);
    assertThat(source).contains("import static jasyncio.Asyncio.*;", "void main()");
    assertThat(source).doesNotContain("import module");
  }

  @Test
  void everyTranscriptBelongsToAnExample() throws IOException {
    try (Stream<Path> transcripts = Files.list(Repository.file("examples/expected"))) {
      assertThat(transcripts.map(file -> file.getFileName().toString().replace(".txt", "")))
          .filteredOn(name -> !TESTED_ELSEWHERE.contains(name))
          .containsExactlyInAnyOrderElementsOf(names().toList());
    }
  }

  @Test
  void plainJavaRunsAnExampleFromItsSource() throws Exception {
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Djasyncio.engine=thread",
            "-Djasyncio.time=virtual",
            "-cp",
            System.getProperty("java.class.path"),
            Repository.file("examples/HelloWorld.java").toString());
    Path output = classes.resolve("output");
    Process java =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    assertThat(java.waitFor(50, TimeUnit.SECONDS)).isTrue();
    assertThat(Files.readString(output, StandardCharsets.UTF_8))
        .isEqualToNormalizingNewlines(
            Repository.read(Repository.file("examples/expected/HelloWorld.txt")));
    assertThat(java.exitValue()).isZero();
  }
}
