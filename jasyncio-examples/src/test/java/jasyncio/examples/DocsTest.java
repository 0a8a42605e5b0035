package jasyncio.examples;

import static org.assertj.core.api.Assertions.assertThat;

import jasyncio.examples.Markdown.Block;
import jasyncio.parity.DefaultSignals;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every Java block in a document is a whole program. It is compiled, run on virtual time, and
/// prints the `text` block that follows it, if the words between the two end with "prints:" or
/// "print:". One that needs the network or other threads is marked `java real-time`.
@Timeout(60)
class DocsTest {
  @TempDir static Path classes;

  private static Map<String, CompactProgram> programs = Map.of();

  /// A program in a document.
  ///
  /// @param name of the document, and a number
  /// @param source its text
  /// @param realTime whether it runs on the system's clock
  /// @param printed what it shall print, or an empty text if the document does not say
  record Program(String name, String source, boolean realTime, String printed) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Program> programs() {
    return Repository.documents().stream().flatMap(file -> programsOf(file).stream());
  }

  private static List<Program> programsOf(Path file) {
    List<Program> found = new ArrayList<>();
    List<Block> blocks = Markdown.blocks(Repository.read(file));
    String document = file.getFileName().toString().replaceAll("\\W", "_");
    for (int i = 0; i < blocks.size(); i++) {
      if (blocks.get(i).language().equals("java")) {
        boolean saysWhatItPrints =
            i + 1 < blocks.size()
                && blocks.get(i + 1).language().equals("text")
                && blocks.get(i + 1).before().strip().matches("(?s).*\\bprints?:");
        found.add(
            new Program(
                document + "_" + i,
                blocks.get(i).text(),
                blocks.get(i).note().equals("real-time"),
                saysWhatItPrints ? blocks.get(i + 1).text() : ""));
      }
    }
    return found;
  }

  @BeforeAll
  static void compileAll() throws Exception {
    OwnCertificate.write(Path.of("certificate.pem"), Path.of("key.pem"));
    Map<String, String> sources = new TreeMap<>();
    programs().forEach(program -> sources.put(program.name(), program.source()));
    programs = CompactProgram.compile(sources, classes);
  }

  @ParameterizedTest
  @MethodSource("programs")
  void programPrintsWhatTheDocumentSays(Program program) throws Exception {
    assertThat(program.source())
        .as("a Java block must be a whole program, so that it can be checked")
        .contains("void main()");
    String printed;
    try (DefaultSignals _ = DefaultSignals.restore()) {
      printed = programs.get(program.name()).run(!program.realTime());
    }
    if (!program.printed().isEmpty()) {
      assertThat(printed).isEqualTo(program.printed());
    }
  }

  @Test
  void everyLinkLeadsToAFile() {
    assertThat(Repository.documents())
        .hasSizeGreaterThan(5)
        .allSatisfy(document -> {
          for (String link : Markdown.links(Repository.read(document))) {
            if (link.startsWith("http")) {
              continue;
            }
            Path target = document.resolveSibling(link.replaceAll("#.*", ""));
            assertThat(Files.exists(target)).as("%s in %s", link, document).isTrue();
          }
        });
  }
}
