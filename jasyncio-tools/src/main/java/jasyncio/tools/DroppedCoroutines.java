package jasyncio.tools;

import com.sun.source.tree.ExpressionStatementTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.LambdaExpressionTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TaskEvent;
import com.sun.source.util.TaskListener;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import com.sun.source.util.Trees;
import javax.lang.model.element.Element;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.TypeKind;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.util.ElementFilter;
import javax.lang.model.util.Elements;
import javax.tools.Diagnostic;
import org.jspecify.annotations.Nullable;

/// Warns of calls whose coroutine is dropped, such as `sleep(seconds(1));`: the most common mistake
/// of beginners, since such a line does nothing.
final class DroppedCoroutines implements TaskListener {
  private static final String COROUTINE = "jasyncio.Coroutine";

  private final Trees trees;
  private final Elements elements;

  DroppedCoroutines(JavacTask task) {
    this.trees = Trees.instance(task);
    this.elements = task.getElements();
  }

  @Override
  public void finished(TaskEvent event) {
    TypeElement type = event.getTypeElement();
    if (event.getKind() == TaskEvent.Kind.ANALYZE && type != null) {
      TreePath path = trees.getPath(type);
      if (path != null) {
        new Scanner().scan(path, null);
      }
    }
  }

  private final class Scanner extends TreePathScanner<@Nullable Void, @Nullable Void> {
    @Override
    public @Nullable Void visitExpressionStatement(
        ExpressionStatementTree statement, @Nullable Void unused) {
      check(statement.getExpression());
      return super.visitExpressionStatement(statement, null);
    }

    @Override
    public @Nullable Void visitLambdaExpression(
        LambdaExpressionTree lambda, @Nullable Void unused) {
      if (lambda.getBody() instanceof ExpressionTree body
          && returnsNothing(trees.getTypeMirror(getCurrentPath()))) {
        check(body);
      }
      return super.visitLambdaExpression(lambda, null);
    }

    private void check(ExpressionTree expression) {
      if (expression instanceof MethodInvocationTree call
          && isCoroutine(trees.getTypeMirror(new TreePath(getCurrentPath(), call)))) {
        trees.printMessage(
            Diagnostic.Kind.WARNING,
            "this coroutine is never awaited, so it does nothing: write await(...) around it, or"
                + " createTask(...) to let it run beside",
            call,
            getCurrentPath().getCompilationUnit());
      }
    }
  }

  private static boolean isCoroutine(@Nullable TypeMirror type) {
    return type instanceof DeclaredType declared
        && declared.asElement() instanceof TypeElement element
        && element.getQualifiedName().contentEquals(COROUTINE);
  }

  /// Whether a lambda of this type drops the value of its body.
  private boolean returnsNothing(@Nullable TypeMirror lambda) {
    if (!(lambda instanceof DeclaredType declared)) {
      return false;
    }
    Element type = declared.asElement();
    for (ExecutableElement method :
        ElementFilter.methodsIn(elements.getAllMembers((TypeElement) type))) {
      if (method.getModifiers().contains(Modifier.ABSTRACT)) {
        return method.getReturnType().getKind() == TypeKind.VOID;
      }
    }
    return false;
  }
}
