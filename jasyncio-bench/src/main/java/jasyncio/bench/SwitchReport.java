package jasyncio.bench;

import jasyncio.engine.Engine;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/// Runs [SwitchBenchmark] and the same work in CPython, and prints both with their ratio.
final class SwitchReport {
  private static final String PYTHON = System.getenv().getOrDefault("PYTHON", "python3");

  private SwitchReport() {}

  static void run() throws IOException, InterruptedException, RunnerException {
    System.out.println("engine: " + Engine.selected().name() + ", one run of each, nanoseconds");
    Map<String, Double> ours = ours();
    Map<String, Double> theirs = theirs();
    System.out.printf("%-20s %12s %12s %10s%n", "operation", "jasyncio", "CPython", "ratio");
    ours.forEach((name, nanos) -> {
      Double other = theirs.get(name);
      System.out.printf(
          Locale.ROOT,
          "%-20s %12.1f %12s %10s%n",
          name,
          nanos,
          other == null ? "-" : String.format(Locale.ROOT, "%.0f", other),
          other == null ? "-" : String.format(Locale.ROOT, "%.1fx", other / nanos));
    });
  }

  private static Map<String, Double> ours() throws RunnerException {
    var options =
        new OptionsBuilder()
            .include(SwitchBenchmark.class.getSimpleName())
            .verbosity(VerboseMode.SILENT)
            .jvmArgsAppend(
                "--add-exports=java.base/jdk.internal.vm=ALL-UNNAMED",
                "--add-exports=java.base/jdk.internal.misc=ALL-UNNAMED",
                "-Djasyncio.engine=" + Engine.selected().name())
            .build();
    Map<String, Double> results = new LinkedHashMap<>();
    for (RunResult result : new Runner(options).run()) {
      String name = result.getPrimaryResult().getLabel();
      results.put(name, result.getPrimaryResult().getScore());
    }
    return results;
  }

  /// Empty, with a line that says why, where there is no CPython.
  private static Map<String, Double> theirs() throws IOException, InterruptedException {
    Map<String, Double> results = new LinkedHashMap<>();
    Process python;
    try {
      python = new ProcessBuilder(PYTHON, "-").redirectErrorStream(true).start();
    } catch (IOException e) {
      System.out.println(
          "no CPython to compare with: " + e.getMessage() + " (set PYTHON to name one)");
      return results;
    }
    try (InputStream program = SwitchReport.class.getResourceAsStream("switch.py");
        var input = python.getOutputStream()) {
      if (program == null) {
        throw new IllegalStateException("switch.py is missing from the jar");
      }
      program.transferTo(input);
    }
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(python.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String[] words = line.split(" ", 2);
        try {
          results.put(words[0], Double.parseDouble(words[1]));
        } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
          System.out.println(PYTHON + ": " + line);
        }
      }
    }
    int status = python.waitFor();
    if (status != 0) {
      System.out.println(PYTHON + " ended with status " + status);
    }
    return results;
  }
}
