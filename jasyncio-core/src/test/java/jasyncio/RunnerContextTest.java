package jasyncio;

import static jasyncio.Asyncio.async;
import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.getRunningLoop;
import static jasyncio.Asyncio.seconds;
import static jasyncio.Asyncio.sleep;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jasyncio.parity.Parity;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/// What a runner runs, and in which context; and Ctrl-C.
class RunnerContextTest {
  private static Runner runner() {
    return Runner.of(LoopConfig.defaults().withVirtualTime());
  }

  @Test
  @Parity({"RUN-02", "RUN-03", "RUN-04"})
  void runsShareOneLoopAndOneContext() {
    ContextVar<String> variable = ContextVar.withDefault("variable", "unset");
    try (Runner runner = runner()) {
      EventLoop loop = runner.getLoop();
      assertThat(loop.isRunning()).isFalse();
      runner.run(() -> {
        assertThat(getRunningLoop()).isSameAs(loop);
        variable.set("by the first run");
      });
      assertThat(runner.<String>run(variable::get)).isEqualTo("by the first run");
      assertThat(runner.getLoop()).isSameAs(loop);
    }
    assertThat(variable.get()).isEqualTo("unset");
  }

  @Test
  @Parity("RUN-03")
  void runMayHaveAContextOfItsOwn() {
    ContextVar<String> variable = ContextVar.withDefault("variable", "unset");
    Context own = Context.copyOfCurrent();
    try (Runner runner = runner()) {
      runner.run(async(() -> variable.set("in its own")), own);
      assertThat(runner.<String>run(variable::get)).isEqualTo("unset");
    }
    assertThat(own.<String>call(variable::get)).isEqualTo("in its own");
  }

  @Test
  @Parity({"RUN-01", "RUN-03"})
  void anyAwaitableCanBeRun() {
    try (Runner runner = runner()) {
      Future<String> future = runner.getLoop().createFuture();
      runner.getLoop().callLater(seconds(3), () -> future.setResult("later"));
      assertThat(runner.<String>run(future)).isEqualTo("later");
    }
  }

  @Test
  @Timeout(60)
  @ExtendWith(SignalsAtDefault.class)
  @Parity("RUN-06")
  void ctrlCCancelsTheMainTask() {
    List<String> log = new ArrayList<>();
    assertThatThrownBy(() ->
            Asyncio.run(() -> {
              pressCtrlC();
              try {
                await(getRunningLoop().createFuture());
              } catch (CancelledError e) {
                log.add("cancelled");
                throw e;
              } finally {
                await(sleep(Asyncio.millis(0)));
                log.add("unwound");
              }
            }))
        .isInstanceOf(KeyboardInterrupt.class);
    assertThat(log).containsExactly("cancelled", "unwound");
  }

  /// As `sun.misc.Signal.raise(new Signal("INT"))`, which javac would warn of. The handler is in
  /// place, or this JVM would end.
  private static void pressCtrlC() throws ReflectiveOperationException {
    Class<?> signal = Class.forName("sun.misc.Signal");
    Object interrupt = signal.getConstructor(String.class).newInstance("INT");
    signal.getMethod("raise", signal).invoke(null, interrupt);
  }
}
