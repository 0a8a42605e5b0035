package jasyncio.engine;

import static jasyncio.engine.Fibers.fiber;
import static jasyncio.engine.Fibers.inLoop;
import static jasyncio.engine.Fibers.join;
import static jasyncio.engine.Fibers.onNewThread;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

/// The stack of a suspended fiber, read by anyone at any time.
class StackTraceTest {
  private static void inner(Fiber self) {
    self.suspend();
  }

  private static void outer(Fiber self) {
    inner(self);
  }

  private static List<String> methodsOf(StackTraceElement[] frames) {
    return Arrays.stream(frames).map(StackTraceElement::getMethodName).toList();
  }

  @Test
  void suspendedFiberShowsItsOwnFramesInnermostFirst() {
    inLoop(carrier -> {
      Fiber fiber = fiber(carrier, StackTraceTest::outer);
      fiber.resume();
      List<String> methods = methodsOf(fiber.stackTrace());
      assertThat(methods).startsWith("inner", "outer");
      assertThat(methods).doesNotContain("suspend", "yield", "run0", "park", "resume", "step");
      onNewThread(() -> assertThat(methodsOf(fiber.stackTrace())).isEqualTo(methods));
      fiber.resume();
    });
  }

  @Test
  void freshRunningAndEndedFibersShowNothing() {
    inLoop(carrier -> {
      Fiber fiber =
          fiber(
              carrier,
              self -> {
                assertThat(self.stackTrace()).isEmpty();
                self.suspend();
                assertThat(self.stackTrace()).isEmpty();
                onNewThread(() -> assertThat(self.stackTrace()).isEmpty());
              });
      assertThat(fiber.stackTrace()).isEmpty();
      fiber.resume();
      assertThat(fiber.stackTrace()).isNotEmpty();
      fiber.resume();
      assertThat(fiber.isDone()).isTrue();
      assertThat(fiber.stackTrace()).isEmpty();
    });
  }

  @Test
  void readersInOtherThreadsNeverDisturbALoopThatResumesTheFiber() {
    ConcurrentLinkedQueue<Object> wrong = new ConcurrentLinkedQueue<>();
    int[] steps = new int[1];
    inLoop(carrier -> {
      boolean[] stop = new boolean[1];
      Fiber fiber =
          fiber(
              carrier,
              self -> {
                while (!stop[0]) {
                  steps[0]++;
                  outer(self);
                }
              });
      List<Thread> readers = new ArrayList<>();
      long[] reads = new long[3];
      for (int i = 0; i < reads.length; i++) {
        int me = i;
        readers.add(
            Thread.ofPlatform().daemon().start(() -> readUntil(stop, fiber, reads, me, wrong)));
      }
      int resumes = 0;
      while (resumes < 20_000 || Arrays.stream(reads).anyMatch(n -> n < 500)) {
        fiber.resume();
        resumes++;
        assertThat(steps[0]).isEqualTo(resumes);
        if (resumes % 64 == 0) {
          Thread.yield();
        }
      }
      stop[0] = true;
      readers.forEach(Fibers::join);
      fiber.resume();
      assertThat(fiber.isDone()).isTrue();
    });
    assertThat(wrong).isEmpty();
  }

  private static void readUntil(
      boolean[] stop, Fiber fiber, long[] reads, int me, ConcurrentLinkedQueue<Object> wrong) {
    try {
      while (!stop[0]) {
        StackTraceElement[] frames = fiber.stackTrace();
        List<String> methods = methodsOf(frames);
        if (!methods.isEmpty() && !methods.subList(0, 2).equals(List.of("inner", "outer"))) {
          wrong.add(methods);
        }
        reads[me]++;
        Thread.yield();
      }
    } catch (Throwable t) {
      wrong.add(t);
    }
  }

  @Test
  void fiberMayReadTheStackOfAnother() {
    inLoop(carrier -> {
      Fiber suspended = fiber(carrier, StackTraceTest::outer);
      suspended.resume();
      Fiber reader =
          carrier.newFiber(
              () -> assertThat(methodsOf(suspended.stackTrace())).startsWith("inner", "outer"));
      reader.resume();
      suspended.resume();
      assertThat(suspended.isDone()).isTrue();
    });
  }

  @Test
  void stackIsReadableAfterTheLoopHasStopped() {
    Carrier carrier = Engine.selected().newCarrier();
    Fiber[] fiber = new Fiber[1];
    carrier.run(() -> {
      fiber[0] = fiber(carrier, StackTraceTest::outer);
      fiber[0].resume();
    });
    assertThat(methodsOf(fiber[0].stackTrace())).startsWith("inner", "outer");
    carrier.run(fiber[0]::resume);
    Thread closer = Thread.ofPlatform().start(carrier::close);
    join(closer);
  }
}
