package jasyncio.testing;

import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.createTask;
import static jasyncio.Asyncio.getRunningLoop;
import static jasyncio.Asyncio.run;
import static jasyncio.Asyncio.seconds;
import static jasyncio.Asyncio.sleep;
import static jasyncio.testing.Testing.advance;
import static jasyncio.testing.Testing.clock;
import static jasyncio.testing.Testing.runUntilIdle;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jasyncio.LoopConfig;
import jasyncio.Task;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TestingTest {
  private final List<String> log = new ArrayList<>();

  private static void yieldTimes(int n) {
    for (int i = 0; i < n; i++) {
      await(sleep(Duration.ZERO));
    }
  }

  @AsyncTest
  void runUntilIdleLetsAllOthersRunAndNoTimePass() {
    Task<?> long1 =
        createTask(() -> {
          yieldTimes(50);
          log.add("fifty steps");
          await(sleep(seconds(1)));
          log.add("a second");
        });
    await(runUntilIdle());
    assertThat(log).containsExactly("fifty steps");
    assertThat(getRunningLoop().time().nanos()).isZero();
    await(long1);
  }

  @AsyncTest
  void advanceRunsWhatIsDueByThenAndNothingLater() {
    Task<?> ticks =
        createTask(() -> {
          for (int i = 1; i <= 4; i++) {
            await(sleep(seconds(1)));
            yieldTimes(5);
            log.add("tick " + i);
          }
        });
    await(advance(seconds(2)));
    assertThat(log).containsExactly("tick 1", "tick 2");
    assertThat(getRunningLoop().time().nanos()).isEqualTo(2_000_000_000L);
    await(advance(Duration.ofMillis(1_500)));
    assertThat(log).containsExactly("tick 1", "tick 2", "tick 3");
    await(ticks);
  }

  @AsyncTest(schedules = 50)
  void advanceDoesSoUnderEverySchedule() {
    Task<?> worker =
        createTask(() -> {
          await(sleep(seconds(2)));
          yieldTimes(3);
          log.add("done");
        });
    Task<?> second = createTask(() -> yieldTimes(3));
    await(advance(seconds(2)));
    assertThat(log).containsExactly("done");
    assertThat(worker.done()).isTrue();
    assertThat(second.done()).isTrue();
  }

  @AsyncTest
  void severalMayWaitForIdleness() {
    Task<?> other =
        createTask(() -> {
          await(runUntilIdle());
          log.add("other");
        });
    await(runUntilIdle());
    log.add("main");
    await(other);
    assertThat(log).containsExactlyInAnyOrder("main", "other");
  }

  @AsyncTest
  void cancelledWaitForIdlenessKeepsNobodyElseFromIt() {
    Task<?> other = createTask(() -> await(runUntilIdle()));
    await(sleep(Duration.ZERO));
    other.cancel();
    await(runUntilIdle());
    assertThat(other.cancelled()).isTrue();
  }

  @AsyncTest
  void clockGoesWithTheLoop() {
    InstantSource clock = clock();
    Instant start = clock.instant();
    assertThat(start).isEqualTo("2000-01-01T00:00:00Z");
    await(advance(Duration.ofDays(1).minusSeconds(1)));
    assertThat(clock.instant()).isEqualTo("2000-01-01T23:59:59Z");
    assertThat(clock.millis() - start.toEpochMilli()).isEqualTo(86_399_000);
  }

  @AsyncTest(realTime = true)
  void onRealTimeTheClockIsTheSystems() {
    assertThat(clock().instant()).isAfter(Instant.parse("2025-01-01T00:00:00Z"));
    assertThatThrownBy(() -> await(advance(seconds(1))))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("advance needs virtual time, and this test runs on real time");
  }

  @AsyncTest
  void timeDoesNotGoBack() {
    assertThatThrownBy(() -> advance(seconds(-1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("PT-1S");
  }

  @Test
  void outsideOfATestItSaysWhatToDo() {
    assertThatThrownBy(() -> run(runUntilIdle(), LoopConfig.defaults().withVirtualTime()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("is for tests")
        .hasMessageEndingWith("use @AsyncTest");
  }
}
