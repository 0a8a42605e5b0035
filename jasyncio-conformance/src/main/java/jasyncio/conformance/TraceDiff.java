package jasyncio.conformance;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Two traces side by side, for a person to read.
final class TraceDiff {
  private static final int COLUMN = 62;

  /// Events shown before and after the first difference.
  private static final int BEFORE = 12;

  private static final int AFTER = 8;

  private TraceDiff() {}

  /// The position of the first difference, or -1.
  static int firstDifference(List<?> expected, List<?> actual) {
    int common = Math.min(expected.size(), actual.size());
    for (int i = 0; i < common; i++) {
      if (!Objects.equals(expected.get(i), actual.get(i))) {
        return i;
      }
    }
    return expected.size() == actual.size() ? -1 : common;
  }

  /// The events around the first difference, CPython's on the left.
  static String show(Vector vector, List<?> actual) {
    List<?> expected = vector.expected();
    int first = vector.firstDifference(actual);
    StringBuilder text = new StringBuilder();
    text.append("## ").append(vector.name()).append(": first difference at event ").append(first);
    text.append(" (CPython left ").append(expected.size());
    text.append(" events, jasyncio ").append(actual.size()).append(")\n");
    row(text, "  ", "CPython 3.14", "jasyncio");
    int from = Math.max(0, first - BEFORE);
    int to = Math.min(first + AFTER, Math.max(expected.size(), actual.size()));
    if (from > 0) {
      row(text, "  ", "... " + from + " equal events", "");
    }
    for (int i = from; i < to; i++) {
      String left = event(expected, i);
      String right = event(actual, i);
      row(text, i == first ? "=>" : left.equals(right) ? "  " : " |", left, right);
    }
    return text.toString();
  }

  private static String event(List<?> trace, int index) {
    return index < trace.size() ? Json.write(trace.get(index)) : "(end)";
  }

  private static void row(StringBuilder text, String mark, String left, @Nullable String right) {
    String padded = left.length() < COLUMN ? left + " ".repeat(COLUMN - left.length()) : left;
    text.append((mark + " " + padded + " | " + right).stripTrailing()).append('\n');
  }
}
