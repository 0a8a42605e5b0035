package jasyncio.engine;

import static jasyncio.engine.Fibers.fiber;
import static jasyncio.engine.Fibers.join;
import static jasyncio.engine.Fibers.onNewThread;
import static jasyncio.engine.Fibers.runInTurn;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// What is particular to the fallback engine: which threads there are, and when they end.
class ThreadCarrierTest {
  @Test
  void everyFiberHasAVirtualThreadThatEndsWithItsBody() {
    ThreadCarrier carrier = new ThreadCarrier();
    List<Thread> threads = new ArrayList<>();
    carrier.run(() ->
        runInTurn(
            fiber(carrier, self -> remember(threads, self)),
            fiber(carrier, self -> remember(threads, self))));
    assertThat(new HashSet<>(threads)).hasSize(2).allMatch(Thread::isVirtual);
    threads.forEach(Fibers::join);
    carrier.close();
  }

  private static void remember(List<Thread> threads, Fiber self) {
    threads.add(Thread.currentThread());
    self.suspend();
    threads.add(Thread.currentThread());
  }

  @Test
  void exactlyOneThreadRunsAtATime() {
    ThreadCarrier carrier = new ThreadCarrier();
    int[] counter = new int[1]; // not atomic on purpose
    carrier.run(() -> {
      Fiber[] fibers = new Fiber[20];
      for (int i = 0; i < fibers.length; i++) {
        fibers[i] =
            fiber(
                carrier,
                self -> {
                  for (int n = 0; n < 500; n++) {
                    int seen = counter[0];
                    counter[0] = seen + 1;
                    self.suspend();
                  }
                });
      }
      runInTurn(fibers);
    });
    assertThat(counter[0]).isEqualTo(20 * 500);
    carrier.close();
  }

  @Test
  void callersOnPlatformThreadsShareOneLoopThreadThatCloseEnds() {
    ThreadCarrier carrier = new ThreadCarrier();
    Set<Thread> homes = new HashSet<>();
    carrier.run(() -> homes.add(Thread.currentThread()));
    onNewThread(() -> carrier.run(() -> homes.add(Thread.currentThread())));
    assertThat(homes).hasSize(1).allMatch(Thread::isVirtual);
    carrier.close();
    homes.forEach(Fibers::join);
    carrier.close();
  }

  @Test
  void callerOnAVirtualThreadIsTheLoopItself() {
    ThreadCarrier carrier = new ThreadCarrier();
    boolean[] same = new boolean[1];
    Thread caller =
        Thread.ofVirtual()
            .start(() -> {
              Thread me = Thread.currentThread();
              carrier.run(() -> same[0] = Thread.currentThread() == me);
            });
    join(caller);
    assertThat(same[0]).isTrue();
    carrier.close();
  }

  @Test
  void inheritableThreadLocalsDoNotReachFibers() {
    InheritableThreadLocal<String> local = new InheritableThreadLocal<>();
    local.set("caller");
    ThreadCarrier carrier = new ThreadCarrier();
    List<String> seen = new ArrayList<>();
    carrier.run(() -> runInTurn(fiber(carrier, self -> seen.add(String.valueOf(local.get())))));
    assertThat(seen).containsExactly("null");
    carrier.close();
    local.remove();
  }

  @Test
  void callerMayBeInterruptedWhileItCloses() {
    onNewThread(() -> {
      ThreadCarrier carrier = new ThreadCarrier();
      Thread[] home = new Thread[1];
      carrier.run(() -> home[0] = Thread.currentThread());
      Thread.currentThread().interrupt();
      carrier.close();
      assertThat(Thread.interrupted()).isTrue();
      join(home[0]);
    });
  }
}
