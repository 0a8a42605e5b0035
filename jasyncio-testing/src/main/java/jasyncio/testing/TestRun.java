package jasyncio.testing;

import jasyncio.LoopConfig;
import java.lang.annotation.Annotation;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.commons.support.HierarchyTraversalMode;
import org.junit.platform.commons.support.ReflectionSupport;

/// A test method as something that can be run under many schedules: each time with a new instance
/// of its class, and with its `@BeforeEach` and `@AfterEach` methods.
final class TestRun implements Exploration.Body {
  private final ReflectiveInvocationContext<Method> test;
  private final ExtensionContext context;

  private TestRun(ReflectiveInvocationContext<Method> test, ExtensionContext context) {
    this.test = test;
    this.context = context;
  }

  /// Runs it under the schedules that are asked for.
  ///
  /// @throws AssertionError if it fails under one
  static void explore(
      ReflectiveInvocationContext<Method> test, ExtensionContext context, TestSettings settings) {
    Exploration exploration =
        new Exploration(
            context.getRequiredTestClass().getSimpleName() + "." + test.getExecutable().getName(),
            new TestRun(test, context),
            LoopConfig.defaults(),
            settings.limit());
    Schedule replay = settings.replay();
    if (replay != null) {
      exploration.replay(replay);
    } else {
      exploration.run(settings.search(), 0, settings.schedules());
    }
  }

  @Override
  public void run(CheckedLoop loop) throws Throwable {
    List<Object> instances = newInstances();
    Throwable failure = null;
    try {
      for (Object instance : instances) {
        for (Method before : methods(instance, BeforeEach.class, HierarchyTraversalMode.TOP_DOWN)) {
          loop.run(() -> invoke(before, instance));
        }
      }
      Object[] arguments = test.getArguments().toArray();
      loop.run(() ->
          ReflectionSupport.invokeMethod(test.getExecutable(), instances.getLast(), arguments));
    } catch (Throwable t) {
      failure = t;
    }
    for (Object instance : instances.reversed()) {
      for (Method after : methods(instance, AfterEach.class, HierarchyTraversalMode.BOTTOM_UP)) {
        try {
          loop.run(() -> invoke(after, instance));
        } catch (Throwable t) {
          failure = withSuppressed(failure, t);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  private static Throwable withSuppressed(@Nullable Throwable first, Throwable then) {
    if (first == null) {
      return then;
    }
    if (first != then) {
      first.addSuppressed(then);
    }
    return first;
  }

  private @Nullable Object invoke(Method method, Object instance) {
    return context.getExecutableInvoker().invoke(method, instance);
  }

  /// The outermost first.
  private List<Object> newInstances() {
    List<Object> made = context.getRequiredTestInstances().getAllInstances();
    if (context.getTestInstanceLifecycle().orElse(null) == TestInstance.Lifecycle.PER_CLASS) {
      return made;
    }
    List<Object> instances = new ArrayList<>();
    Object outer = null;
    for (Object like : made) {
      Constructor<?> constructor = like.getClass().getDeclaredConstructors()[0];
      outer = context.getExecutableInvoker().invoke(constructor, outer);
      instances.add(outer);
    }
    return instances;
  }

  private static List<Method> methods(
      Object instance, Class<? extends Annotation> type, HierarchyTraversalMode order) {
    return AnnotationSupport.findAnnotatedMethods(instance.getClass(), type, order);
  }
}
