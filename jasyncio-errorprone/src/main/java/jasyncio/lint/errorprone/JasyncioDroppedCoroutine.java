package jasyncio.lint.errorprone;

import com.google.errorprone.BugPattern;
import com.google.errorprone.VisitorState;
import com.google.errorprone.bugpatterns.BugChecker;
import com.google.errorprone.matchers.Description;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.util.TreePath;
import com.sun.tools.javac.api.JavacTrees;
import com.sun.tools.javac.model.JavacTypes;
import jasyncio.lint.DropScanner;
import java.util.HashSet;
import java.util.Set;

/// The check as one of Error Prone, with this artifact on its processor path:
/// `-Xep:JasyncioDroppedCoroutine:ERROR` makes an error of it.
@BugPattern(
    summary = "A coroutine that is never awaited does nothing",
    severity = BugPattern.SeverityLevel.WARNING,
    linkType = BugPattern.LinkType.NONE)
public final class JasyncioDroppedCoroutine extends BugChecker
    implements BugChecker.CompilationUnitTreeMatcher {
  private static final long serialVersionUID = 1;

  /// For the service loader.
  public JasyncioDroppedCoroutine() {}

  @Override
  public Description matchCompilationUnit(CompilationUnitTree unit, VisitorState state) {
    Set<Object> seen = new HashSet<>();
    DropScanner scanner =
        new DropScanner(
            JavacTrees.instance(state.context),
            state.getElements(),
            JavacTypes.instance(state.context),
            (tree, message) -> {
              if (seen.add(tree)) {
                state.reportMatch(buildDescription(tree).setMessage(message).build());
              }
            });
    scanner.scanAll(new TreePath(unit));
    return Description.NO_MATCH;
  }
}
