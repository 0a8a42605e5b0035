package jasyncio.bench.rivals;

import io.netty.handler.ssl.SslProvider;
import jasyncio.bench.Measure;
import java.nio.file.Path;

/// Runs one rival: the kind of rival, then workload and peer as for `./jasyncio bench`.
public final class Main {
  private static final int USAGE_ERROR = 2;

  private Main() {}

  /// Runs `continuation|vthread|netty|netty-boringssl WORKLOAD PEER [ARGUMENT...]`.
  public static void main(String[] args) throws Exception {
    if (args.length < 3 || !run(args[0], args[1], args)) {
      System.err.println("there is no rival for " + String.join(" ", args));
      System.exit(USAGE_ERROR);
    }
    System.exit(0); // pools and loops are still there
  }

  private static boolean run(String kind, String workload, String[] args) throws Exception {
    Measure measure = new Measure(args[2]);
    return switch (kind) {
      case "continuation" -> new BareContinuations(measure).run(workload);
      case "vthread" ->
          args.length > 3
              ? VirtualThreadNetwork.run(measure, workload, args[3])
              : new VirtualThreads(measure).run(workload);
      case "netty" ->
          args.length > 3
              ? serve(workload, SslProvider.JDK, args)
              : new RawNetty(measure).run(workload);
      case "netty-boringssl" -> args.length > 3 && serve(workload, SslProvider.OPENSSL, args);
      default -> false;
    };
  }

  private static boolean serve(String workload, SslProvider provider, String[] args)
      throws Exception {
    Path folder = args.length > 4 ? Path.of(args[4]) : null;
    return RawNettyServers.serve(workload, Integer.parseInt(args[3]), provider, folder);
  }
}
