package jasyncio.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import jasyncio.LoopConfig;
import jasyncio.parity.Parity;
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
  @Parity({
    "RUN-01", "TSK-04", "TSK-07", "TSK-08", "TSK-10", "TOB-01", "TOB-02", "TOB-03", "TOB-04",
    "TOB-05", "TOB-06", "TOB-07", "TOB-10", "TOB-12", "FUT-01", "FUT-02", "FUT-03", "FUT-04",
    "FUT-06", "FUT-07", "FUT-08", "CMB-01", "CMB-02", "CMB-03", "CMB-04", "CMB-05", "CMB-06",
    "TGR-01", "TGR-02", "TGR-03", "TGR-05", "TGR-06", "TMO-01", "TMO-02", "TMO-03", "LCY-09",
    "LCY-12", "SCH-01", "SCH-03", "SCH-04", "SCH-05", "SCH-07", "SCH-08", "SYN-01", "SYN-02",
    "SYN-03", "SYN-04", "SYN-05", "SYN-06", "SYN-07", "QUE-01", "QUE-02", "QUE-03", "QUE-04",
    "QUE-05", "QUE-06", "EXC-01", "EXC-02", "EXC-03", "AGN-01", "AGN-03", "AGN-04"
  })
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
