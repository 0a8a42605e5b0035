package jasyncio.bench.compare;

import static jasyncio.bench.compare.Target.atMost;

import java.util.List;

/// What is compared, with whom, and what was promised.
///
/// Process CPU time where one thread works, since a busy machine adds to wall time only; wall time
/// where threads wait for each other.
final class Rows {
  static final String OURS = "jasyncio";
  private static final String OURS_PROTO = "jasyncio-proto";
  private static final String OURS_BORINGSSL = "jasyncio-boringssl";

  static final List<Row> ALL =
      List.of(
          row("w1_spawn", "create a task, run it, await it", rivals("continuation"))
              .target(atMost(0.6, "kotlin", "node", "go")),
          row("w2_yield1", "one task yields", rivals("node-immediate", "continuation"))
              .target(atMost(1, "kotlin")),
          row(
                  "await_callback",
                  "await a future that a callback completes",
                  List.of("asyncio", "uvloop"))
              .target(atMost(25).and(1 / 20.0, "asyncio")),
          row("w2_yield1000", "1,000 tasks yield", rivals("node-immediate", "continuation"))
              .target(
                  atMost(1.15, "continuation").and(1 / 7.0, "asyncio").and(1 / 1.4, "vthread-p1")),
          row("w3_queue", "ping-pong over two queues", rivals("continuation"))
              .target(atMost(1, "go", "kotlin")),
          row("w3_future", "ping-pong over fresh futures", rivals())
              .target(atMost(1, "go", "kotlin")),
          row("w4_1p1c", "an item through a queue", rivals()).target(atMost(1, "vthread-p1", "go")),
          row("w4_100p1c", "the same, 100 producers", rivals())
              .target(atMost(1, "vthread-p1", "go")),
          row(
                  "w5_sleep",
                  "w5_sleep_total",
                  "1,000,000 tasks sleep up to 1 s",
                  OURS,
                  rivals("vthread"))
              .target(atMost(1, "kotlin")),
          row("w5_sleep", "w5_sleep_rss", "their memory", OURS, rivals("vthread"))
              .target(atMost(1, "kotlin")),
          row("w5_cancel", "create and cancel a timer", rivals("netty")).target(atMost(0.6, "go")),
          row(
                  "w6_mem",
                  "w6_heap",
                  "heap of a waiting task, with its event",
                  OURS,
                  rivals("continuation"))
              .target(atMost(400)),
          row("w6_mem", "w6_rss", "its resident memory", OURS, rivals("continuation"))
              .target(Target.none()),
          row(
                  "w7_call",
                  "w7_call",
                  "callSoonThreadsafe, wall",
                  OURS,
                  List.of("asyncio", "uvloop", "node", "kotlin", "vthread", "go-2", "netty"))
              .target(atMost(1.5, "netty")),
          row(
                  "w7_rt",
                  "w7_rt",
                  "runCoroutineThreadsafe and back, wall",
                  OURS,
                  List.of("asyncio", "uvloop", "kotlin", "vthread-p1", "netty"))
              .target(atMost(1, "kotlin")),
          row(
                  "w8_rt",
                  "w8_rt",
                  "toThread and back, wall",
                  OURS,
                  List.of("asyncio", "uvloop", "node", "kotlin", "vthread-p1"))
              .target(atMost(1, "kotlin").and(1, "vthread-p1")),
          row(
                  "w8_block",
                  "w8_block64",
                  "10,000 blocking calls of 10 ms, 64 threads",
                  OURS,
                  List.of("asyncio", "uvloop", "kotlin", "vthread", "go"))
              .target(Target.none()),
          row(
                  "w8_block",
                  "w8_blockdef",
                  "the same, each one's default",
                  OURS,
                  List.of("asyncio", "uvloop", "kotlin", "vthread"))
              .target(atMost(1, "vthread")),
          row(
                  "w9_agen",
                  "an item of an async generator",
                  List.of("asyncio", "uvloop", "node", "kotlin", "go", "continuation"))
              .target(atMost(1.3, "continuation")),
          row("w9_push", "the same, pushed by forEach", List.of("kotlin")).target(atMost(10)),
          row("w10_lock", "take a lock, yield, release; 100 tasks", rivals("node-immediate"))
              .target(atMost(1.3, "kotlin")),
          row(
                  "w16_subproc",
                  "w16_subproc",
                  "start `true` and wait, wall",
                  OURS,
                  List.of("asyncio", "uvloop", "node", "go", "vthread-p1"))
              .target(atMost(1.1, "vthread-p1")),
          row("w11_echo_64c_64b", "echo of 64 B, 64 connections, streams", echoRivals())
              .target(atMost(1.15, "netty").and(1, "uvloop")),
          row(
                  "w11_echo_64c_64b",
                  "w11_echo_64c_64b.cpu",
                  "the same, protocols",
                  OURS_PROTO,
                  echoRivals())
              .target(atMost(1.05, "netty")),
          row("w11_echo_64c_4096b", "echo of 4 KiB, 64 connections, streams", echoRivals())
              .target(Target.none()),
          row(
                  "w12_http_plain",
                  "HTTP GET, 64 connections",
                  List.of("aiohttp", "aiohttp-uvloop", "node", "go", "netty"))
              .target(atMost(1.1, "netty").and(1 / 2.5, "aiohttp-uvloop")),
          row(
                  "w12_http_pipe16",
                  "the same, 16 requests at a time",
                  List.of("aiohttp", "aiohttp-uvloop", "node", "go", "netty"))
              .target(atMost(1, "netty")),
          row(
                  "w13_client",
                  "HTTP client, 1 KiB page, 100 at a time",
                  List.of("aiohttp", "aiohttp-uvloop", "node", "go", "vthread-p1"))
              .target(atMost(1.3, "go").and(0.5, "vthread-p1")),
          row(
                  "w13_warm",
                  "the same, each after 100,000 requests that do not count",
                  List.of("aiohttp", "aiohttp-uvloop", "node", "go", "vthread-p1"))
              .target(Target.none()),
          row(
                  "w14_start",
                  "w14_start",
                  "start, print hello, end: the launcher with its AOT cache, as it comes; wall",
                  OURS,
                  List.of("asyncio", "go"))
              .target(atMost(1, "asyncio").and(0.8, "asyncio")),
          row(
                  "w14_start",
                  "w14_start",
                  "the launcher with JASYNCIO_AOT=0: the JDK's own class archive alone",
                  "jasyncio-plain",
                  List.of("asyncio", "go"))
              .target(Target.none()),
          row(
                  "w14_start",
                  "w14_start",
                  "java -jar app.jar, with an archive of its classes since the first start",
                  "jasyncio-jar-archive",
                  List.of("asyncio", "go"))
              .target(Target.none()),
          row(
                  "w14_start",
                  "w14_start",
                  "java -jar app.jar, with nothing prepared",
                  "jasyncio-jar",
                  List.of("asyncio", "go"))
              .target(Target.none()),
          row(
                  "w15_idle",
                  "w15_idle.heap",
                  "heap of an idle connection, streams",
                  OURS,
                  List.of("netty", "vthread-p1"))
              .target(atMost(1700)),
          row(
                  "w15_idle",
                  "w15_idle.rss",
                  "resident memory of an idle connection",
                  OURS,
                  List.of("asyncio", "uvloop", "node", "go", "netty", "vthread-p1"))
              .target(Target.none()),
          row(
                  "w17_tls_echo",
                  "echo of 64 B over TLS, 64 connections",
                  List.of("asyncio", "uvloop", "node", "go", "netty"))
              .target(atMost(1.05, "netty")),
          row(
                  "w17_tls_echo",
                  "w17_tls_echo.cpu",
                  "the same, with BoringSSL",
                  OURS_BORINGSSL,
                  List.of("asyncio", "uvloop", "node", "go", "netty-boringssl"))
              .target(Target.none()),
          row(
                  "w17_handshake",
                  "w17_handshake.cpu",
                  "TLS handshake, with BoringSSL",
                  OURS_BORINGSSL,
                  List.of("asyncio", "uvloop", "node", "go", "netty-boringssl"))
              .target(atMost(1.3, "go")),
          row(
                  "w17_handshake",
                  "the same, with the JDK's cryptography",
                  List.of("asyncio", "uvloop", "node", "go", "netty"))
              .target(Target.none()));

  private Rows() {}

  /// A row that still needs its target.
  @FunctionalInterface
  private interface Unfinished {
    Row target(Target target);
  }

  private static Unfinished row(String workload, String text, List<String> rivals) {
    return row(workload, workload + ".cpu", text, OURS, rivals);
  }

  private static Unfinished row(
      String workload, String metric, String text, String ours, List<String> rivals) {
    return target -> new Row(workload, metric, text, ours, rivals, target);
  }

  private static List<String> rivals(String... more) {
    var all =
        new java.util.ArrayList<>(
            List.of("asyncio", "uvloop", "node", "kotlin", "vthread-p1", "go"));
    all.addAll(List.of(more));
    return List.copyOf(all);
  }

  private static List<String> echoRivals() {
    return List.of("asyncio", "uvloop", "uvloop-proto", "node", "vthread-p1", "go", "netty");
  }
}
