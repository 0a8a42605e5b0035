package jasyncio.engine;

import static jasyncio.engine.Fibers.fiber;
import static jasyncio.engine.Fibers.inLoop;
import static jasyncio.engine.Fibers.runInTurn;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Where a fiber can be suspended, and what it is told where it cannot.
class PlacesTest {
  private static @org.jspecify.annotations.Nullable Fiber current;

  private static void suspendCurrent() {
    Fiber fiber = current;
    assert fiber != null;
    fiber.suspend();
    current = fiber;
  }

  private static void inFiber(Runnable body) {
    inLoop(carrier -> {
      Fiber fiber =
          fiber(
              carrier,
              self -> {
                current = self;
                body.run();
              });
      Fiber other =
          fiber(
              carrier,
              self -> {
                for (int i = 0; i < 10; i++) {
                  self.suspend();
                }
              });
      runInTurn(fiber, other);
    });
  }

  public static void suspendByReflection() {
    suspendCurrent();
  }

  @Test
  void anywhereInPlainJava() {
    List<String> log = new ArrayList<>();
    inFiber(() -> {
      try {
        PlacesTest.class.getMethod("suspendByReflection").invoke(null);
      } catch (ReflectiveOperationException e) {
        throw new AssertionError(e);
      }
      log.add("reflection");
      Stream.of(3, 1, 2)
          .sorted((a, b) -> {
            suspendCurrent();
            return a - b;
          })
          .forEach(n -> {
            suspendCurrent();
            log.add("stream " + n);
          });
      TreeMap<String, Integer> map =
          new TreeMap<>((a, b) -> {
            suspendCurrent();
            return a.compareTo(b);
          });
      map.put("b", 1);
      map.put("a", 2);
      log.add("tree map " + map.firstKey());
      ReentrantLock lock = new ReentrantLock();
      lock.lock();
      suspendCurrent();
      lock.unlock();
      log.add("lock");
      Object noisy =
          new Object() {
            @Override
            public String toString() {
              suspendCurrent();
              return "noisy";
            }
          };
      log.add("concat " + noisy);
    });
    assertThat(log)
        .containsExactly(
            "reflection", "stream 1", "stream 2", "stream 3", "tree map a", "lock", "concat noisy");
  }

  private static final class Awaiting {
    static final int VALUE;

    static {
      suspendCurrent();
      VALUE = 1;
    }

    private Awaiting() {}
  }

  @Test
  @Tag("continuation-engine")
  void staticInitialiserIsNamedInTheRefusalAndTheFiberGoesOn() {
    boolean[] wentOn = new boolean[1];
    inFiber(() -> {
      assertThatThrownBy(() -> assertThat(Awaiting.VALUE).isOne())
          .isInstanceOf(ExceptionInInitializerError.class)
          .cause()
          .isInstanceOf(IllegalStateException.class)
          .hasMessageStartingWith("await inside the static initialiser of ")
          .hasMessageContaining("Awaiting")
          .hasMessageContaining("Move the await out of the static initialiser");
      suspendCurrent();
      wentOn[0] = true;
    });
    assertThat(wentOn[0]).isTrue();
  }

  private static final class LoopInside {
    static final List<String> LOG = new ArrayList<>();

    static {
      inFiber(() -> {
        LOG.add("before");
        suspendCurrent();
        LOG.add("after");
      });
    }

    private LoopInside() {}
  }

  /// On the thread engine the fiber is another thread, which waits for the class to be initialised,
  /// while the initialiser waits for the fiber; the watchdog of the loop tells.
  @Test
  @Tag("continuation-engine")
  void wholeLoopInsideAStaticInitialiserWorks() {
    assertThat(LoopInside.LOG).containsExactly("before", "after");
  }

  @Test
  void workersOfAParallelStreamAreNotInTheFiber() {
    ConcurrentLinkedQueue<String> refused = new ConcurrentLinkedQueue<>();
    inFiber(() -> {
      Fiber self = current;
      assert self != null;
      Thread mine = Thread.currentThread();
      IntStream.range(0, 64)
          .parallel()
          .forEach(n -> {
            if (Thread.currentThread() != mine) {
              try {
                self.suspend();
              } catch (IllegalStateException e) {
                refused.add(String.valueOf(e.getMessage()));
              }
            }
          });
      suspendCurrent();
    });
    assertThat(refused).allMatch(text -> text.equals("a fiber is suspended by its own body only"));
  }
}
