package jasyncio;

import static jasyncio.Asyncio.getRunningLoop;
import static jasyncio.Asyncio.millis;
import static jasyncio.Asyncio.seconds;
import static jasyncio.Asyncio.sleep;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class LoopTimeTest {
  @Test
  void inIsSoMuchLater() {
    Virtual.run(() -> {
      EventLoop loop = getRunningLoop();
      LoopTime start = loop.time();
      assertThat(loop.in(seconds(2))).isEqualTo(start.plus(seconds(2)));
      Asyncio.await(sleep(seconds(1.5)));
      assertThat(loop.time().since(start)).isEqualTo(seconds(1.5));
      assertThat(start.until(loop.time())).isEqualTo(seconds(1.5));
      assertThat(start.since(loop.time())).isEqualTo(seconds(-1.5));
      assertThat(loop.time().minus(millis(1500))).isEqualTo(start);
    });
  }

  @Test
  void comesBeforeWhatIsLaterAlsoWhereTheNanosecondsOverflow() {
    LoopTime early = new LoopTime(Long.MAX_VALUE - 1);
    LoopTime late = early.plus(seconds(1));
    assertThat(late.nanos()).isNegative();
    assertThat(early).isLessThan(late);
    assertThat(early.isBefore(late)).isTrue();
    assertThat(late.isAfter(early)).isTrue();
    assertThat(late.isBefore(late)).isFalse();
    assertThat(late.since(early)).isEqualTo(seconds(1));
  }

  @Test
  void forEverIsALongTime() {
    LoopTime now = new LoopTime(0);
    assertThat(now.plus(Duration.ofSeconds(Long.MAX_VALUE))).isGreaterThan(now);
    assertThat(now.minus(Duration.ofSeconds(Long.MAX_VALUE))).isLessThan(now);
  }

  @Test
  void readsAsSeconds() {
    LoopTime time = new LoopTime(12_500_000_000L);
    assertThat(time).hasToString("12.5 s");
    assertThat(time.seconds()).isEqualTo(12.5);
  }

  /// `loop.callAt(loop.time() + 1, f)` was a second in the eyes of whoever wrote it.
  @Test
  void noNumberIsTakenForATime() {
    List<Method> takers =
        List.of(EventLoop.class, Asyncio.class, Timeout.class).stream()
            .flatMap(type -> Arrays.stream(type.getMethods()))
            .filter(each -> each.getName().endsWith("At"))
            .toList();
    assertThat(takers).hasSizeGreaterThan(5);
    assertThat(takers)
        .allSatisfy(each -> assertThat(each.getParameterTypes()).contains(LoopTime.class));
  }
}
