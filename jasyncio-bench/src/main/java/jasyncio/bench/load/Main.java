package jasyncio.bench.load;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/// A load generator in a process of its own. One thread, a closed loop: each connection has one
/// request under way.
///
/// ```text
/// echo|tls PORT CONNECTIONS BYTES          echoes of so many bytes
/// http PORT CONNECTIONS PIPELINED [PATH]   so many requests in one write
/// handshake PORT CONNECTIONS 1             connect, full TLS handshake, one byte, reset
/// idle PORT CONNECTIONS                    one echo each, then idle until input ends
/// ```
///
/// Prints `OPEN` when all connections are there. The first line of input begins the window, which
/// it confirms by `MEASURE`; the second ends it, and it prints: requests, requests per second,
/// median and 99th percentile of the latency in microseconds, errors.
public final class Main {
  private static final int USAGE_ERROR = 2;
  private static final int IDLE_BYTES = 64;

  private Main() {}

  /// Puts a server of this machine under load.
  public static void main(String[] args) throws Exception {
    if (args.length < 3) {
      System.err.println("the load needs a kind, a port and a number of connections");
      System.exit(USAGE_ERROR);
    }
    int port = Integer.parseInt(args[1]);
    int connections = Integer.parseInt(args[2]);
    if (args[0].equals("idle")) {
      idle(port, connections);
    } else {
      run(args, port, connections);
    }
    System.exit(0);
  }

  private static void run(String[] args, int port, int connections) throws Exception {
    int size = Integer.parseInt(args[3]);
    String path = args.length > 4 ? args[4] : "/";
    try (Load load =
        switch (args[0]) {
          case "echo" -> Load.echo(port, size, false);
          case "tls" -> Load.echo(port, size, true);
          case "http" -> Load.http(port, size, path);
          case "handshake" -> Load.handshakes(port);
          default -> throw new IllegalArgumentException("there is no load " + args[0]);
        }) {
      load.open(connections);
      BufferedReader input =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
      System.out.println("OPEN");
      input.readLine();
      load.tally().clear();
      System.out.println("MEASURE");
      input.readLine();
      System.out.println(load.tally().line());
    }
  }

  private static void idle(int port, int connections) throws Exception {
    try (Load load = Load.once(port, IDLE_BYTES)) {
      for (int i = 0; i < connections; i++) {
        load.openAndAwait();
      }
      System.out.println("OPEN");
      waitForEndOfInput();
    }
  }

  private static void waitForEndOfInput() throws IOException {
    var unread = new String(System.in.readAllBytes(), StandardCharsets.US_ASCII);
    if (!unread.isBlank()) {
      throw new IllegalArgumentException("nothing is expected on the input, got " + unread);
    }
  }
}
