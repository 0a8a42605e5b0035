package jasyncio.conformance;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;

/// The vectors that come with the module.
final class Vectors {
  private Vectors() {}

  /// Named behaviours, written by hand.
  static List<Vector> handwritten() {
    return read("handwritten.jsonl");
  }

  /// Random programs.
  static List<Vector> random() {
    return random(Integer.MAX_VALUE);
  }

  /// The first `n` of them.
  static List<Vector> random(int n) {
    return read("random-public.jsonl.gz", n);
  }

  /// Programs from other seeds that once left another trace here.
  static List<Vector> regressions() {
    return read("regressions.jsonl");
  }

  private static List<Vector> read(String name) {
    return read(name, Integer.MAX_VALUE);
  }

  private static List<Vector> read(String name, int limit) {
    try (InputStream in = Vectors.class.getResourceAsStream("/vectors/" + name)) {
      return Vector.read(Objects.requireNonNull(in, name), name, limit);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
