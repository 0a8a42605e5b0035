package jasyncio.bench.compare;

import jasyncio.bench.compare.Trial.Failure;
import jasyncio.bench.compare.Trial.Figure;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Puts a peer's server under load: the server on one core, the load on the other. The cost of a
/// request is the server's processor time, which neighbours do not change much.
final class LoadTrial {
  private static final Pattern ECHO = Pattern.compile("w11_echo_(\\d+)c_(\\d+)b");
  private static final Pattern SCALE = Pattern.compile("scale_connections_(\\d+)");
  private static final int IDLE_CONNECTIONS = 5_000;

  /// Processor time that a server gets before it is measured: with and without a compiler.
  private static final double COMPILED_SECONDS = 5;

  private static final double WARM_SECONDS = 0.5;
  private static final double MEASURED_SECONDS = 1.5;
  private static final double PATIENCE = 6;

  private final Path scratch;

  LoadTrial(Path scratch) {
    this.scratch = scratch;
  }

  List<Figure> run(String workload, Peer peer) throws Failure, IOException, InterruptedException {
    if (workload.equals("w15_idle")) {
      return idle(peer);
    }
    Matcher scale = SCALE.matcher(workload);
    if (scale.matches()) {
      String[] answer = measure(workload, peer, List.of("echo", scale.group(1), "64"));
      return List.of(new Figure(workload, Double.parseDouble(answer[5]), "us/req"));
    }
    List<String> load =
        switch (workload) {
          case "w12_http_plain" -> List.of("http", "64", "1");
          case "w12_http_pipe16" -> List.of("http", "64", "16");
          case "w17_tls_echo" -> List.of("tls", "64", "64");
          case "w17_handshake" -> List.of("handshake", "16", "1");
          default -> {
            Matcher echo = ECHO.matcher(workload);
            if (!echo.matches()) {
              throw new Failure("there is no such load");
            }
            yield List.of("echo", echo.group(1), echo.group(2));
          }
        };
    String[] answer = measure(workload, peer, load);
    List<Figure> figures = new ArrayList<>();
    figures.add(new Figure(workload, Double.parseDouble(answer[1]), "req/s"));
    figures.add(new Figure(workload + ".p99", Double.parseDouble(answer[3]), "us"));
    figures.add(new Figure(workload + ".cpu", Double.parseDouble(answer[5]), "us/req"));
    return figures;
  }

  /// The load's line, and the CPU time of the server for each request behind it.
  ///
  /// How long it takes follows from the processor time that the server gets: on a busy machine that
  /// may be a tenth of what has passed, and a server that is not compiled yet says nothing.
  private String[] measure(String workload, Peer peer, List<String> load)
      throws Failure, IOException, InterruptedException {
    boolean compiles = !peer.name().startsWith("go") && !peer.version().startsWith("CPython");
    try (ServerProcess server =
        ServerProcess.start(peer, Trial.work(workload), Trial.SERVER_CORE, scratch)) {
      Process process =
          load(load.get(0), Integer.toString(server.port()), load.get(1), load.get(2));
      try (BufferedReader output = process.inputReader();
          BufferedWriter input = process.outputWriter()) {
        expect("OPEN", output.readLine());
        waitUntilUsed(server, compiles ? COMPILED_SECONDS : WARM_SECONDS);
        double cpu = server.cpuSeconds();
        say(input);
        expect("MEASURE", output.readLine());
        waitUntilUsed(server, MEASURED_SECONDS);
        say(input);
        String line = output.readLine();
        double used = server.cpuSeconds() - cpu;
        if (line == null) {
          throw new Failure("the load stopped");
        }
        String[] words = (line + " 0").split(" ", -1);
        long requests = Long.parseLong(words[0]);
        if (requests == 0 || !words[4].equals("0")) {
          throw new Failure("the load had " + words[4] + " errors, " + requests + " requests");
        }
        words[5] = Double.toString(used * 1e6 / requests);
        return words;
      } finally {
        process.destroyForcibly().waitFor();
      }
    }
  }

  private static void expect(String word, @Nullable String line) throws Failure {
    if (!word.equals(line)) {
      throw new Failure("the load said " + line + " instead of " + word);
    }
  }

  private static void say(BufferedWriter input) throws IOException {
    input.newLine();
    input.flush();
  }

  /// Waits until the server has used so much processor time, or [#PATIENCE] times as much has
  /// passed.
  private static void waitUntilUsed(ServerProcess server, double seconds)
      throws IOException, InterruptedException {
    double goal = server.cpuSeconds() + seconds;
    long end = System.nanoTime() + (long) (seconds * PATIENCE * 1e9);
    while (server.cpuSeconds() < goal && System.nanoTime() < end) {
      Thread.sleep(20);
    }
  }

  private Process load(String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    if (Search.TASKSET) {
      command.addAll(List.of("taskset", "-c", Integer.toString(Trial.LOAD_CORE)));
    }
    List<String> main = new ArrayList<>(List.of("jasyncio.bench.load.Main"));
    main.addAll(List.of(arguments));
    command.addAll(Peers.java(List.of(), main.toArray(String[]::new)));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.redirectError(scratch.resolve("load-errors.txt").toFile());
    return Children.start(builder);
  }

  /// Loads classes and makes buffers, so that they are not counted.
  private void useOnce(ServerProcess server) throws Failure, IOException, InterruptedException {
    Process process = load("echo", Integer.toString(server.port()), "64", "64");
    try (BufferedReader output = process.inputReader()) {
      expect("OPEN", output.readLine());
      waitUntilUsed(server, WARM_SECONDS);
    } finally {
      process.destroyForcibly().waitFor();
    }
  }

  private List<Figure> idle(Peer peer) throws Failure, IOException, InterruptedException {
    try (ServerProcess server =
        ServerProcess.start(peer, Peer.Work.ECHO, Trial.SERVER_CORE, scratch)) {
      useOnce(server);
      long heap = server.heapBytes();
      long resident = server.residentBytes();
      Process clients =
          load("idle", Integer.toString(server.port()), Integer.toString(IDLE_CONNECTIONS));
      try (BufferedReader output = clients.inputReader()) {
        if (!"OPEN".equals(output.readLine())) {
          throw new Failure(IDLE_CONNECTIONS + " connections did not open");
        }
        List<Figure> figures = new ArrayList<>();
        double rss = (server.residentBytes() - resident) / (double) IDLE_CONNECTIONS;
        figures.add(new Figure("w15_idle.rss", rss, "B"));
        if (heap >= 0) {
          double each = (server.heapBytes() - heap) / (double) IDLE_CONNECTIONS;
          figures.add(new Figure("w15_idle.heap", each, "B"));
        }
        return figures;
      } finally {
        clients.destroyForcibly().waitFor();
      }
    }
  }
}
