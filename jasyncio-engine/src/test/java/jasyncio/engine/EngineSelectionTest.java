package jasyncio.engine;

import static java.util.List.of;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Which engine a fresh JVM gets, and what it is told.
@Tag("child-jvm")
class EngineSelectionTest {
  private static ChildJvm.Outcome start(List<String> flags, List<String> more) {
    List<String> all = new ArrayList<>(flags);
    all.addAll(more);
    return ChildJvm.run(all, EngineReport.class, "run").mustSucceed();
  }

  @Test
  void withTheFlagsItIsTheContinuationEngineWithoutAWord() {
    ChildJvm.Outcome outcome = start(ChildJvm.EXPORTS, of());
    assertThat(outcome.out())
        .isEqualTo(
            """
            continuation: the JVM grants the two packages it needs and the self-test passed
            continuation: the JVM grants the two packages it needs and the self-test passed
            2000 steps
            """);
    assertThat(outcome.err()).isEmpty();
  }

  @Test
  void withoutTheFlagsItIsTheThreadEngineAndOneLineSaysHowToGetTheOther() {
    ChildJvm.Outcome outcome = start(of(), of());
    assertThat(outcome.out()).contains("thread: java.base does not export").contains("2000 steps");
    assertThat(outcome.err().lines()).hasSize(1);
    assertThat(outcome.err())
        .startsWith("jasyncio: running on the thread engine")
        .contains("jdk.internal.vm")
        .contains(Engine.FLAGS + "  or put the artifact jasyncio-open on the class path")
        .contains("-Djasyncio.engine=thread");
  }

  @Test
  void oneFlagAloneIsNotEnough() {
    ChildJvm.Outcome vm = start(ChildJvm.EXPORTS.subList(0, 2), of());
    assertThat(vm.out()).contains("thread: java.base does not export jdk.internal.misc");
    ChildJvm.Outcome misc = start(ChildJvm.EXPORTS.subList(2, 4), of());
    assertThat(misc.out()).contains("thread: java.base does not export jdk.internal.vm");
  }

  @Test
  void threadEngineCanBeAskedForInSilence() {
    for (List<String> flags : of(ChildJvm.EXPORTS, List.<String>of())) {
      ChildJvm.Outcome outcome = start(flags, of("-Djasyncio.engine=thread"));
      assertThat(outcome.out()).startsWith("thread: asked for with -Djasyncio.engine=thread");
      assertThat(outcome.err()).isEmpty();
    }
  }

  @Test
  void nameOfAnEngineMayHaveAnyCaseAndSpaces() {
    assertThat(start(ChildJvm.EXPORTS, of("-Djasyncio.engine= Thread ")).out())
        .startsWith("thread: asked for");
    assertThat(start(ChildJvm.EXPORTS, of("-Djasyncio.engine= ")).out())
        .startsWith("continuation: the JVM grants");
  }

  @Test
  void continuationEngineThatCannotWorkHereIsRefusedEveryTimeWithTheFlagsToAdd() {
    ChildJvm.Outcome outcome =
        ChildJvm.run(of("-Djasyncio.engine=continuation"), EngineReport.class).mustSucceed();
    assertThat(outcome.out().lines())
        .hasSize(2)
        .allSatisfy(line ->
            assertThat(line)
                .startsWith(
                    "refused: -Djasyncio.engine=continuation asks for the continuation engine, but"
                        + " java.base does not export jdk.internal.vm")
                .contains(Engine.FLAGS));
  }

  @Test
  void unknownEngineIsRefusedEveryTime() {
    ChildJvm.Outcome outcome =
        ChildJvm.run(of("-Djasyncio.engine=fast"), EngineReport.class).mustSucceed();
    assertThat(outcome.out().lines())
        .hasSize(2)
        .containsOnly(
            "refused: -Djasyncio.engine=fast names no engine. Use continuation or thread, or leave"
                + " it unset");
  }

  @Test
  void unknownWayWithThreadLocalsIsRefused() {
    for (String engine : of("thread", "continuation")) {
      List<String> flags = new ArrayList<>(ChildJvm.EXPORTS);
      flags.add("-Djasyncio.engine=" + engine);
      flags.add("-Djasyncio.threadlocals=mine");
      ChildJvm.Outcome outcome = ChildJvm.run(flags, EngineReport.class).mustSucceed();
      assertThat(outcome.out().lines())
          .hasSize(2)
          .containsOnly(
              "refused: -Djasyncio.threadlocals=mine is neither task, which gives each task thread"
                  + " locals of its own and is the default, nor shared");
    }
  }

  @Test
  void threadLocalsAreSharedIfSoAsked() {
    List<String> flags = new ArrayList<>(ChildJvm.EXPORTS);
    assertThat(ChildJvm.run(flags, LocalsReport.class).mustSucceed().out())
        .isEqualToIgnoringNewLines("null, unbound");
    flags.add("-Djasyncio.threadlocals=shared");
    assertThat(ChildJvm.run(flags, LocalsReport.class).mustSucceed().out())
        .isEqualToIgnoringNewLines("the first's, unbound");
  }

  @Test
  void onTheModulePathTheExportsGoToTheModule() {
    List<String> flags =
        of(
            "--add-exports",
            "java.base/jdk.internal.vm=jasyncio.engine",
            "--add-exports",
            "java.base/jdk.internal.misc=jasyncio.engine");
    ChildJvm.Outcome outcome = ChildJvm.runInModule(flags, EngineReport.class, "run").mustSucceed();
    assertThat(outcome.out()).startsWith("continuation: ").contains("2000 steps");
    assertThat(outcome.err()).isEmpty();
    ChildJvm.Outcome unnamed =
        ChildJvm.runInModule(ChildJvm.EXPORTS, EngineReport.class, "run").mustSucceed();
    assertThat(unnamed.out())
        .startsWith("thread: java.base does not export jdk.internal.vm to jasyncio.engine");
    assertThat(unnamed.err())
        .contains(String.join(" ", flags) + "  or put the module jasyncio.open on the module path");
  }
}
