package jasyncio;

import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.getRunningLoop;
import static jasyncio.Asyncio.run;
import static jasyncio.Asyncio.seconds;
import static jasyncio.Asyncio.sleep;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jasyncio.spi.VirtualTime;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DefaultTimeTest {
  @AfterEach
  void backToTheSystemsClock() {
    System.clearProperty("jasyncio.time");
  }

  @Test
  void unmodifiedProgramCanRunOnVirtualTime() {
    System.setProperty("jasyncio.time", "virtual");
    long day = 24 * 3600;
    long passed =
        run(() -> {
          long start = getRunningLoop().time().nanos();
          await(sleep(seconds(day)));
          return getRunningLoop().time().nanos() - start;
        });
    assertThat(passed).isEqualTo(seconds(day).toNanos());
  }

  @Test
  void everyLoopHasItsOwnVirtualTime() {
    System.setProperty("jasyncio.time", "virtual");
    assertThat(LoopConfig.defaults().clock())
        .isInstanceOf(VirtualTime.class)
        .isNotSameAs(LoopConfig.defaults().clock());
  }

  @Test
  void realTimeIsTheDefaultAndHasAName() {
    assertThat(LoopConfig.defaults().clock()).isSameAs(LoopConfig.SYSTEM_CLOCK);
    System.setProperty("jasyncio.time", "real");
    assertThat(LoopConfig.defaults().clock()).isSameAs(LoopConfig.SYSTEM_CLOCK);
  }

  @Test
  void unknownKindOfTimeIsRefused() {
    System.setProperty("jasyncio.time", "fast");
    assertThatThrownBy(LoopConfig::defaults)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "-Djasyncio.time=fast is not a kind of time. Use real or virtual, or leave it unset");
  }
}
