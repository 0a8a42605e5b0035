package jasyncio;

import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.sleep;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The thread that watches loops: there while one runs, and gone with the last.
@Timeout(60)
class WatchdogThreadTest {
  private static final Set<Thread.State> SETTLED =
      Set.of(Thread.State.TIMED_WAITING, Thread.State.TERMINATED);

  @Test
  void threadThatRunsBeforeItsStarterGoesOnStaysForTheLoop() {
    Consumer<Thread> plain = Watchdog.starter;
    List<Thread> started = new ArrayList<>();
    Watchdog.starter =
        thread -> {
          plain.accept(thread);
          while (!SETTLED.contains(thread.getState())) { // it looks first, and then it waits
            Thread.onSpinWait();
          }
          started.add(thread);
        };
    try {
      Asyncio.run(() -> {
        await(sleep(Duration.ZERO));
        assertThat(started).singleElement().matches(Thread::isAlive);
      });
    } finally {
      Watchdog.starter = plain;
    }
    assertThat(started.getFirst().isAlive()).isFalse();
  }

  @Test
  void threadThatCouldNotBeStartedIsStartedForTheNextLoop() {
    Consumer<Thread> plain = Watchdog.starter;
    Watchdog.starter =
        _ -> {
          throw new OutOfMemoryError("unable to create native thread");
        };
    try {
      assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> Asyncio.run(() -> {})))
          .isInstanceOf(OutOfMemoryError.class);
    } finally {
      Watchdog.starter = plain;
    }
    Asyncio.run(() ->
        assertThat(Thread.getAllStackTraces().keySet())
            .extracting(Thread::getName)
            .contains("jasyncio-watchdog"));
  }
}
