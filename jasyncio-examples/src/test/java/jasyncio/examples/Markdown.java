package jasyncio.examples;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What the tests need to know of a document: its code blocks, its tables, its links.
final class Markdown {
  private static final Pattern BLOCK =
      Pattern.compile("(?ms)^```(\\w*) *([^\\n]*)\\n(.*?)^```\\s*$");
  private static final Pattern LINK = Pattern.compile("\\[[^\\]]+\\]\\(([^)\\s]+)\\)");
  private static final Pattern CODE = Pattern.compile("`([^`]+)`");

  private Markdown() {}

  /// A fenced block.
  ///
  /// @param language the word behind the opening fence
  /// @param note what else stands behind it
  /// @param text the lines between the fences
  /// @param before the text between the block before and this one
  record Block(String language, String note, String text, String before) {}

  static List<Block> blocks(String document) {
    List<Block> blocks = new ArrayList<>();
    Matcher matcher = BLOCK.matcher(document);
    int end = 0;
    while (matcher.find()) {
      blocks.add(
          new Block(
              matcher.group(1),
              matcher.group(2),
              matcher.group(3),
              document.substring(end, matcher.start())));
      end = matcher.end();
    }
    return blocks;
  }

  /// The rows of all tables, without headings and rules, each as its cells.
  static List<List<String>> rows(String document) {
    List<List<String>> rows = new ArrayList<>();
    List<String> lines = document.lines().toList();
    for (int i = 0; i < lines.size(); i++) {
      boolean isRow = lines.get(i).startsWith("|") && !lines.get(i).startsWith("|-");
      boolean isHeading = i + 1 < lines.size() && lines.get(i + 1).startsWith("|-");
      if (isRow && !isHeading) {
        rows.add(List.of(lines.get(i).substring(1).split("\\s*\\|\\s*")));
      }
    }
    return rows;
  }

  /// The words in backquotes.
  static List<String> codes(String text) {
    return CODE.matcher(text).results().map(found -> found.group(1)).toList();
  }

  /// The targets of all links.
  static List<String> links(String document) {
    return LINK.matcher(document).results().map(found -> found.group(1)).toList();
  }
}
