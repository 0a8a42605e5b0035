package jasyncio.testing;

import java.util.Arrays;

/// The choices of a run, as text and back: `3:1 7:2x4` says that the choice number 3 was 1, those
/// numbered 7 to 10 were 2, and all others the usual, 0.
final class Schedule {
  /// The text of a run in which everything went the usual way.
  static final String ARRIVAL = "arrival";

  /// More choices no run makes that ends within [Decisions]' bounds.
  private static final int LONGEST = 100_000_000;

  private final int[] choices;

  private Schedule(int[] choices) {
    this.choices = choices;
  }

  /// Without the zeros at the end: they come by themselves.
  static Schedule of(int[] choices) {
    int length = choices.length;
    while (length > 0 && choices[length - 1] == 0) {
      length--;
    }
    return new Schedule(Arrays.copyOf(choices, length));
  }

  /// @throws IllegalArgumentException if it is not such a text
  static Schedule parse(String text) {
    int[] choices = new int[0];
    String trimmed = text.strip();
    if (trimmed.equals(ARRIVAL)) {
      return new Schedule(choices);
    }
    for (String part : trimmed.split(" +", -1)) {
      String[] numbers = part.split("[:x]", -1);
      if (!part.matches("\\d{1,9}:\\d{1,9}(x\\d{1,9})?")) {
        throw malformed(text, part);
      }
      int at = Integer.parseInt(numbers[0]);
      int times = numbers.length > 2 ? Integer.parseInt(numbers[2]) : 1;
      if (at + times > LONGEST) {
        throw malformed(text, part);
      }
      if (at + times > choices.length) {
        choices = Arrays.copyOf(choices, at + times);
      }
      Arrays.fill(choices, at, at + times, Integer.parseInt(numbers[1]));
    }
    return of(choices);
  }

  private static IllegalArgumentException malformed(String text, String part) {
    return new IllegalArgumentException(
        "not a schedule: '"
            + text
            + "', because of '"
            + part
            + "'. Give the string that a failure has printed, such as 3:1 7:2x4, or "
            + ARRIVAL);
  }

  /// A copy.
  int[] choices() {
    return choices.clone();
  }

  /// How many choices are not the usual.
  int unusual() {
    return (int) Arrays.stream(choices).filter(choice -> choice != 0).count();
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (int at = 0; at < choices.length; ) {
      int end = at + 1;
      while (end < choices.length && choices[end] == choices[at]) {
        end++;
      }
      if (choices[at] != 0) {
        text.append(text.isEmpty() ? "" : " ").append(at).append(':').append(choices[at]);
        text.append(end - at > 1 ? "x" + (end - at) : "");
      }
      at = end;
    }
    return text.isEmpty() ? ARRIVAL : text.toString();
  }
}
