package jasyncio.testing;

import jasyncio.LoopConfig;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.junit.platform.commons.support.AnnotationSupport;

/// Runs test methods on a loop: see [AsyncTest], which brings it along.
///
/// With `@ExtendWith(AsyncExtension.class)` on a class, or on a `@ParameterizedTest` or
/// `@RepeatedTest` method, it does the same for those, on virtual time.
public final class AsyncExtension
    implements BeforeEachCallback, AfterEachCallback, InvocationInterceptor {
  /*
   * Overview
   *
   * One CheckedLoop for each test, from before the first @BeforeEach method to after the last
   * @AfterEach method. Each of these methods, and the test, is a main task of its own on it, one
   * after the other, as with unittest's runner.
   */
  private static final Duration VIRTUAL_LIMIT = Duration.ofDays(1);
  private static final Duration REAL_LIMIT = Duration.ofMinutes(1);

  /// Made by JUnit.
  public AsyncExtension() {}

  @Override
  public void beforeEach(ExtensionContext context) {
    store(context).put(CheckedLoop.class, newLoop(context));
  }

  private static CheckedLoop newLoop(ExtensionContext context) {
    Optional<AsyncTest> asked =
        AnnotationSupport.findAnnotation(context.getTestMethod(), AsyncTest.class);
    boolean realTime = asked.isPresent() && asked.get().realTime();
    long seconds = asked.map(AsyncTest::limitSeconds).orElse(0L);
    if (seconds < 0) {
      throw new IllegalArgumentException("limitSeconds must not be negative: " + seconds);
    }
    LoopConfig config = LoopConfig.defaults();
    if (realTime) {
      return CheckedLoop.onRealTime(
          config, seconds == 0 ? REAL_LIMIT : Duration.ofSeconds(seconds));
    }
    return CheckedLoop.onVirtualTime(
        config, seconds == 0 ? VIRTUAL_LIMIT : Duration.ofSeconds(seconds));
  }

  /// Closes the loop, and looks at what the test has left behind. Of a test that has failed, what
  /// is left is not held against it.
  @Override
  public void afterEach(ExtensionContext context) {
    CheckedLoop loop = store(context).remove(CheckedLoop.class, CheckedLoop.class);
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
    runOnLoop(invocation, context);
  }

  @Override
  public void interceptTestTemplateMethod(
      Invocation<@Nullable Void> invocation,
      ReflectiveInvocationContext<Method> method,
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

  private static void runOnLoop(Invocation<@Nullable Void> invocation, ExtensionContext context) {
    CheckedLoop loop = store(context).get(CheckedLoop.class, CheckedLoop.class);
    if (loop == null) {
      throw new IllegalStateException(
          "no loop: beforeEach has not run for " + context.getUniqueId());
    }
    loop.run(invocation::proceed);
  }

  private static ExtensionContext.Store store(ExtensionContext context) {
    return context.getStore(
        ExtensionContext.Namespace.create(AsyncExtension.class, context.getUniqueId()));
  }
}
