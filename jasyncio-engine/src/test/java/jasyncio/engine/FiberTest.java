package jasyncio.engine;

import static jasyncio.engine.Fibers.fiber;
import static jasyncio.engine.Fibers.inLoop;
import static jasyncio.engine.Fibers.onNewThread;
import static jasyncio.engine.Fibers.runInTurn;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The contract of fibers and carriers, on the engine of this JVM.
class FiberTest {
  @Test
  void bodyRunsOnlyWhenResumed() {
    List<String> log = new ArrayList<>();
    inLoop(carrier -> {
      Fiber fiber = carrier.newFiber(() -> log.add("body"));
      log.add("made");
      fiber.resume();
      log.add(fiber.isDone() ? "done" : "not done");
    });
    assertThat(log).containsExactly("made", "body", "done");
  }

  @Test
  void fibersTakeTurnsAtSuspend() {
    List<String> log = new ArrayList<>();
    inLoop(carrier ->
        runInTurn(
            fiber(carrier, self -> steps("a", log, self)),
            fiber(carrier, self -> steps("b", log, self))));
    assertThat(log).containsExactly("a0", "b0", "a1", "b1", "a2", "b2");
  }

  private static void steps(String name, List<String> log, Fiber self) {
    for (int i = 0; i < 3; i++) {
      log.add(name + i);
      self.suspend();
    }
  }

  @Test
  void localsAndTheStackSurviveASuspensionAtAnyDepth() {
    int[] sum = new int[1];
    inLoop(carrier -> runInTurn(fiber(carrier, self -> sum[0] = sumDown(400, self))));
    assertThat(sum[0]).isEqualTo(400 * 401 / 2);
  }

  private static int sumDown(int n, Fiber self) {
    if (n == 0) {
      return 0;
    }
    if (n % 7 == 0) {
      self.suspend();
    }
    int below = sumDown(n - 1, self);
    if (n % 11 == 0) {
      self.suspend();
    }
    return below + n;
  }

  @Test
  void fiberMayResumeAnotherInPlaceToAnyDepth() {
    List<String> log = new ArrayList<>();
    inLoop(carrier -> {
      Fiber inner = fiber(carrier, self -> steps("inner", log, self));
      Fiber middle =
          fiber(
              carrier,
              self -> {
                inner.resumeNested();
                log.add("middle");
                self.suspend();
                inner.resumeNested();
              });
      middle.resumeNested();
      log.add("loop");
      middle.resume();
      assertThat(middle.isDone()).isTrue();
      inner.resume(); // its resumer has gone; the loop takes over
      inner.resume();
      assertThat(inner.isDone()).isTrue();
    });
    assertThat(log).containsExactly("inner0", "middle", "loop", "inner1", "inner2");
  }

  @Test
  void endedFiberRefusesEveryFurtherResume() {
    inLoop(carrier -> {
      Fiber fiber = carrier.newFiber(() -> {});
      fiber.resume();
      for (int i = 0; i < 3; i++) {
        assertThatThrownBy(fiber::resume)
            .isInstanceOf(IllegalStateException.class)
            .hasMessage("this fiber has ended");
        assertThat(fiber.isDone()).isTrue();
      }
    });
  }

  @Test
  void runningFiberCannotBeResumed() {
    inLoop(carrier -> {
      List<String> refused = new ArrayList<>();
      Fiber fiber =
          fiber(
              carrier,
              self -> {
                assertThatThrownBy(self::resume)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("this fiber is running already");
                Fiber inner =
                    carrier.newFiber(() ->
                        assertThatThrownBy(self::resumeNested)
                            .isInstanceOf(IllegalStateException.class)
                            .hasMessage("this fiber is running already"));
                inner.resumeNested();
                refused.add("both");
                self.suspend();
                refused.add("and goes on");
              });
      fiber.resume();
      fiber.resume();
      assertThat(fiber.isDone()).isTrue();
      assertThat(refused).containsExactly("both", "and goes on");
    });
  }

  @Test
  void onlyItsOwnBodySuspendsAFiber() {
    inLoop(carrier -> {
      Fiber fiber = fiber(carrier, Fiber::suspend);
      assertThatThrownBy(fiber::suspend)
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("a fiber is suspended by its own body only");
      fiber.resume();
      assertThatThrownBy(fiber::suspend)
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("a fiber is suspended by its own body only");
      fiber.resume();
      assertThat(fiber.isDone()).isTrue();
    });
  }

