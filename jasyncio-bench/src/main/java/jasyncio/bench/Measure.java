package jasyncio.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;

/// Takes time and memory, and prints one line for each: `workload peer value unit`.
public final class Measure {
  private static final int LEAST_WARM_UPS = 3;
  private static final long WARM_UP_NANOS = 1_500_000_000;
  private static final long LONGEST_WARM_UP_NANOS = 6_000_000_000L;
  private static final int PASSES = 5;

  private final String peer;

  /// Prints under the name `peer`.
  public Measure(String peer) {
    this.peer = peer;
  }

  /// One pass of a workload.
  @FunctionalInterface
  public interface Pass {
    /// Does the work once.
    void run() throws Exception;
  }

  /// Warms up, then prints the median of five passes for each operation: wall time, and CPU time of
  /// the whole process.
  public void time(String metric, long operations, Pass pass) throws Exception {
    long start = System.nanoTime();
    for (int i = 0; i < LEAST_WARM_UPS || System.nanoTime() - start < WARM_UP_NANOS; i++) {
      if (System.nanoTime() - start > LONGEST_WARM_UP_NANOS) {
        break;
      }
      pass.run();
    }
    double[] wall = new double[PASSES];
    double[] cpu = new double[PASSES];
    for (int i = 0; i < PASSES; i++) {
      long wallStart = System.nanoTime();
      long cpuStart = cpuNanos();
      pass.run();
      wall[i] = (System.nanoTime() - wallStart) / (double) operations;
      cpu[i] = (cpuNanos() - cpuStart) / (double) operations;
    }
    Arrays.sort(wall);
    Arrays.sort(cpu);
    print(metric, wall[PASSES / 2], "ns");
    print(metric + ".cpu", cpu[PASSES / 2], "ns");
  }

  /// Prints one line.
  public void print(String metric, double value, String unit) {
    String number = String.format(Locale.ROOT, value < 1000 ? "%.4g" : "%.0f", value);
    System.out.println(metric + " " + peer + " " + number + " " + unit);
  }

  /// CPU time of the whole process: its compilers and collectors too.
  public static long cpuNanos() {
    return CpuClock.nanos();
  }

  /// Bytes in use after the collector has run.
  public static long usedHeap() throws InterruptedException {
    for (int i = 0; i < 3; i++) {
      System.gc();
      Thread.sleep(50);
    }
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }

  /// A size of this process in bytes, as Linux tells it: `VmRSS` now, `VmHWM` at its highest. 0
  /// where there is no Linux.
  public static long processBytes(String key) {
    Path status = Path.of("/proc/self/status");
    if (!Files.exists(status)) {
      return 0;
    }
    try {
      for (String line : Files.readAllLines(status)) {
        if (line.startsWith(key + ":")) {
          return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return 0;
  }
}
