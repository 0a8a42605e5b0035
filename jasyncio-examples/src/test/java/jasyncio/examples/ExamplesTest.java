package jasyncio.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
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
      Set.of("BlockingInExecutor", "FireAndForget", "LoopInAThread", "ManyLoops");

  /// Longer than the others, and tested in a JVM of its own.
  private static final String PAGE_PREVIEWS = "PagePreviews";

  /// A whole service, and its test.
  private static final String REPLICATED_STORE = "ReplicatedStore";

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
        .filter(name -> !name.equals(PAGE_PREVIEWS));
  }

  private static String source(String name) {
    return Repository.read(Repository.file("examples/" + name + ".java"));
  }

  @ParameterizedTest
  @MethodSource("names")
  void printsItsTranscript(String name) throws Exception {
    check(name, programs.get(name).run(!ON_REAL_TIME.contains(name)));
  }

  static Stream<String> shortOnes() {
    return names().filter(name -> !name.equals(REPLICATED_STORE));
  }

  @ParameterizedTest
  @MethodSource("shortOnes")
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
          .filteredOn(name -> !name.equals(PAGE_PREVIEWS))
          .containsExactlyInAnyOrderElementsOf(names().toList());
    }
  }

  @Test
  void plainJavaRunsAnExampleFromItsSource() throws Exception {
    SourceLaunch launch = SourceLaunch.of("HelloWorld", classes, "-Djasyncio.time=virtual");
    assertThat(launch.output()).isEqualTo(transcript("HelloWorld"));
    assertThat(launch.status()).isZero();
  }

  /// It needs the network, and so real time, and ends the JVM with its status. Its demo has pages
  /// that fail on purpose; all of them must end as planned, whatever the ports and times.
  @Test
  void pagePreviewsShowsItsDemoSite() throws Exception {
    SourceLaunch launch = SourceLaunch.of(PAGE_PREVIEWS, classes);
    String printed =
        launch
            .output()
            .replaceAll("(127\\.0\\.0\\.1(?:', |:))\\d+", "$1PORT")
            .replaceAll("\\d+\\.\\d+ s\\b", "TIME");
    check(PAGE_PREVIEWS, printed);
    assertThat(launch.status()).isZero();
  }

  private static void check(String name, String printed) throws IOException {
    Path transcript = Repository.file("examples/expected/" + name + ".txt");
    if (Boolean.getBoolean("examples.update")) {
      Files.writeString(transcript, printed);
    }
    assertThat(transcript).exists();
    assertThat(printed).isEqualTo(transcript(name));
  }

  private static String transcript(String name) {
    return Repository.read(Repository.file("examples/expected/" + name + ".txt"));
  }
}