  @Test
  void foreignThreadCannotResume() {
    inLoop(carrier -> {
      Fiber fresh = fiber(carrier, Fiber::suspend);
      Fiber suspended = fiber(carrier, Fiber::suspend);
      suspended.resume();
      onNewThread(() -> {
        for (Fiber fiber : List.of(fresh, suspended)) {
          assertThatThrownBy(fiber::resume)
              .isInstanceOf(IllegalStateException.class)
              .hasMessageContaining("a fiber can only be resumed while its loop runs")
              .hasMessageContaining(Thread.currentThread().toString());
        }
      });
      runInTurn(fresh, suspended); // neither was harmed
    });
  }

  @Test
  void fiberCannotBeResumedWhileItsLoopDoesNotRun() {
    Carrier carrier = Engine.selected().newCarrier();
    Fiber[] fiber = new Fiber[1];
    carrier.run(() -> {
      fiber[0] = fiber(carrier, Fiber::suspend);
      fiber[0].resume();
    });
    assertThatThrownBy(fiber[0]::resume)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("while its loop runs");
    carrier.run(fiber[0]::resume);
    assertThat(fiber[0].isDone()).isTrue();
    carrier.close();
  }

  @Test
  void suspendedFibersSurviveFromOneRunToTheNext() {
    Carrier carrier = Engine.selected().newCarrier();
    List<String> log = new ArrayList<>();
    Fiber[] fiber = new Fiber[1];
    carrier.run(() -> {
      fiber[0] = fiber(carrier, self -> steps("x", log, self));
      fiber[0].resume();
    });
    carrier.run(fiber[0]::resume);
    carrier.run(() -> runInTurn(fiber[0]));
    carrier.close();
    assertThat(log).containsExactly("x0", "x1", "x2");
  }

  @Test
  void whatTheLoopThrowsArrivesAtItsCallerAsItself() {
    Carrier carrier = Engine.selected().newCarrier();
    IOException failure = new IOException("disk");
    assertThatThrownBy(() ->
            carrier.run(() -> {
              throw Sneaky.rethrow(failure);
            }))
        .isSameAs(failure);
    boolean[] ran = new boolean[1];
    carrier.run(() -> ran[0] = true);
    assertThat(ran[0]).isTrue();
    carrier.close();
  }

  @Test
  void carrierKnowsItsThreadOnlyWhileItRuns() {
    Carrier carrier = Engine.selected().newCarrier();
    assertThat(carrier.thread()).isNull();
    assertThat(carrier.isCurrent()).isFalse();
    carrier.run(() -> {
      assertThat(carrier.isCurrent()).isTrue();
      Fiber fiber =
          carrier.newFiber(() -> {
            assertThat(carrier.isCurrent()).isTrue();
            assertThat(carrier.thread()).isSameAs(Thread.currentThread());
          });
      fiber.resume();
      assertThat(carrier.isCurrent()).isTrue();
      onNewThread(() -> assertThat(carrier.isCurrent()).isFalse());
    });
    assertThat(carrier.thread()).isNull();
    carrier.close();
    carrier.close();
  }

  @Test
  void runningCarrierRefusesASecondRun() {
    inLoop(carrier -> {
      assertThatThrownBy(() -> carrier.run(() -> {}))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("already running on");
      Fiber fiber =
          carrier.newFiber(() ->
              assertThatThrownBy(() -> carrier.run(() -> {}))
                  .isInstanceOf(IllegalStateException.class)
                  .hasMessageContaining("already running on"));
      fiber.resume();
      assertThat(carrier.isCurrent()).isTrue();
    });
  }

  @Test
  void loopRunsOnAVirtualThreadToo() throws InterruptedException {
    List<String> log = new ArrayList<>();
    Thread thread =
        Thread.ofVirtual()
            .start(() ->
                inLoop(carrier ->
                    runInTurn(
                        fiber(carrier, self -> steps("a", log, self)),
                        fiber(carrier, self -> steps("b", log, self)))));
    thread.join();
    assertThat(log).containsExactly("a0", "b0", "a1", "b1", "a2", "b2");
  }

  @Test
  void exceptionInsideABodyUnwindsAcrossSuspensions() {
    List<String> log = new ArrayList<>();
    inLoop(carrier ->
        runInTurn(
            fiber(
                carrier,
                self -> {
                  try {
                    try {
                      self.suspend();
                      throw new IllegalArgumentException("thrown after a suspension");
                    } finally {
                      self.suspend();
                      log.add("finally");
                    }
                  } catch (IllegalArgumentException e) {
                    self.suspend();
                    log.add(e.getMessage());
                  }
                })));
    assertThat(log).containsExactly("finally", "thrown after a suspension");
  }
}
