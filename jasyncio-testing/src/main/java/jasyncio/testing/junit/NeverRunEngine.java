package jasyncio.testing.junit;

import jasyncio.Coroutine;
import jasyncio.testing.AsyncTest;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestTemplate;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.commons.support.HierarchyTraversalMode;
import org.junit.platform.commons.support.ReflectionSupport;
import org.junit.platform.engine.EngineDiscoveryRequest;
import org.junit.platform.engine.EngineExecutionListener;
import org.junit.platform.engine.ExecutionRequest;
import org.junit.platform.engine.TestDescriptor;
import org.junit.platform.engine.TestEngine;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.UniqueId;
import org.junit.platform.engine.discovery.ClassSelector;
import org.junit.platform.engine.discovery.MethodSelector;
import org.junit.platform.engine.discovery.NestedClassSelector;
import org.junit.platform.engine.support.descriptor.AbstractTestDescriptor;
import org.junit.platform.engine.support.descriptor.EngineDescriptor;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.engine.support.discovery.EngineDiscoveryRequestResolver;
import org.junit.platform.engine.support.discovery.SelectorResolver;

/// Fails for each test that Jupiter passes over, such as one that returns a coroutine: it would
/// never run, and the build would be green. It runs nothing.
///
/// JUnit finds it as a service, beside Jupiter.
public final class NeverRunEngine implements TestEngine {
  /// Made by JUnit.
  public NeverRunEngine() {}

  @Override
  public String getId() {
    return "jasyncio-never-run";
  }

  @Override
  public TestDescriptor discover(EngineDiscoveryRequest request, UniqueId id) {
    EngineDescriptor root = new EngineDescriptor(id, "jasyncio: tests that would never run");
    EngineDiscoveryRequestResolver.builder()
        .addClassContainerSelectorResolver(type -> !findIn(type).isEmpty())
        .addSelectorResolver(new Finder())
        .build()
        .resolve(request, root);
    return root;
  }

  @Override
  public void execute(ExecutionRequest request) {
    EngineExecutionListener listener = request.getEngineExecutionListener();
    TestDescriptor root = request.getRootTestDescriptor();
    listener.executionStarted(root);
    for (TestDescriptor each : root.getChildren()) {
      listener.executionStarted(each);
      Throwable failure = new IllegalStateException(((NeverRun) each).reason);
      failure.setStackTrace(new StackTraceElement[0]);
      listener.executionFinished(each, TestExecutionResult.failed(failure));
    }
    listener.executionFinished(root, TestExecutionResult.successful());
  }

  /// The tests of the class, and of the classes nested in it, that Jupiter passes over.
  private static List<Method> findIn(Class<?> type) {
    List<Method> found = new ArrayList<>();
    if (!Modifier.isAbstract(type.getModifiers())) {
      found.addAll(
          ReflectionSupport.findMethods(
              type, method -> reason(method) != null, HierarchyTraversalMode.TOP_DOWN));
    }
    for (Class<?> inner : type.getDeclaredClasses()) {
      if (AnnotationSupport.isAnnotated(inner, Nested.class)) {
        found.addAll(findIn(inner));
      }
    }
    return found;
  }

  /// Why Jupiter does not run it, or null if that is not our concern.
  private static @Nullable String reason(Method method) {
    boolean async = AnnotationSupport.isAnnotated(method, AsyncTest.class);
    boolean test =
        async
            || AnnotationSupport.isAnnotated(method, Test.class)
            || AnnotationSupport.isAnnotated(method, TestTemplate.class);
    Class<?> returned = method.getReturnType();
    if (test && (returned == Coroutine.class || (async && returned != void.class))) {
      return method.getName()
          + " is never run, since it returns "
          + returned.getSimpleName()
          + " and JUnit wants void: await the coroutine in the test";
    }
    for (int modifier : new int[] {Modifier.PRIVATE, Modifier.STATIC}) {
      if (async && (method.getModifiers() & modifier) != 0) {
        String word = Modifier.toString(modifier);
        return method.getName() + " is never run, since it is " + word + ": take that word away";
      }
    }
    return null;
  }

  private static final class NeverRun extends AbstractTestDescriptor {
    final String reason;

    NeverRun(TestDescriptor parent, Method method, String reason) {
      super(
          parent
              .getUniqueId()
              .append("class", method.getDeclaringClass().getName())
              .append("method", method.getName()),
          method.getName(),
          MethodSource.from(method));
      this.reason = reason;
    }

    @Override
    public Type getType() {
      return Type.TEST;
    }
  }

  private static final class Finder implements SelectorResolver {
    @Override
    public Resolution resolve(ClassSelector selector, Context context) {
      return resolve(findIn(selector.getJavaClass()).stream(), context);
    }

    @Override
    public Resolution resolve(NestedClassSelector selector, Context context) {
      return resolve(findIn(selector.getNestedClass()).stream(), context);
    }

    @Override
    public Resolution resolve(MethodSelector selector, Context context) {
      return resolve(Stream.of(selector.getJavaMethod()), context);
    }

    private static Resolution resolve(Stream<Method> methods, Context context) {
      Set<Match> matches = new LinkedHashSet<>();
      methods.forEach(method -> {
        String reason = reason(method);
        if (reason != null) {
          context
              .addToParent(parent -> Optional.of(new NeverRun(parent, method, reason)))
              .map(Match::exact)
              .ifPresent(matches::add);
        }
      });
      return matches.isEmpty() ? Resolution.unresolved() : Resolution.matches(matches);
    }
  }
}
