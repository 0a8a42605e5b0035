package jasyncio.lint;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.ExpressionStatementTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.LambdaExpressionTree;
import com.sun.source.tree.MemberReferenceTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.ModifiersTree;
import com.sun.source.tree.NewClassTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import com.sun.source.util.Trees;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import javax.lang.model.element.Element;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.ExecutableType;
import javax.lang.model.type.TypeKind;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.util.ElementFilter;
import javax.lang.model.util.Elements;
import javax.lang.model.util.Types;
import org.jspecify.annotations.Nullable;

/// Looks for coroutines that nobody can await:
///
/// - a call whose coroutine is dropped, as a statement, or as the body of a lambda or a method
///   reference whose value goes nowhere: `callSoon(this::save)`
/// - a body for the library that returns a coroutine instead of awaiting it: `gather(() -> save())`
/// - a local variable of coroutines that is not used again
///
/// And for a method of a protocol that nobody calls, since its parameters are others:
/// `dataReceived(byte[])`.
public final class DropScanner extends TreePathScanner<@Nullable Void, @Nullable Void> {
  private static final String COROUTINE = "jasyncio.Coroutine";

  private static final String NAME = "JasyncioDroppedCoroutine";

  private static final String WAY_OUT =
      "write await(...) around it, or createTask(...) to let it run beside";

  private final Trees trees;
  private final Elements elements;
  private final Types types;
  private final BiConsumer<Tree, String> report;

  /// Local variables that hold coroutines and have not been used yet.
  private final Map<Element, VariableTree> unused = new LinkedHashMap<>();

  /// A scanner of one class or file.
  ///
  /// @param trees of the compilation
  /// @param elements of the compilation
  /// @param types of the compilation
  /// @param report told where a coroutine is dropped, and what to do
  public DropScanner(Trees trees, Elements elements, Types types, BiConsumer<Tree, String> report) {
    this.trees = trees;
    this.elements = elements;
    this.types = types;
    this.report = report;
  }

  /// Looks through a class or a compilation unit.
  ///
  /// @param path where it is
  public void scanAll(TreePath path) {
    scan(path, null);
    unused.forEach((variable, tree) -> {
      boolean one = isCoroutine(variable.asType());
      report.accept(
          tree,
          "`"
              + variable.getSimpleName()
              + (one
                  ? "` is a coroutine that is never awaited"
                  : "` holds coroutines that are never awaited")
              + ", so "
              + (one ? "it does" : "they do")
              + " nothing: "
              + (one
                  ? WAY_OUT
                  : "await(gather(" + variable.getSimpleName() + ")) runs them together"));
    });
    unused.clear();
  }

  /// Leaves out what says `@SuppressWarnings("JasyncioDroppedCoroutine")`.
  @Override
  public @Nullable Void scan(@Nullable Tree tree, @Nullable Void unused) {
    ModifiersTree modifiers =
        switch (tree) {
          case ClassTree type -> type.getModifiers();
          case MethodTree method -> method.getModifiers();
          case VariableTree variable -> variable.getModifiers();
          case null, default -> null;
        };
    return modifiers != null && isSuppressed(modifiers) ? null : super.scan(tree, null);
  }

  private static boolean isSuppressed(ModifiersTree modifiers) {
    return modifiers.getAnnotations().stream()
        .map(Object::toString)
        .anyMatch(text -> text.contains("SuppressWarnings") && text.contains(NAME));
  }

  @Override
  public @Nullable Void visitExpressionStatement(
      ExpressionStatementTree statement, @Nullable Void unused) {
    checkDropped(statement.getExpression());
    return super.visitExpressionStatement(statement, null);
  }

  @Override
  public @Nullable Void visitLambdaExpression(LambdaExpressionTree lambda, @Nullable Void unused) {
    DeclaredType target = functionalType();
    TypeMirror result = target == null ? null : resultOf(target);
    if (result != null && lambda.getBody() instanceof ExpressionTree body) {
      if (result.getKind() == TypeKind.VOID) {
        checkDropped(body);
      }
    }
    if (target != null && result != null && isCoroutine(result) && isBody(target)) {
      report.accept(
          lambda.getBody() instanceof ExpressionTree body ? body : lambda,
          "this body returns a coroutine and does not await it, so it does "
              + "nothing: write await(...) around it");
    }
    return super.visitLambdaExpression(lambda, null);
  }

  @Override
  public @Nullable Void visitMemberReference(MemberReferenceTree reference, @Nullable Void unused) {
    DeclaredType target = functionalType();
    TypeMirror result = target == null ? null : resultOf(target);
    if (target != null
        && result != null
        && trees.getElement(getCurrentPath()) instanceof ExecutableElement method
        && isCoroutine(method.getReturnType())) {
      String call = reference.getName() + "()";
      if (result.getKind() == TypeKind.VOID) {
        report.accept(
            reference,
            "the coroutine of "
                + call
                + " is never awaited, so it does nothing: write "
                + startedBy(reference, method, target));
      } else if (isCoroutine(result) && isBody(target)) {
        report.accept(
            reference,
            "the coroutine of "
                + call
                + " is returned and not awaited, so it does nothing: give the"
                + " coroutine itself, or write () -> await("
                + call
                + ")");
      }
    }
    return super.visitMemberReference(reference, null);
  }

