package jasyncio;

import static org.assertj.core.api.Assertions.assertThat;

import jasyncio.engine.Engine;
import jasyncio.spi.IoDriver;
import org.junit.jupiter.api.Test;

/// How often a busy loop looks at its clock and at its driver.
class PollerTest {
  private long now = 1_000_000_000;
  private int readings;
  private final CountingDriver driver = new CountingDriver();
  private final Poller poller =
      new Poller(
          Engine.selected().newCarrier(),
          () -> {
            readings++;
            return now;
          },
          (_, _) -> driver,
          new ReadyQueue());

  private static final class CountingDriver implements IoDriver {
    private int polls;

    @Override
    public void poll(long maxNanos, Inbox inbox) {
      polls++;
    }

    @Override
    public void wake() {}

    @Override
    public void close() {}
  }

  /// @param turnNanos what a turn takes
  private void runTurns(int turns, long turnNanos, Runnable eachTurn) {
    poller.begin();
    for (int i = 0; i < turns; i++) {
      poller.peek(false);
      now += turnNanos;
      eachTurn.run();
    }
  }

  @Test
  void longTurnsPollTheDriverEachTime() {
    runTurns(600, 1_000_000, () -> {});
    assertThat(driver.polls).isBetween(599, 600);
  }

  @Test
  void programThatReadsTheTimeInEachTurnHearsOfOthersAsSoon() {
    runTurns(600, 1_000_000, poller::time);
    assertThat(driver.polls).isBetween(599, 600);
  }

  @Test
  void shortTurnsReadTheClockNowAndThenOnly() {
    runTurns(1600, 100, () -> {});
    assertThat(readings).isLessThan(150);
    assertThat(driver.polls).isBetween(2, 4); // 160 us, every 50
  }
}
