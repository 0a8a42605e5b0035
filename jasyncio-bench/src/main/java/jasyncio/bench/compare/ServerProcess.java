package jasyncio.bench.compare;

import jasyncio.bench.compare.Peer.Work;
import jasyncio.bench.compare.Trial.Failure;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A peer's server, bound to a core, and what it costs.
final class ServerProcess implements AutoCloseable {
  private static final double TICKS_PER_SECOND = 100; // of /proc: the same on all Linux systems

  private final Process process;
  private final int port;

  private ServerProcess(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  static ServerProcess start(Peer peer, Work work, int core, Path scratch)
      throws Failure, IOException, InterruptedException {
    String kind =
        switch (work) {
          case TLS -> "serve_tls";
          case HTTP -> "serve_http";
          default -> "serve_echo";
        };
    int port = freePort();
    List<String> arguments = new ArrayList<>(List.of(kind, peer.name(), Integer.toString(port)));
    if (work == Work.TLS) {
      arguments.add(certificates(scratch).toString());
    }
    Path errors = scratch.resolve("server-errors.txt");
    Process process =
        Children.start(
            peer.process(work, core, arguments.toArray(String[]::new))
                .redirectError(errors.toFile()));
    BufferedReader output = process.inputReader();
    String line = output.readLine();
    if (!"READY".equals(line)) {
      process.destroyForcibly().waitFor();
      throw new Failure("no READY: " + line + " " + Files.readString(errors).strip());
    }
    return new ServerProcess(process, port);
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /// A certificate for localhost, made once for each folder.
  private static Path certificates(Path folder) throws Failure, InterruptedException {
    Path key = folder.resolve("key.pem");
    Path certificate = folder.resolve("cert.pem");
    if (Files.exists(certificate)) {
      return folder;
    }
    String made =
        Search.output(
            List.of(
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:P-256",
                "-nodes",
                "-days",
                "2",
                "-subj",
                "/CN=localhost",
                "-keyout",
                key.toString(),
                "-out",
                certificate.toString()));
    if (made == null) {
      throw new Failure("TLS needs a certificate, made by the command openssl: package openssl");
    }
    return folder;
  }

  int port() {
    return port;
  }

  long id() {
    return process.pid();
  }

  /// Processor time so far, of all its threads.
  double cpuSeconds() throws IOException {
    String stat = Files.readString(Path.of("/proc/" + id() + "/stat"));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS_PER_SECOND;
  }

  /// Resident memory in bytes.
  long residentBytes() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/" + id() + "/status"))) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
      }
    }
    return 0;
  }

  /// Bytes used on the heap after a collection; -1 if it is no JVM, which jcmd would kill.
  long heapBytes() throws InterruptedException {
    if (!process.info().command().orElse("").endsWith("/java")) {
      return -1;
    }
    String jcmd = System.getProperty("java.home") + "/bin/jcmd";
    for (int i = 0; i < 2; i++) {
      if (Search.output(List.of(jcmd, Long.toString(id()), "GC.run")) == null) {
        return -1;
      }
    }
    String info = Search.output(List.of(jcmd, Long.toString(id()), "GC.heap_info"));
    if (info == null) {
      return -1;
    }
    long bytes = 0;
    for (String line : info.lines().toList()) {
      var used = HEAP_USED.matcher(line);
      if (used.find()) {
        bytes += Long.parseLong(used.group(1)) * 1024;
      }
    }
    return bytes;
  }

  /// One line with G1, one for each generation with the serial collector.
  private static final java.util.regex.Pattern HEAP_USED =
      java.util.regex.Pattern.compile(
          "(?:heap|DefNew|new generation|[Tt]enured(?: generation)?) .*used (\\d+)K");

  @Override
  public void close() {
    process.destroyForcibly();
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
