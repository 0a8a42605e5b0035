package jasyncio.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import jasyncio.LoopConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Every program leaves the trace that it left under CPython 3.14.
class VectorsTest {
  /// So many mismatches are shown in full.
  private static final int SHOWN = 5;

  @TestFactory
  Stream<DynamicTest> behaviour() {
    return Stream.concat(Vectors.handwritten().stream(), Vectors.regressions().stream())
        .map(vector ->
            DynamicTest.dynamicTest(
                vector.name(), () -> check(List.of(vector), LoopConfig.defaults())));
  }

  @Test
  void noVectorIsMissing() {
    assertThat(Vectors.handwritten()).hasSize(265);
    assertThat(Vectors.random()).hasSize(3000).noneMatch(Vector::isCutShort);
  }

  @Test
  void randomPrograms() {
    check(Vectors.random(), LoopConfig.defaults());
  }

  /// A chooser switches off what the loop does in the place of a waiting task.
  @Test
  void randomProgramsWithAChooserThatTakesTheOldest() {
    check(Vectors.random(), LoopConfig.defaults().withChooser(_ -> 0));
  }

  /// Debug mode looks at more, but it must not change what happens.
  @Test
  void behavioursInDebugMode() {
    check(Vectors.handwritten(), LoopConfig.defaults().withDebug(true));
  }

  private static void check(List<Vector> vectors, LoopConfig config) {
    List<String> mismatches = new ArrayList<>();
    int failed = 0;
    for (Vector vector : vectors) {
      List<?> actual = Interpreter.run(vector.program(), config);
      if (vector.firstDifference(actual) >= 0) {
        failed++;
        if (mismatches.size() < SHOWN) {
          mismatches.add(TraceDiff.show(vector, actual));
        }
      }
    }
    if (failed > 0) {
      fail(failed + " of " + vectors.size() + " failed\n" + String.join("\n", mismatches));
    }
  }
}
