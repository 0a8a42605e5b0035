package jasyncio.http.wire;

import java.math.BigDecimal;
import java.time.Duration;

/// Durations for the loop's clock and for messages.
public final class Spans {
  /// Half of what fits, so that adding it to a time stays in order.
  private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE / 2);

  private Spans() {}

  /// In nanoseconds; centuries are cut off.
  ///
  /// @param duration how long
  /// @return the nanoseconds
  public static long nanos(Duration duration) {
    return duration.compareTo(LONGEST) > 0 ? LONGEST.toNanos() : duration.toNanos();
  }

  /// In seconds, as in `0.25 s`.
  ///
  /// @param duration how long
  /// @return the text
  public static String text(Duration duration) {
    BigDecimal seconds = BigDecimal.valueOf(nanos(duration), 9).stripTrailingZeros();
    return seconds.toPlainString() + " s";
  }
}
