package jasyncio.conformance;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/// A scenario with the trace that CPython left.
///
/// @param trace the events to compare with; null if the file has a scenario alone
record Vector(Program program, @Nullable List<?> trace) {
  String name() {
    return program.name();
  }

  /// The position of the first difference to the recorded trace, or -1.
  int firstDifference(List<?> actual) {
    List<?> expected = expected();
    boolean more = isCutShort() && actual.size() > expected.size();
    return TraceDiff.firstDifference(expected, more ? actual.subList(0, expected.size()) : actual);
  }

  /// The recorded trace.
  List<?> expected() {
    if (trace == null) {
      throw new ScenarioError(name() + " has no trace to compare with; --trace shows ours");
    }
    return trace;
  }

  /// Whether the recorder broke off. Every complete trace has the end of `main` in it; but the
  /// recorder refuses programs in which tasks await each other in a circle, and with first-in
  /// first-out timers it has let some of them pass. Such a trace is compared as far as it goes.
  boolean isCutShort() {
    return expected().stream()
        .noneMatch(
            event -> event instanceof List<?> e && e.get(2).equals("-") && e.get(3).equals("main"));
  }

  /// Reads a file: `.json` with one object or a list of them, `.jsonl` with one in each line, or
  /// either compressed as `.gz`.
  static List<Vector> read(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return read(in, file.getFileName().toString(), Integer.MAX_VALUE);
    }
  }

  /// @param name the file's name, which tells its format
  /// @param limit how many lines of a `.jsonl` are read at most
  static List<Vector> read(InputStream in, String name, int limit) throws IOException {
    boolean compressed = name.endsWith(".gz");
    String plainName = compressed ? name.substring(0, name.length() - 3) : name;
    InputStream plain = compressed ? new GZIPInputStream(in) : in;
    if (plainName.endsWith(".json")) {
      Object all = Json.parse(new String(plain.readAllBytes(), StandardCharsets.UTF_8));
      List<Vector> vectors = new ArrayList<>();
      for (Object one : all instanceof List<?> list ? list : List.of(all)) {
        vectors.add(of(one));
      }
      return vectors;
    }
    if (!plainName.endsWith(".jsonl")) {
      throw new ScenarioError("the name must end in .json, .jsonl or .jsonl.gz: " + name);
    }
    List<Vector> vectors = new ArrayList<>();
    var lines = new BufferedReader(new InputStreamReader(plain, StandardCharsets.UTF_8));
    for (String line = lines.readLine();
        line != null && vectors.size() < limit;
        line = lines.readLine()) {
      if (!line.isBlank()) {
        vectors.add(of(Json.parse(line)));
      }
    }
    return vectors;
  }

  private static Vector of(Object json) {
    Map<String, @Nullable Object> object = Json.object(json);
    if (!object.containsKey("scenario")) {
      return new Vector(Program.parse(object), null);
    }
    // Timers of equal deadline run first in first out here, on purpose; the accident of CPython's
    // heap is in "trace".
    Object trace = object.getOrDefault("trace_fifo_ties", object.get("trace"));
    return new Vector(Program.parse(Json.object(object.get("scenario"))), (List<?>) trace);
  }
}
