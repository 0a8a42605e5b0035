package jasyncio.bench;

import jasyncio.bench.compare.Compare;
import java.nio.file.Path;
import java.util.Arrays;

/// `./jasyncio bench`: picks what to run.
public final class Main {
  private static final int USAGE_ERROR = 2;

  private Main() {}

  /// Runs what the first argument names.
  public static void main(String[] args) throws Exception {
    String name = args.length == 0 ? "" : args[0];
    String[] rest = args.length == 0 ? args : Arrays.copyOfRange(args, 1, args.length);
    if (!run(name, rest)) {
      System.err.println(
          """
          usage: ./jasyncio bench WORKLOAD PEER       one of w1_spawn to w10_lock, await_callback,
                                                      hello; PEER is the name to print
                 ./jasyncio bench w13_client PEER URL        fetches the page; w13_warm: after
                                                             more requests that do not count
                 ./jasyncio bench serve_echo PEER PORT       serves until killed; with protocols if
                                                             PEER ends in -proto, else with streams
                 ./jasyncio bench serve_tls PEER PORT FOLDER the same, with cert.pem and key.pem
                 ./jasyncio bench serve_http PEER PORT
                 ./jasyncio bench --compare [--rounds N] [--peers A,B] [WORKLOAD...]
                                                      everybody on this machine in turn, and
                                                      docs/performance.md from it; --page: only
                                                      write that again; --scale: cost against size
                 ./jasyncio bench switch              a task switch, beside CPython in the same run
                 ./jasyncio bench explore             schedules of a small test in a second
                 ./jasyncio bench jmh ARGS...         JMH itself, e.g. SwitchBenchmark -prof gc\
          """);
      System.exit(USAGE_ERROR);
    }
  }

  private static boolean run(String name, String[] rest) throws Exception {
    if (name.equals("switch")) {
      SwitchReport.run();
      return true;
    }
    if (name.equals("explore")) {
      ExploringRate.run();
      return true;
    }
    if (name.equals("--compare")) {
      return Compare.run(rest);
    }
    if (name.equals("jmh")) {
      org.openjdk.jmh.Main.main(rest);
      return true;
    }
    if (rest.length == 0) {
      return false;
    }
    if (name.startsWith("serve_") && rest.length >= 2) {
      Path folder = rest.length > 2 ? Path.of(rest[2]) : null;
      return Servers.serve(name, rest[0], Integer.parseInt(rest[1]), folder);
    }
    Measure measure = new Measure(rest[0]);
    if (name.startsWith("w13_") && rest.length == 2) {
      return Fetches.run(measure, name, rest[1]);
    }
    return new Workloads(measure).run(name);
  }
}
