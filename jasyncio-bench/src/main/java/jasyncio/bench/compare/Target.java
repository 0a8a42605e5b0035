package jasyncio.bench.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// What a row must reach: bounds that must all hold. All figures are costs: less is better.
record Target(List<Bound> bounds) {
  /// A bound: at most `factor` times the best of the peers; without peers, at most `factor` itself.
  record Bound(double factor, List<String> peers) {}

  /// How a bound came out.
  ///
  /// @param ratio ours to what it is compared with; NaN if there is nothing to compare
  record Finding(String text, double ratio, Outcome outcome) {}

  /// Whether a bound holds.
  enum Outcome {
    MET("yes"),
    MISSED("**no**"),
    UNKNOWN("not measured");

    final String word;

    Outcome(String word) {
      this.word = word;
    }
  }

  static Target none() {
    return new Target(List.of());
  }

  /// At most `factor` times the best of these.
  static Target atMost(double factor, String... peers) {
    return new Target(List.of(new Bound(factor, List.of(peers))));
  }

  /// This and one more bound.
  Target and(double factor, String... peers) {
    List<Bound> both = new ArrayList<>(bounds);
    both.add(new Bound(factor, List.of(peers)));
    return new Target(both);
  }

  /// Compares `ours` with what the peers needed.
  List<Finding> check(@Nullable Spread ours, Function<String, @Nullable Spread> theirs) {
    List<Finding> findings = new ArrayList<>();
    for (Bound bound : bounds) {
      findings.add(check(bound, ours, theirs));
    }
    return findings;
  }

  private static Finding check(
      Bound bound, @Nullable Spread ours, Function<String, @Nullable Spread> theirs) {
    if (bound.peers().isEmpty()) {
      String text = "at most " + Spread.number(bound.factor());
      return ours == null
          ? new Finding(text, Double.NaN, Outcome.UNKNOWN)
          : finding(text, ours.median() / bound.factor(), 1);
    }
    String best = null;
    double least = Double.POSITIVE_INFINITY;
    for (String peer : bound.peers()) {
      Spread spread = theirs.apply(peer);
      if (spread != null && spread.median() < least) {
        least = spread.median();
        best = peer;
      }
    }
    String text = text(bound);
    if (ours == null || best == null) {
      return new Finding(text, Double.NaN, Outcome.UNKNOWN);
    }
    if (bound.peers().size() > 1) {
      text += ", here " + best;
    }
    return finding(text, ours.median() / least, bound.factor());
  }

  private static Finding finding(String text, double ratio, double limit) {
    return new Finding(text, ratio, ratio <= limit ? Outcome.MET : Outcome.MISSED);
  }

  private static String text(Bound bound) {
    String peers = String.join(", ", bound.peers());
    String factor =
        bound.factor() < 0.5
            ? "1/" + String.format(Locale.ROOT, "%.3g", 1 / bound.factor()).replaceAll("\\.0+$", "")
            : String.format(Locale.ROOT, "%.2f", bound.factor());
    return "at most " + factor + " × " + (bound.peers().size() > 1 ? "best of " : "") + peers;
  }
}
