package jasyncio.examples;

import static org.assertj.core.api.Assertions.assertThat;

import jasyncio.examples.Markdown.Block;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The guide shows each program twice, with one output for both; [DocsTest] runs the Java ones.
class GuideTest {
  private static final String INDEX = "docs/guide/README.md";

  static Stream<Path> pages() {
    return Repository.documents().stream()
        .filter(file -> file.getParent().equals(Repository.file("docs/guide")))
        .filter(file -> !file.equals(Repository.file(INDEX)));
  }

  @ParameterizedTest
  @MethodSource("pages")
  void everyProgramIsThereInPythonAndInJavaAndSaysWhatBothPrint(Path page) {
    List<Block> blocks =
        Markdown.blocks(Repository.read(page)).stream()
            .filter(block -> !block.language().equals("sh"))
            .toList();
    assertThat(blocks).isNotEmpty();
    assertThat(blocks.size() % 3).isZero();
    for (int i = 0; i < blocks.size(); i += 3) {
      assertThat(blocks.subList(i, i + 3))
          .extracting(Block::language)
          .containsExactly("python", "java", "text");
      assertThat(blocks.get(i + 1).before()).isBlank();
      assertThat(blocks.get(i + 2).before().strip()).isEqualTo("Both print:");
      assertThat(blocks.get(i + 2).text()).isNotBlank();
    }
  }

  @Test
  void indexLeadsToEveryPage() {
    assertThat(Markdown.links(Repository.read(Repository.file(INDEX))))
        .containsAll(pages().map(page -> page.getFileName().toString()).toList());
    assertThat(pages()).hasSizeGreaterThan(6);
  }
}
