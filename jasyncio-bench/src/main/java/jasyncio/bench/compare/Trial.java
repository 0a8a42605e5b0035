package jasyncio.bench.compare;

import jasyncio.bench.compare.Peer.Work;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Runs one workload once, on one peer.
final class Trial {
  /// A trial failed: what the program said, or what did not come.
  static final class Failure extends Exception {
    private static final long serialVersionUID = 1;

    Failure(String message) {
      super(message);
    }
  }

  /// One figure of a trial.
  record Figure(String metric, double value, String unit) {}

  private static final int PATIENCE_SECONDS = 240;
  private static final int STARTS = 10;
  static final int SERVER_CORE = 0;
  static final int LOAD_CORE = 1;

  private final Path scratch;
  private final Peer pages;

  /// @param scratch a folder for certificates and logs
  /// @param pages who serves the page that clients fetch
  Trial(Path scratch, Peer pages) {
    this.scratch = scratch;
    this.pages = pages;
  }

  static Work work(String workload) {
    return switch (workload) {
      case "w13_client", "w13_warm" -> Work.FETCH;
      case "w14_start" -> Work.START;
      case "w17_tls_echo", "w17_handshake" -> Work.TLS;
      default ->
          workload.startsWith("w11")
                  || workload.startsWith("scale_connections")
                  || workload.equals("w15_idle")
              ? Work.ECHO
              : workload.startsWith("w12") ? Work.HTTP : Work.MICRO;
    };
  }

  List<Figure> run(String workload, Peer peer) throws Failure, IOException, InterruptedException {
    return switch (work(workload)) {
      case MICRO -> parse(finish(peer.process(Work.MICRO, null, workload, peer.name())), peer);
      case START -> starts(peer);
      case FETCH -> {
        try (ServerProcess server = ServerProcess.start(pages, Work.HTTP, LOAD_CORE, scratch)) {
          String url = "http://127.0.0.1:" + server.port() + "/page";
          yield parse(
              finish(peer.process(Work.FETCH, SERVER_CORE, workload, peer.name(), url)), peer);
        }
      }
      case ECHO, TLS, HTTP -> new LoadTrial(scratch).run(workload, peer);
    };
  }

  /// The median of some starts, as the shell that starts it sees them.
  private List<Figure> starts(Peer peer) throws Failure, IOException, InterruptedException {
    finish(peer.process(Work.START, null)); // what is compiled or cached at the first start is
    double[] millis = new double[STARTS];
    for (int i = 0; i < STARTS; i++) {
      long start = System.nanoTime();
      String text = finish(peer.process(Work.START, null));
      millis[i] = (System.nanoTime() - start) / 1e6;
      if (!text.contains("hello")) {
        throw new Failure("it printed " + text);
      }
    }
    Arrays.sort(millis);
    return List.of(new Figure("w14_start", millis[STARTS / 2], "ms"));
  }

  private String finish(ProcessBuilder builder) throws Failure, IOException, InterruptedException {
    Path errors = scratch.resolve("errors.txt");
    Process process = Children.start(builder.redirectError(errors.toFile()));
    process.getOutputStream().close();
    Thread killer =
        Thread.ofVirtual()
            .start(() -> {
              try {
                if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                  process.destroyForcibly();
                }
              } catch (InterruptedException e) {
                // it has ended
              }
            });
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int status = process.waitFor();
    killer.interrupt();
    if (status != 0) {
      String said = java.nio.file.Files.readString(errors).strip();
      throw new Failure("status " + status + ": " + said.lines().findFirst().orElse("no message"));
    }
    return text;
  }

  private static List<Figure> parse(String text, Peer peer) throws Failure {
    List<Figure> figures = new ArrayList<>();
    for (String line : text.lines().toList()) {
      String[] words = line.split(" ", -1);
      if (words.length == 4 && words[1].equals(peer.name())) {
        figures.add(new Figure(words[0], Double.parseDouble(words[2]), words[3]));
      }
    }
    if (figures.isEmpty()) {
      throw new Failure("it printed no figure: " + text.strip());
    }
    return figures;
  }
}