  /// The lambda to write instead: handlers of connections may await, callbacks may not.
  private static String startedBy(
      MemberReferenceTree reference, ExecutableElement method, DeclaredType target) {
    String arguments =
        method.getParameters().stream()
            .map(each -> each.getSimpleName().toString())
            .collect(Collectors.joining(", ", "(", ")"));
    String how = isNamed(target, "jasyncio.net.ClientHandler") ? "await(" : "createTask(";
    return arguments + " -> " + how + reference.getName() + arguments + ")";
  }

  @Override
  public @Nullable Void visitVariable(VariableTree variable, @Nullable Void none) {
    Element element = trees.getElement(getCurrentPath());
    if (element != null
        && element.getKind() == ElementKind.LOCAL_VARIABLE
        && !variable.getName().isEmpty() // var _ drops it on purpose
        && variable.getInitializer() != null
        && isMade(variable.getInitializer())
        && holdsCoroutines(element.asType())) {
      unused.put(element, variable);
    }
    return super.visitVariable(variable, null);
  }

  @Override
  public @Nullable Void visitIdentifier(IdentifierTree name, @Nullable Void none) {
    unused.remove(trees.getElement(getCurrentPath()));
    return super.visitIdentifier(name, null);
  }

  @Override
  public @Nullable Void visitMethod(MethodTree method, @Nullable Void none) {
    if (trees.getElement(getCurrentPath()) instanceof ExecutableElement element
        && element.getEnclosingElement() instanceof TypeElement type
        && element.getModifiers().contains(Modifier.PUBLIC)) {
      ExecutableElement meant = meantByItsName(element, type);
      if (meant != null) {
        report.accept(
            method,
            "nobody calls this: the method of "
                + ownerOf(meant).getSimpleName()
                + " is "
                + meant
                + ". @Override makes javac see it");
      }
    }
    return super.visitMethod(method, null);
  }

  /// What a protocol of the library calls by this name, if it is not this.
  private @Nullable ExecutableElement meantByItsName(ExecutableElement method, TypeElement type) {
    ExecutableElement meant = null;
    for (ExecutableElement each : ElementFilter.methodsIn(elements.getAllMembers(type))) {
      if (each.getSimpleName().equals(method.getSimpleName())) {
        TypeElement owner = ownerOf(each);
        if (elements.overrides(method, each, type) || owner.equals(type)) {
          continue;
        }
        if (owner.getQualifiedName().toString().matches("jasyncio\\.net\\.\\w*Protocol")) {
          meant = each;
        }
      }
    }
    return meant;
  }

  private static TypeElement ownerOf(ExecutableElement method) {
    return (TypeElement) Objects.requireNonNull(method.getEnclosingElement());
  }

  private void checkDropped(ExpressionTree expression) {
    if (expression instanceof MethodInvocationTree call
        && isCoroutine(trees.getTypeMirror(new TreePath(getCurrentPath(), call)))
        && !handsOn(call)) {
      report.accept(call, "this coroutine is never awaited, so it does nothing: " + WAY_OUT);
    }
  }

  /// Whether what the call gives is what a body returned, where it is reported.
  private static boolean handsOn(MethodInvocationTree call) {
    String method = call.getMethodSelect().toString();
    return method.matches("(.*\\.)?(await|run|runUntilComplete)");
  }

  /// Whether the value is made here, and not a name for something that others may await.
  private static boolean isMade(Tree initializer) {
    return initializer instanceof MethodInvocationTree || initializer instanceof NewClassTree;
  }

  private boolean holdsCoroutines(TypeMirror type) {
    return isCoroutine(type)
        || (type instanceof DeclaredType declared
            && types.isAssignable(
                types.erasure(declared),
                types.erasure(elements.getTypeElement("java.lang.Iterable").asType()))
            && declared.getTypeArguments().stream().anyMatch(DropScanner::isCoroutine));
  }

  private static boolean isCoroutine(@Nullable TypeMirror type) {
    return isNamed(type, COROUTINE);
  }

  private static boolean isNamed(@Nullable TypeMirror type, String name) {
    return type instanceof DeclaredType declared
        && declared.asElement() instanceof TypeElement element
        && element.getQualifiedName().contentEquals(name);
  }

  /// Whether the library calls this, and hands on what it returns.
  private boolean isBody(DeclaredType target) {
    String name = ((TypeElement) target.asElement()).getQualifiedName().toString();
    return switch (name) {
      case "jasyncio.AsyncBody", "jasyncio.TaskGroup.Body", "jasyncio.Timeout.Body" -> true;
      case "java.util.concurrent.Callable" -> isArgumentOfTheLibrary();
      default -> false;
    };
  }

  private boolean isArgumentOfTheLibrary() {
    TreePath parent = getCurrentPath().getParentPath();
    return parent != null
        && parent.getLeaf() instanceof MethodInvocationTree
        && trees.getElement(parent) instanceof ExecutableElement method
        && elements.getPackageOf(method).getQualifiedName().toString().startsWith("jasyncio");
  }

  /// What the lambda or method reference here becomes.
  private @Nullable DeclaredType functionalType() {
    return trees.getTypeMirror(getCurrentPath()) instanceof DeclaredType declared ? declared : null;
  }

  /// What the one method of a functional interface returns.
  private @Nullable TypeMirror resultOf(DeclaredType target) {
    for (ExecutableElement method :
        ElementFilter.methodsIn(elements.getAllMembers((TypeElement) target.asElement()))) {
      if (method.getModifiers().contains(Modifier.ABSTRACT)) {
        return ((ExecutableType) types.asMemberOf(target, method)).getReturnType();
      }
    }
    return null;
  }
}
