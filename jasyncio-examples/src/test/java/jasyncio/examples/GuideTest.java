package jasyncio.examples;

import static org.assertj.core.api.Assertions.assertThat;

import jasyncio.examples.Markdown.Block;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The guide shows each program twice, with one output for both, and once where it says that
/// asyncio has no such thing; [DocsTest] runs the Java ones.
class GuideTest {
  private static final String INDEX = "docs/guide/README.md";

  /// About building, not about asyncio; a test of `jasyncio-tools` runs its commands.
  private static final String PROJECT = "docs/guide/project.md";

  static Stream<Path> pages() {
    return Repository.documents().stream()
        .filter(file -> file.getParent().equals(Repository.file("docs/guide")))
        .filter(file -> !file.equals(Repository.file(INDEX)))
        .filter(file -> !file.equals(Repository.file(PROJECT)));
  }

  @ParameterizedTest
  @MethodSource("pages")
  void everyProgramIsThereInPythonAndInJavaAndSaysWhatBothPrint(Path page) {
    List<Block> blocks =
        Markdown.blocks(Repository.read(page)).stream()
            .filter(block -> !block.language().equals("sh"))
            .toList();
    assertThat(blocks).isNotEmpty();
    int i = 0;
    while (i < blocks.size()) {
      boolean ours = blocks.get(i).before().contains("asyncio has no");
      List<String> languages = ours ? List.of("java", "text") : List.of("python", "java", "text");
      int end = i + languages.size();
      assertThat(end).isLessThanOrEqualTo(blocks.size());
      assertThat(blocks.subList(i, end))
          .extracting(Block::language)
          .containsExactlyElementsOf(languages);
      assertThat(ours || blocks.get(end - 2).before().isBlank()).isTrue();
      Block output = blocks.get(end - 1);
      assertThat(output.before().strip()).isEqualTo(ours ? "It prints:" : "Both print:");
      assertThat(output.text()).isNotBlank();
      i = end;
    }
  }

  @Test
  void indexLeadsToEveryPage() {
    assertThat(Markdown.links(Repository.read(Repository.file(INDEX))))
        .containsAll(pages().map(page -> page.getFileName().toString()).toList());
    assertThat(pages()).hasSizeGreaterThan(6);
  }
}
