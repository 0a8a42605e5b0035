package jasyncio.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScheduleTest {
  @ParameterizedTest
  @CsvSource({
    "'', arrival",
    "'0', arrival",
    "'1', 0:1",
    "'0 0 0 1', 3:1",
    "'1 1 0 2 2 2 3 0 0', 0:1x2 3:2x3 6:3"
  })
  void textAndBack(String choices, String text) {
    int[] numbers =
        choices.isEmpty()
            ? new int[0]
            : java.util.Arrays.stream(choices.split(" ")).mapToInt(Integer::parseInt).toArray();
    Schedule schedule = Schedule.of(numbers);
    assertThat(schedule).hasToString(text);
    assertThat(Schedule.parse(text)).hasToString(text);
    assertThat(Schedule.parse(text).choices()).isEqualTo(schedule.choices());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "seed 7", "3", "3:", ":1", "3:1x", "3:1,4:1", "-1:2", "999999999:1"})
  void anythingElseIsRefused(String text) {
    assertThatThrownBy(() -> Schedule.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("not a schedule: '" + text + "'")
        .hasMessageContaining("such as 3:1 7:2x4, or arrival");
  }

  @Test
  void unusualChoicesAreCounted() {
    assertThat(Schedule.parse("0:1x2 3:2x3").unusual()).isEqualTo(5);
    assertThat(Schedule.parse("arrival").unusual()).isZero();
  }
}
