package jasyncio.engine;

import static jasyncio.engine.Fibers.fiber;
import static jasyncio.engine.Fibers.inLoop;
import static jasyncio.engine.Fibers.isFree;
import static jasyncio.engine.Fibers.onNewThread;
import static jasyncio.engine.Fibers.runInTurn;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Monitors and fibers: none is lost, none is carried off, an await that would do so is refused.
///
/// Each test makes its own locks: a monitor that was contended, or inflated by the guard, stays
/// inflated, and then an await inside goes unnoticed.
class MonitorTest {
  private static void suspendInside(Object lock, Fiber self) {
    synchronized (lock) {
      self.suspend();
    }
  }

  @Test
  void loopRunInsideSynchronizedKeepsTheCallersMonitorAndReleasesItAtTheEnd() {
    for (int i = 0; i < 200; i++) {
      Object lock = new Object();
      onNewThreadEvery(
          50,
          i,
          () -> {
            synchronized (lock) {
              inLoop(carrier ->
                  runInTurn(
                      fiber(
                          carrier,
                          self -> {
                            self.suspend();
                            self.suspend();
                          }),
                      fiber(carrier, Fiber::suspend)));
              assertThat(Thread.holdsLock(lock)).isTrue();
            }
            assertThat(Thread.holdsLock(lock)).isFalse();
          });
      if (i % 50 == 0) {
        assertThat(isFree(lock)).isTrue();
      }
    }
  }

  private static void onNewThreadEvery(int n, int i, Runnable job) {
    if (i % n == 0) {
      onNewThread(job);
    } else {
      job.run();
    }
  }

  @Test
  void loopRunInsideManyNestedMonitorsKeepsAllOfThem() {
    Object[] locks = new Object[20]; // more than the JVM's lock stack has slots
    for (int i = 0; i < locks.length; i++) {
      locks[i] = new Object();
    }
    runInside(locks, 0);
    for (Object lock : locks) {
      assertThat(Thread.holdsLock(lock)).isFalse();
      assertThat(isFree(lock)).isTrue();
    }
  }

  private static void runInside(Object[] locks, int from) {
    if (from < locks.length) {
      synchronized (locks[from]) {
        runInside(locks, from + 1);
      }
      return;
    }
    inLoop(carrier -> runInTurn(fiber(carrier, Fiber::suspend), fiber(carrier, Fiber::suspend)));
    for (Object lock : locks) {
      assertThat(Thread.holdsLock(lock)).isTrue();
    }
  }

  @Test
  @Tag("continuation-engine")
  void awaitInsideSynchronizedIsRefusedAndTheMonitorReleased() {
    Object lock = new Object();
    inLoop(carrier -> {
      Fiber careless =
          fiber(
              carrier,
              self -> {
                assertThatThrownBy(() -> suspendInside(lock, self))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageStartingWith("await inside `synchronized`")
                    .hasMessageContaining("jasyncio.sync.Lock");
                assertThat(Thread.holdsLock(lock)).isFalse();
                self.suspend(); // still usable
              });
      careless.resume();
      assertThat(careless.isDone()).isFalse();
      assertThat(isFree(lock)).isTrue();
      Fiber next =
          fiber(
              carrier,
              self -> {
                synchronized (
                    lock) { // would hang for ever if it were still in the first one's hands
                  assertThat(Thread.holdsLock(lock)).isTrue();
                }
                self.suspend();
              });
      runInTurn(next, careless);
    });
    synchronized (lock) {
      assertThat(Thread.holdsLock(lock)).isTrue();
    }
    assertThat(isFree(lock)).isTrue();
  }

  @Test
  @Tag("continuation-engine")
  void refusalCanBeCaughtInsideTheBlockAndComesAgainAtTheNextAwait() {
    inLoop(carrier -> {
      int[] refusals = new int[1];
      Fiber fiber =
          fiber(
              carrier,
              self -> {
                synchronized (new Object[0]) {
                  for (int i = 0; i < 5; i++) {
                    try {
                      self.suspend();
                    } catch (IllegalStateException refused) {
                      refusals[0]++;
                    }
                  }
                }
              });
      fiber.resume();
      assertThat(fiber.isDone()).isTrue();
      assertThat(refusals[0]).isEqualTo(5);
    });
  }

