package jasyncio;

import java.time.Duration;

/// Durations as the kernel's nanoseconds.
final class Durations {
  /// About 146 years: half of what fits, so that adding it to a time stays in order.
  private static final long LONGEST_NANOS = Long.MAX_VALUE / 2;

  private static final Duration LONGEST = Duration.ofNanos(LONGEST_NANOS);

  private Durations() {}

  static long toNanos(Duration duration) {
    return duration.compareTo(LONGEST) >= 0
        ? LONGEST_NANOS
        : Math.max(-LONGEST_NANOS, clampLow(duration));
  }

  private static long clampLow(Duration duration) {
    return duration.isNegative() && duration.compareTo(LONGEST.negated()) <= 0
        ? -LONGEST_NANOS
        : duration.toNanos();
  }

  /// For messages: `1.5 s`.
  static String text(long nanos) {
    return java.math.BigDecimal.valueOf(nanos, 9).stripTrailingZeros().toPlainString() + " s";
  }

  static boolean isPositive(Duration duration) {
    return !duration.isNegative() && !duration.isZero();
  }
}
