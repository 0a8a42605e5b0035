package jasyncio.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The continuation engine under other collectors, compilers and object layouts: where the lock
/// count of a stack chunk lies depends on them. Each in a JVM of its own, so that a crash is a
/// failed test.
@Tag("child-jvm")
class VmConfigurationsTest {
  private static List<String> flags(String more) {
    List<String> flags = new ArrayList<>(ChildJvm.EXPORTS);
    flags.addAll(List.of(more.split(" ")));
    return flags;
  }

  @ParameterizedTest
  @CsvSource({
    "-XX:+UseG1GC, 120000",
    "-XX:+UseZGC, 60000",
    "-XX:+UseSerialGC, 60000",
    "-XX:+UseParallelGC -Xmn8m, 60000",
    "-XX:+UseCompactObjectHeaders, 60000",
    "-XX:+UseCompactObjectHeaders -XX:+UseSerialGC, 30000",
    "-XX:TieredStopAtLevel=1, 60000",
    "-Xint, 6000",
    "-XX:+UnlockDiagnosticVMOptions -XX:+UseObjectMonitorTable, 60000",
  })
  void noMonitorIsLostUnderAMixedLoad(String vm, String steps) {
    ChildJvm.Outcome outcome =
        ChildJvm.run(flags(vm), MonitorStress.class, steps, "42").mustSucceed();
    assertThat(outcome.out()).as(outcome.toString()).isEqualTo("true true\n");
  }

  @ParameterizedTest
  @CsvSource({"-XX:+UseG1GC, 150000", "-XX:+UseZGC, 60000", "-Xint, 6000"})
  void fiberMountedInsideAMonitorDoesNotCrashTheJvm(String vm, String steps) {
    ChildJvm.Outcome outcome =
        ChildJvm.run(flags(vm), NestedMountStress.class, steps).mustSucceed();
    assertThat(outcome.out()).isEqualTo("survived\n");
  }

  @ParameterizedTest
  @CsvSource({
    "-XX:+UseZGC",
    "-XX:+UseSerialGC",
    "-XX:+UseCompactObjectHeaders",
    "-Xint",
    "-Xcomp -XX:TieredStopAtLevel=1",
  })
  void selfTestPasses(String vm) {
    ChildJvm.Outcome outcome = ChildJvm.run(flags(vm), EngineReport.class, "run").mustSucceed();
    assertThat(outcome.out()).as(outcome.toString()).startsWith("continuation: ");
    assertThat(outcome.out()).contains("2000 steps");
  }

  @Test
  void suspensionInACallbackFromNativeCodeIsRefusedAndHarmless() {
    ChildJvm.Outcome outcome =
        ChildJvm.run(flags("--enable-native-access=ALL-UNNAMED"), UpcallProgram.class)
            .mustSucceed();
    assertThat(outcome.out())
        .startsWith("[1, 2, 3]\nsuspended afterwards\nawait below a native frame")
        .contains("Let the callback return first");
  }
}
