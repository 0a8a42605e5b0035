package jasyncio.bench;

import java.util.Arrays;

/// `./jasyncio bench`: picks the benchmark.
public final class Main {
  private static final int USAGE_ERROR = 2;

  private Main() {}

  /// Runs the benchmark named by the first argument.
  public static void main(String[] args) throws Exception {
    String name = args.length == 0 ? "" : args[0];
    String[] rest = args.length == 0 ? args : Arrays.copyOfRange(args, 1, args.length);
    switch (name) {
      case "switch" -> SwitchReport.run();
      case "jmh" -> org.openjdk.jmh.Main.main(rest);
      default -> {
        if (rest.length > 0 && new Workloads(new Measure(rest[0])).run(name)) {
          return;
        }
        System.err.println(
            """
            usage: ./jasyncio bench WORKLOAD PEER  one of w1_spawn to w10_lock; PEER is the name
                                                   to print
                   ./jasyncio bench switch         a task switch, beside CPython in the same run
                   ./jasyncio bench jmh ARGS...    JMH itself, e.g. SwitchBenchmark -prof gc\
            """);
        System.exit(USAGE_ERROR);
      }
    }
  }
}
