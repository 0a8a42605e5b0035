package jasyncio.bench.compare;

import java.util.Locale;

/// Median, least and greatest of some rounds.
record Spread(double median, double least, double greatest, int rounds) {
  static Spread of(double[] sorted) {
    int half = sorted.length / 2;
    double median = sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    return new Spread(median, sorted[0], sorted[sorted.length - 1], sorted.length);
  }

  /// For a cell of a table: `12.3 (11.9–14)`.
  String cell() {
    return rounds == 1
        ? number(median)
        : number(median) + " (" + number(least) + "–" + number(greatest) + ")";
  }

  static String number(double value) {
    if (Math.abs(value) >= 100) {
      return String.format(Locale.ROOT, "%,.0f", value);
    }
    return String.format(Locale.ROOT, Math.abs(value) >= 10 ? "%.1f" : "%.2f", value);
  }
}
