package jasyncio.bench.compare;

/// One figure that one peer gave once.
///
/// @param time when, in UTC, to the second
/// @param load the machine's load average at that time: how many wanted a core
/// @param metric what was measured
/// @param peer who was measured
/// @param unit of the value
record Sample(String time, double load, String metric, String peer, double value, String unit) {
  String line() {
    return String.join(
        "\t", time, Double.toString(load), metric, peer, Double.toString(value), unit);
  }

  static Sample parse(String line) {
    String[] words = line.split("\t", -1);
    return new Sample(
        words[0],
        Double.parseDouble(words[1]),
        words[2],
        words[3],
        Double.parseDouble(words[4]),
        words[5]);
  }
}