  @Test
  @Tag("continuation-engine")
  void awaitInsideALibrarysMonitorIsRefusedToo() {
    inLoop(carrier -> {
      List<Throwable> refused = new ArrayList<>();
      Fiber fiber =
          fiber(
              carrier,
              self -> {
                List<String> list = Collections.synchronizedList(new ArrayList<>(List.of("x")));
                try {
                  list.forEach(item -> self.suspend());
                } catch (IllegalStateException e) {
                  refused.add(e);
                }
                ConcurrentHashMap<String, String> map = new ConcurrentHashMap<>();
                try {
                  map.computeIfAbsent(
                      "key",
                      key -> {
                        self.suspend();
                        return key;
                      });
                } catch (IllegalStateException e) {
                  refused.add(e);
                }
                assertThat(map).isEmpty();
                assertThat(map.computeIfAbsent("key", key -> "value")).isEqualTo("value");
              });
      fiber.resume();
      assertThat(fiber.isDone()).isTrue();
      assertThat(refused).hasSize(2);
    });
  }

  @Test
  void fiberStartedInPlaceInsideItsParentsMonitorLeavesItThere() {
    inLoop(carrier -> {
      Object lock = new Object();
      List<Boolean> held = new ArrayList<>();
      Fiber child =
          fiber(
              carrier,
              self -> {
                self.suspend();
                self.suspend();
              });
      Fiber parent =
          fiber(
              carrier,
              self -> {
                synchronized (lock) {
                  child.resumeNested();
                  held.add(Thread.holdsLock(lock));
                  child.resumeNested();
                  held.add(Thread.holdsLock(lock));
                }
                held.add(Thread.holdsLock(lock));
                self.suspend();
              });
      parent.resume();
      assertThat(held).containsExactly(true, true, false);
      assertThat(isFree(lock)).isTrue();
      runInTurn(parent, child);
    });
  }

  @Test
  void fiberStartedInPlaceByTheLoopInsideAMonitorLeavesItThere() {
    inLoop(carrier -> { // a callback that holds a monitor and starts an eager task
      Object lock = new Object();
      Fiber child = fiber(carrier, Fiber::suspend);
      synchronized (lock) {
        child.resumeNested();
        assertThat(child.isDone()).isFalse();
        assertThat(Thread.holdsLock(lock)).isTrue();
      }
      assertThat(isFree(lock)).isTrue();
      child.resume();
      assertThat(child.isDone()).isTrue();
    });
  }

  @Test
  @Tag("continuation-engine")
  void suspendBothRefusesWhicheverOfTheTwoHoldsAMonitor() {
    inLoop(carrier -> {
      int[] refusals = new int[1];
      Fiber holder =
          fiber(
              carrier,
              self -> {
                try {
                  synchronized (new Object[0]) {
                    self.suspendBoth();
                  }
                } catch (IllegalStateException refused) {
                  refusals[0]++;
                }
              });
      Fiber outer = carrier.newFiber(holder::resumeNested);
      outer.resume();
      assertThat(refusals[0]).isEqualTo(1);
      assertThat(outer.isDone() && holder.isDone()).isTrue();

      Fiber innocent =
          fiber(
              carrier,
              self -> {
                try {
                  self.suspendBoth();
                } catch (IllegalStateException refused) {
                  refusals[0]++;
                }
              });
      Fiber outerHolder =
          carrier.newFiber(() -> {
            synchronized (new Object[0]) {
              innocent.resumeNested();
            }
          });
      outerHolder.resume();
      assertThat(refusals[0]).isEqualTo(2);
      assertThat(outerHolder.isDone() && innocent.isDone()).isTrue();
    });
  }

  @Test
  void monitorNotHeldAcrossTheAwaitIsNobodysBusiness() {
    inLoop(carrier -> {
      Object lock = new Object();
      int[] count = new int[1];
      Fiber[] fibers = new Fiber[5];
      for (int i = 0; i < fibers.length; i++) {
        fibers[i] =
            fiber(
                carrier,
                self -> {
                  for (int n = 0; n < 100; n++) {
                    synchronized (lock) {
                      count[0]++;
                    }
                    self.suspend();
                  }
                });
      }
      runInTurn(fibers);
      assertThat(count[0]).isEqualTo(500);
    });
  }

  @Test
  void waitAndNotifyWorkInsideAFiber() {
    inLoop(carrier -> {
      Object lock = new Object();
      boolean[] told = new boolean[1];
      Fiber fiber =
          fiber(
              carrier,
              self -> {
                self.suspend();
                synchronized (lock) {
                  Thread.ofPlatform()
                      .daemon()
                      .start(() -> {
                        synchronized (lock) {
                          told[0] = true;
                          lock.notifyAll();
                        }
                      });
                  while (!told[0]) {
                    try {
                      lock.wait();
                    } catch (InterruptedException e) {
                      throw new AssertionError(e);
                    }
                  }
                }
                self.suspend();
              });
      runInTurn(fiber);
      assertThat(told[0]).isTrue();
      assertThat(isFree(lock)).isTrue();
    });
  }
}
