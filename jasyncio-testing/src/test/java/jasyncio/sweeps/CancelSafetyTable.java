package jasyncio.sweeps;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;

/// The declarations of the sweeps as a document.
final class CancelSafetyTable {
  /// In the order of the document.
  private static final List<Class<?>> TOPICS =
      List.of(
          AwaitSweepTest.class,
          CombinatorSweepTest.class,
          GeneratorSweepTest.class,
          HoldSweepTest.class,
          SignalSweepTest.class,
          QueueSweepTest.class,
          ThreadSweepTest.class);

  private static final String HEAD =
      """
      # What a cancellation does

      A task can be cancelled wherever it suspends, and even after what it waited for has happened,
      until it runs again. This page says what that means for each method of the core that may
      suspend, and for those of the network.

      *Cancel-safe* means that nothing is lost: when the method has thrown its `CancelledError`,
      everything is as if it had not been called, and it can be called again. *As the body* means
      that the method adds nothing to what the code inside it does.

      Each line is proven by a sweep: a test that runs a scenario once for each point at which it
      can be cancelled, cancels it there, also a second time while it cleans up, under several
      orders of the ready tasks, on both engines, and checks that no lock, permit, item, wake-up,
      task or timer is lost or left over. The class is `CancelSweep` in `jasyncio-testing`; use it
      for your own code too.

      One thing to know of Java: in a `try (var x = …)` statement whose body has failed, what
      `close()` throws is only added to the failure, `CancelledError` or not. In Python the latter
      would take its place. So a `close()` that awaits can have its cancellation recorded there, and
      the task ends with the failure of the body. Where the outcome matters, use the forms that take
      the body as a lambda, such as `lock.with(…)` and `taskGroup(…)`.

      This page is generated from the declarations on the sweeps. After a change:
      `mvn -pl jasyncio-testing -am test -Dtest=CancelSafetyDocTest -Djasyncio.docs.write=true`
      """;

  private CancelSafetyTable() {}

  /// The sweeps that declare something, in the order of the document.
  static Stream<Method> declared() {
    return TOPICS.stream().flatMap(CancelSafetyTable::declaredIn);
  }

  private static Stream<Method> declaredIn(Class<?> topic) {
    return Arrays.stream(topic.getDeclaredMethods())
        .filter(method -> method.isAnnotationPresent(CancelSafety.class))
        .sorted(Comparator.comparing(method -> of(method)[0]));
  }

  private static String[] of(Method sweep) {
    return sweep.getAnnotation(CancelSafety.class).of();
  }

  /// The whole document.
  static String render() {
    StringBuilder text = new StringBuilder(HEAD);
    for (Class<?> topic : TOPICS) {
      text.append("\n## ").append(topic.getAnnotation(Topic.class).value()).append("\n\n");
      text.append("| Method | Cancel-safe | When it is cancelled | Sweep |\n|---|---|---|---|\n");
      declaredIn(topic).forEach(sweep -> text.append(row(sweep)));
    }
    return text.append(network()).toString();
  }

  /// What the sweeps of `jasyncio-net` show, which this module does not see.
  private static String network() {
    try (InputStream file = CancelSafetyTable.class.getResourceAsStream("network.md")) {
      return new String(Objects.requireNonNull(file).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String row(Method sweep) {
    CancelSafety declared = sweep.getAnnotation(CancelSafety.class);
    return "| "
        + String.join(", ", Arrays.stream(declared.of()).map(CancelSafetyTable::code).toList())
        + " | "
        + declared.safe().name().toLowerCase(Locale.ROOT).replace('_', ' ')
        + " | "
        + declared.then()
        + " | `"
        + sweep.getDeclaringClass().getSimpleName()
        + "."
        + sweep.getName()
        + "` |\n";
  }

  /// The name in code font, and what follows it as text.
  private static String code(String method) {
    int end = method.indexOf(' ');
    return end < 0
        ? "`" + method + "`"
        : "`" + method.substring(0, end) + "`" + method.substring(end);
  }
}
