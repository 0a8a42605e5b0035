package jasyncio.tidy;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.ModifiersTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.TreePathScanner;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import javax.lang.model.element.Modifier;

/// The rules that look at the text of a source. Each gives its findings, one line each, with the
/// place and the remedy.
final class SourceRules {
  static final int COLUMNS = 100;
  static final int METHOD_LINES = 70;
  static final int FILE_LINES = 600;

  /// A facade is one file like the Python module or class it stands for, and half documentation.
  private static final Map<String, Integer> LONGER_FILES =
      Map.of(
          "jasyncio-core/src/main/java/jasyncio/Asyncio.java", 1000,
          "jasyncio-core/src/main/java/jasyncio/EventLoop.java", 850);

  /// Words of test code, and what to write instead.
  private static final Map<Pattern, String> BANNED_IN_TESTS =
      Map.of(
          Pattern.compile("\\bThread\\.sleep\\("),
          "do not sleep in a test; use virtual time, or wait for what must happen",
          Pattern.compile("@(Dis|En)abled"),
          "do not skip tests; mend or delete it",
          Pattern.compile("\\bassum(e(True|False|ThatCode|That)|ingThat)\\("),
          "do not skip tests by assumptions; assert it");

  /// Words of published main code, and what to write instead.
  private static final Map<Pattern, String> BANNED_IN_MAIN =
      Map.of(
          Pattern.compile("(?<!== )\\bSystem\\.out\\b|\\bIO\\.print"), // to compare it is fine
          "a library does not print; give it to the caller, or to System.Logger",
          Pattern.compile("\\.printStackTrace\\(\\)"),
          "report it with loop.callExceptionHandler(...)");

  /// Words of any source.
  private static final Map<Pattern, String> BANNED =
      Map.of(
          Pattern.compile("\\b(TO" + "DO|FIX" + "ME|XX" + "X)\\b"),
          "do it, or open an issue",
          Pattern.compile("@aut" + "hor\\b"),
          "git knows who wrote it");

  private static final Pattern COMMENT = Pattern.compile("^\\s*(//|\\*|/\\*)");

  /// The one place that may print.
  private static final Set<String> MAY_PRINT =
      Set.of("jasyncio-tools/src/main/java/jasyncio/tools/Main.java");

  private SourceRules() {}

  static List<String> longLines(SourceFile source) {
    List<String> findings = new ArrayList<>();
    long number = 0;
    for (String line : source.lines()) {
      number++;
      int width = line.codePointCount(0, line.length());
      if (width > COLUMNS && !line.startsWith("import ")) {
        findings.add(
            source.finding(number, width + " columns; wrap at " + COLUMNS + ", comments too"));
      }
    }
    return findings;
  }

  static List<String> longFile(SourceFile source) {
    int lines = source.lines().size();
    int limit = LONGER_FILES.getOrDefault(source.name(), FILE_LINES);
    return lines <= limit
        ? List.of()
        : List.of(
            source.finding(
                limit + 1, lines + " lines; split it, one idea to a file, up to " + limit));
  }

  static List<String> bannedWords(SourceFile source, boolean published) {
    List<String> findings = new ArrayList<>();
    long number = 0;
    for (String line : source.lines()) {
      number++;
      search(source, number, line, BANNED, findings);
      if (COMMENT.matcher(line).find()) {
        continue; // it may talk about what code must not do
      }
      if (source.isTest()) {
        search(source, number, line, BANNED_IN_TESTS, findings);
      } else if (published && !MAY_PRINT.contains(source.name())) {
        search(source, number, line, BANNED_IN_MAIN, findings);
      }
    }
    return findings;
  }

  private static void search(
      SourceFile source,
      long number,
      String line,
      Map<Pattern, String> banned,
      List<String> findings) {
    banned.forEach((pattern, remedy) -> {
      if (pattern.matcher(line).find()) {
        findings.add(source.finding(number, remedy));
      }
    });
  }

  static List<String> longMethods(Syntax syntax) {
    List<String> findings = new ArrayList<>();
    new TreePathScanner<Void, Void>() {
      @Override
      public Void visitMethod(MethodTree method, Void ignored) {
        long first = syntax.firstLine(method);
        long lines = syntax.lastLine(method) - first + 1;
        if (lines > METHOD_LINES) {
          findings.add(
              syntax
                  .source()
                  .finding(
                      first,
                      "%s has %d lines; split it, up to %d"
                          .formatted(method.getName(), lines, METHOD_LINES)));
        }
        return super.visitMethod(method, ignored);
      }
    }.scan(syntax.unit(), null);
    return findings;
  }

  /// Every top-level type, and every public or protected member of a visible one, needs a doc
  /// comment.
  static List<String> missingComments(Syntax syntax) {
    List<String> findings = new ArrayList<>();
    new TreePathScanner<Void, Boolean>() {
      @Override
      public Void visitClass(ClassTree type, Boolean visible) {
        Tree parent = getCurrentPath().getParentPath().getLeaf();
        boolean isVisible = visible && isVisible(type.getModifiers());
        if (isVisible || parent.getKind() == Tree.Kind.COMPILATION_UNIT) {
          check(type, "type " + type.getSimpleName());
        }
        for (Tree member : type.getMembers()) {
          scan(member, isVisible);
        }
        return null;
      }

      @Override
      public Void visitMethod(MethodTree method, Boolean visible) {
        boolean overrides =
            method.getModifiers().getAnnotations().stream()
                .anyMatch(each -> each.getAnnotationType().toString().equals("Override"));
        if (visible && !overrides && isVisible(method.getModifiers())) {
          check(method, "method " + method.getName());
        }
        return null; // local types need no comment
      }

      @Override
      public Void visitVariable(VariableTree field, Boolean visible) {
        if (visible && isVisible(field.getModifiers())) {
          check(field, "field " + field.getName());
        }
        return null;
      }

      private void check(Tree tree, String what) {
        if (syntax.isWritten(tree) && !syntax.isDocumented(getCurrentPath())) {
          findings.add(
              syntax.source().finding(syntax.firstLine(tree), what + " needs a /// comment"));
        }
      }
    }.scan(syntax.unit(), true);
    return findings;
  }

  private static boolean isVisible(ModifiersTree modifiers) {
    Set<Modifier> flags = modifiers.getFlags();
    return flags.contains(Modifier.PUBLIC) || flags.contains(Modifier.PROTECTED);
  }
}
