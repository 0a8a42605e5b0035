package jasyncio;

import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.getRunningLoop;
import static jasyncio.Asyncio.run;
import static jasyncio.Asyncio.sleep;
import static org.assertj.core.api.Assertions.assertThat;

import jasyncio.parity.Parity;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What becomes ready when the main task ends still runs while the runner shuts down, as in
/// CPython.
@Parity({"RUN-01", "LCY-09"})
class LastTurnTest {
  private final List<String> log = new ArrayList<>();

  @Test
  void callbackOfCallbackScheduledLastStillRuns() {
    run(() -> {
      EventLoop loop = getRunningLoop();
      loop.callSoon(() -> loop.callSoon(() -> log.add("second generation")));
    });
    assertThat(log).containsExactly("second generation");
  }

  @Test
  void doneCallbackOfTaskThatEndsTogetherWithMainStillRuns() {
    run(() -> {
      Task<?> other = Asyncio.createTask(() -> await(sleep(Duration.ZERO)));
      other.addDoneCallback(_ -> log.add("other is done"));
      await(sleep(Duration.ZERO));
      await(sleep(Duration.ZERO));
    });
    assertThat(log).containsExactly("other is done");
  }
}
