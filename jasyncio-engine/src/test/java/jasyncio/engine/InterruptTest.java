package jasyncio.engine;

import static jasyncio.engine.Fibers.fiber;
import static jasyncio.engine.Fibers.inLoop;
import static jasyncio.engine.Fibers.onNewThread;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/// An interrupt neither disturbs the hand-over between loop and fibers nor gets lost.
class InterruptTest {
  @Test
  void interruptedFiberFindsTheFlagAfterItsSuspension() {
    List<Boolean> flags = new ArrayList<>();
    inLoop(carrier -> {
      Fiber fiber =
          fiber(
              carrier,
              self -> {
                Thread.currentThread().interrupt();
                self.suspend();
                flags.add(Thread.currentThread().isInterrupted());
                self.suspend();
                flags.add(Thread.interrupted());
              });
      fiber.resume();
      fiber.resume();
      fiber.resume();
      assertThat(fiber.isDone()).isTrue();
      Thread.interrupted();
    });
    assertThat(flags).containsExactly(true, true);
  }

  @Test
  void interruptOfTheLoopsThreadIsSeenByTheCallerOfRun() {
    onNewThread(() -> {
      inLoop(carrier -> {
        Fiber fiber = fiber(carrier, Fiber::suspend);
        fiber.resume();
        Thread.currentThread().interrupt();
        fiber.resume();
        assertThat(fiber.isDone()).isTrue();
      });
      assertThat(Thread.interrupted()).isTrue();
    });
  }

  @Test
  void callerInterruptedBeforeItRunsALoopStillRunsItAndKeepsTheFlag() {
    onNewThread(() -> {
      Thread.currentThread().interrupt();
      boolean[] ran = new boolean[1];
      inLoop(carrier -> ran[0] = true);
      assertThat(ran[0]).isTrue();
      assertThat(Thread.interrupted()).isTrue();
    });
  }

  @Test
  void callerInterruptedWhileTheLoopRunsWaitsForItsEndAndKeepsTheFlag() {
    onNewThread(() -> {
      Thread caller = Thread.currentThread();
      int[] steps = new int[1];
      inLoop(carrier -> {
        Fiber fiber =
            fiber(
                carrier,
                self -> {
                  for (int i = 0; i < 1000; i++) {
                    steps[0]++;
                    self.suspend();
                  }
                });
        fiber.resume();
        interruptFromAnotherThread(caller);
        while (!fiber.isDone()) {
          fiber.resume();
        }
      });
      assertThat(steps[0]).isEqualTo(1000);
      assertThat(Thread.interrupted()).isTrue();
    });
  }

  private static void interruptFromAnotherThread(Thread victim) {
    CountDownLatch sent = new CountDownLatch(1);
    Thread.ofPlatform()
        .start(() -> {
          victim.interrupt();
          sent.countDown();
        });
    while (sent.getCount() > 0) {
      Thread.onSpinWait();
    }
  }

  @Test
  void interruptsFromOutsideDoNotDisturbTheHandOver() {
    inLoop(carrier -> {
      int[] steps = new int[1];
      boolean[] stop = new boolean[1];
      Thread[] fiberThread = new Thread[1];
      Fiber fiber =
          fiber(
              carrier,
              self -> {
                fiberThread[0] = Thread.currentThread();
                for (int i = 0; i < 20_000; i++) {
                  steps[0]++;
                  self.suspend();
                }
              });
      fiber.resume();
      List<Thread> victims = List.of(Thread.currentThread(), fiberThread[0]);
      Thread pest =
          Thread.ofPlatform()
              .daemon()
              .start(() -> {
                while (!stop[0]) {
                  victims.forEach(Thread::interrupt);
                  Thread.yield();
                }
              });
      while (!fiber.isDone()) {
        fiber.resume();
      }
      stop[0] = true;
      boolean flag = Thread.interrupted();
      while (pest.isAlive()) { // join() would be interrupted
        flag |= Thread.interrupted();
        Thread.onSpinWait();
      }
      Thread.interrupted();
      assertThat(steps[0]).isEqualTo(20_000);
      assertThat(flag).isTrue();
    });
  }
}
