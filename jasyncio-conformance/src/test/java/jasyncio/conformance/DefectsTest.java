package jasyncio.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// The vectors notice wrong semantics: each defect that is planted makes some of them fail.
class DefectsTest {
  /// A defect may let the loop run in circles; the interpreter gives up then, but not within this
  /// time if it gets stuck.
  private static final Duration LIMIT = Duration.ofMinutes(2);

  private static final int RANDOM_PROGRAMS = 300;

  @TestFactory
  Stream<DynamicTest> noticed() {
    return Defect.all().stream()
        .map(defect ->
            DynamicTest.dynamicTest(
                defect.name(),
                () -> {
                  List<String> failed = run(defect, 1);
                  assertThat(failed).as("vectors that notice: " + defect.name()).isNotEmpty();
                }));
  }

  /// The loader alone changes nothing.
  @Test
  void nothingFailsWithoutADefect() throws Exception {
    for (String order : List.of("", "fifo")) {
      assertThat(run(new Defect("none", order, List.of()), 1)).isEmpty();
    }
  }

  @Test
  void mutationThatDoesNotFitAnyMoreIsAnError() {
    Mutation mutation = Mutation.drop("jasyncio.Task", "cancel", "noSuchCall");
    org.assertj.core.api.Assertions.assertThatThrownBy(
            () -> run(new Defect("none", "", List.of(mutation)), 1))
        .hasMessageContaining("does not fit the code any more");
  }

  @SuppressWarnings("unchecked")
  private static List<String> run(Defect defect, int enough) throws Exception {
    MutatedLoader loader = new MutatedLoader(defect.mutations());
    loader.verify();
    var entry =
        loader
            .loadClass(DefectRun.class.getName())
            .getMethod("run", String.class, int.class, int.class);
    AtomicReference<Object> outcome = new AtomicReference<>();
    Thread thread =
        Thread.ofPlatform()
            .daemon()
            .start(() -> {
              try {
                outcome.set(entry.invoke(null, defect.order(), RANDOM_PROGRAMS, enough));
              } catch (Throwable t) {
                outcome.set(t);
              }
            });
    thread.join(LIMIT);
    return switch (outcome.get()) {
      case List<?> failed -> (List<String>) failed;
      case Throwable t -> throw new AssertionError(t);
      case null -> fail("still running: " + List.of(thread.getStackTrace()));
      default -> throw new AssertionError();
    };
  }
}
