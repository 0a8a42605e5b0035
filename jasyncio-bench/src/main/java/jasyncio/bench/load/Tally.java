package jasyncio.bench.load;

import java.util.Arrays;
import java.util.Locale;

/// What one window of a load gave. Written by the loop of the load, read by the thread that waits:
/// so every method is synchronized, at a cost that the server does not have.
final class Tally {
  private static final int LONGEST_MICROS = 2_000_000;

  private final int[] requestsOfMicros = new int[LONGEST_MICROS + 1];
  private long requests;
  private long errors;
  private long start = System.nanoTime();

  synchronized void clear() {
    Arrays.fill(requestsOfMicros, 0);
    requests = 0;
    errors = 0;
    start = System.nanoTime();
  }

  /// Adds `count` requests that were answered together.
  synchronized void add(long nanos, int count) {
    requestsOfMicros[(int) Math.min(nanos / 1000, LONGEST_MICROS)] += count;
    requests += count;
  }

  synchronized void addError() {
    errors++;
  }

  synchronized String line() {
    double perSecond = requests * 1e9 / (System.nanoTime() - start);
    return String.format(
        Locale.ROOT,
        "%d %.0f %d %d %d",
        requests,
        perSecond,
        percentile(0.5),
        percentile(0.99),
        errors);
  }

  private int percentile(double part) {
    long seen = 0;
    for (int micros = 0; micros < LONGEST_MICROS; micros++) {
      seen += requestsOfMicros[micros];
      if (seen > requests * part) {
        return micros;
      }
    }
    return LONGEST_MICROS;
  }
}
