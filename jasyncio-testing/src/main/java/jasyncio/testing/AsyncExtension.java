package jasyncio.testing;

import jasyncio.LoopConfig;
import java.lang.reflect.Method;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.DynamicTestInvocationContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;

/// Runs test methods on a loop: see [AsyncTest], which brings it along.
///
/// With `@ExtendWith(AsyncExtension.class)`, or `@AsyncTest`, on a class, it does the same for all
/// its tests: plain, parameterized, repeated, dynamic and nested ones.
public final class AsyncExtension
    implements BeforeEachCallback, AfterEachCallback, AfterAllCallback, InvocationInterceptor {
  /*
   * Overview
   *
   * One CheckedLoop for each test, from before the first @BeforeEach method to after the last
   * @AfterEach method. Each of these methods, and the test, is a main task of its own on it, one
   * after the other, as with unittest's runner. The @BeforeAll and @AfterAll methods of a class
   * have another loop, which lives as long as the class; JUnit does not show them to an extension
   * that is registered for a method only.
   *
   * Where schedules are explored, JUnit's own calls of these methods are skipped, and TestRun calls
   * them anew for each schedule.
   */
  private static final ExtensionContext.Namespace NAMESPACE =
      ExtensionContext.Namespace.create(AsyncExtension.class);

  /// The keys of the loops in the stores of their contexts.
  private static final String OF_TEST = "loop of the test";

  private static final String OF_CLASS = "loop of the class ";

  /// Made by JUnit.
  public AsyncExtension() {}

  @Override
  public void beforeEach(ExtensionContext context) {
    TestSettings settings = TestSettings.of(context);
    if (!settings.explores()) {
      store(context).put(OF_TEST, newLoop(settings));
    }
  }

  private static CheckedLoop newLoop(TestSettings settings) {
    return settings.realTime()
        ? CheckedLoop.onRealTime(LoopConfig.defaults(), settings.limit())
        : CheckedLoop.onVirtualTime(LoopConfig.defaults(), settings.limit());
  }

  /// Closes the loop, and looks at what the test has left behind. Of a test that has failed, what
  /// is left is not held against it.
  @Override
  public void afterEach(ExtensionContext context) {
    close(store(context).remove(OF_TEST, CheckedLoop.class), context);
  }

  /// The same for the loop of the class.
  @Override
  public void afterAll(ExtensionContext context) {
    close(store(context).remove(ofClass(context), CheckedLoop.class), context);
  }

  private static void close(@Nullable CheckedLoop loop, ExtensionContext context) {
    if (loop == null) {
      return;
    }
    Optional<Throwable> failure = context.getExecutionException();
    if (failure.isPresent()) {
      loop.closeAfter(failure.get());
    } else {
      loop.close();
    }
  }

  @Override
  public void interceptBeforeAllMethod(
      Invocation<@Nullable Void> invocation,
      ReflectiveInvocationContext<Method> method,
      ExtensionContext context) {
    loopOfClass(context).run(invocation::proceed);
  }

  @Override
  public void interceptAfterAllMethod(
      Invocation<@Nullable Void> invocation,
      ReflectiveInvocationContext<Method> method,
      ExtensionContext context) {
    loopOfClass(context).run(invocation::proceed);
  }

  @Override
  public void interceptBeforeEachMethod(
      Invocation<@Nullable Void> invocation,
      ReflectiveInvocationContext<Method> method,
      ExtensionContext context) {
    runOnLoop(invocation, context);
  }

  @Override
  public void interceptTestMethod(
      Invocation<@Nullable Void> invocation,
      ReflectiveInvocationContext<Method> method,
      ExtensionContext context) {
    runTest(invocation, method, context);
  }

  @Override
  public void interceptTestTemplateMethod(
      Invocation<@Nullable Void> invocation,
      ReflectiveInvocationContext<Method> method,
      ExtensionContext context) {
    runTest(invocation, method, context);
  }

  @Override
  public <T extends @Nullable Object> T interceptTestFactoryMethod(
      Invocation<T> invocation,
      ReflectiveInvocationContext<Method> method,
      ExtensionContext context) {
    if (TestSettings.of(context).explores()) {
      throw new IllegalArgumentException(
          "the tests of a factory cannot be explored: take out schedules and replay, or use an"
              + " Explorer in each");
    }
    return loopOfTest(context).get(invocation::proceed);
  }

  @Override
  public void interceptDynamicTest(
      Invocation<@Nullable Void> invocation,
      DynamicTestInvocationContext test,
      ExtensionContext context) {
    runOnLoop(invocation, context);
  }

  @Override
  public void interceptAfterEachMethod(
      Invocation<@Nullable Void> invocation,
      ReflectiveInvocationContext<Method> method,
      ExtensionContext context) {
    runOnLoop(invocation, context);
  }

  private static void runTest(
      Invocation<@Nullable Void> invocation,
      ReflectiveInvocationContext<Method> method,
      ExtensionContext context) {
    TestSettings settings = TestSettings.of(context);
    if (!settings.explores()) {
      runOnLoop(invocation, context);
      return;
    }
    invocation.skip();
    TestRun.explore(method, context, settings);
  }

  private static void runOnLoop(Invocation<@Nullable Void> invocation, ExtensionContext context) {
    if (TestSettings.of(context).explores()) {
      invocation.skip(); // called for each schedule instead
    } else {
      loopOfTest(context).run(invocation::proceed);
    }
  }

  private static CheckedLoop loopOfTest(ExtensionContext context) {
    CheckedLoop loop = store(context).get(OF_TEST, CheckedLoop.class);
    if (loop == null) {
      throw new IllegalStateException(
          "no loop: beforeEach has not run for " + context.getUniqueId());
    }
    return loop;
  }

  private static CheckedLoop loopOfClass(ExtensionContext context) {
    ExtensionContext.Store store = store(context);
    CheckedLoop loop = store.get(ofClass(context), CheckedLoop.class);
    if (loop == null) {
      loop = newLoop(TestSettings.of(context));
      store.put(ofClass(context), loop);
    }
    return loop;
  }

  /// A nested class sees what is stored for the class around it.
  private static String ofClass(ExtensionContext context) {
    return OF_CLASS + context.getUniqueId();
  }

  private static ExtensionContext.Store store(ExtensionContext context) {
    return context.getStore(NAMESPACE);
  }
}
