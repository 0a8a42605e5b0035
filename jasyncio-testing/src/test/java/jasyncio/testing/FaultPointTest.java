package jasyncio.testing;

import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.getRunningLoop;
import static jasyncio.Asyncio.millis;
import static jasyncio.Asyncio.seconds;
import static jasyncio.Asyncio.sleep;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jasyncio.Future;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FaultPointTest {
  private static final FaultPoint DISK =
      FaultPoint.of("disk")
          .late(millis(200))
          .late(seconds(2))
          .failing(() -> new IOException("full"));

  private static String ask() {
    String answer;
    try {
      answer = await(DISK.answer("page"), IOException.class);
    } catch (IOException e) {
      answer = e.getMessage();
    }
    return answer + " at " + getRunningLoop().time().nanos() / 1_000_000;
  }

  @AsyncTest
  void withoutExplorationTheAnswerComesSoon() {
    Future<String> answer = DISK.answer("page");
    assertThat(answer.done()).isFalse();
    assertThat(await(answer)).isEqualTo("page");
    assertThat(getRunningLoop().time().nanos()).isZero();
  }

  @Test
  void schedulesMakeItLateOrAFailure() {
    Set<String> answers = new LinkedHashSet<>();
    Explorer.of("disk", () -> answers.add(ask())).run();
    assertThat(answers)
        .containsExactlyInAnyOrder("page at 0", "page at 200", "page at 2000", "full at 0");
  }

  @Test
  void exhaustiveSearchTakesEachOnce() {
    List<String> answers = new ArrayList<>();
    Explorer.of("disk", () -> answers.add(ask())).withSearch(Search.EXHAUSTIVE).run();
    // order of arrival, and then all there are, the usual first
    assertThat(answers)
        .containsExactly("page at 0", "page at 0", "page at 200", "page at 2000", "full at 0");
  }

  @Test
  void failureNamesThePoint() {
    assertThatThrownBy(() ->
            Explorer.of("reader", () -> assertThat(ask()).isEqualTo("page at 0"))
                .withSearch(Search.EXHAUSTIVE)
                .run())
        .hasMessageContaining("choice 0: \"disk\" turns out as 1 instead of 0");
  }

  @AsyncTest(schedules = 20)
  void answerThatNobodyWantsAnyMoreIsDropped() {
    Future<String> answer = DISK.answer("page");
    answer.cancel();
    await(sleep(seconds(3)));
    assertThat(answer.cancelled()).isTrue();
  }

  @Test
  void delayIsNotNegative() {
    assertThatThrownBy(() -> DISK.late(millis(-1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("PT-0.001S");
  }
}
