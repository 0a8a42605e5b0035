package jasyncio.bench.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// `./jasyncio bench --compare`: everybody does the same work in turn, and docs/performance.md is
/// written anew. Installs nothing.
public final class Compare {
  private static final int ROUNDS = 3;

  private final Path root;
  private final Peers peers;
  private final Samples samples;
  private final Path scratch;
  private final List<String> failures = new ArrayList<>();

  private Compare(Path root) throws IOException, InterruptedException {
    this.root = root;
    this.scratch = Files.createDirectories(root.resolve("target/jasyncio/rivals"));
    this.peers = new Peers(root);
    this.samples = new Samples(root.resolve("docs/performance/samples.tsv"));
  }

  /// Runs the workloads named, or all; `--rounds N`, `--peers A,B`, `--scale` (cost against size
  /// instead) and `--page` (measure nothing, write the page) may stand before them.
  ///
  /// @return false if there is no such option or workload
  public static boolean run(String[] arguments) throws IOException, InterruptedException {
    String root = System.getProperty("jasyncio.root");
    if (root == null) {
      throw new IllegalStateException("start it with ./jasyncio, which says where the sources are");
    }
    Set<String> known = new LinkedHashSet<>();
    Rows.ALL.forEach(row -> known.add(row.workload()));
    Set<String> workloads = new LinkedHashSet<>();
    Set<String> only = Set.of();
    int rounds = ROUNDS;
    boolean measures = true;
    for (int i = 0; i < arguments.length; i++) {
      switch (arguments[i]) {
        case "--rounds" -> rounds = Integer.parseInt(arguments[++i]);
        case "--peers" -> only = Set.of(arguments[++i].split(",", -1));
        case "--page" -> measures = false;
        case "--scale" -> workloads.addAll(Scale.workloads());
        default -> {
          if (!known.contains(arguments[i])) {
            System.err.println(arguments[i] + " is none of " + String.join(" ", known));
            return false;
          }
          workloads.add(arguments[i]);
        }
      }
    }
    Compare compare = new Compare(Path.of(root));
    compare.tellWhoIsMissing();
    if (measures) {
      for (String workload : workloads.isEmpty() ? known : workloads) {
        compare.measure(workload, rounds, only);
      }
    }
    compare.writePage();
    return true;
  }

  private void tellWhoIsMissing() {
    peers.all().forEach(peer -> System.out.println("found " + peer.name() + ": " + peer.version()));
    peers
        .missing()
        .forEach((name, remedy) -> System.out.println("no " + name + "; to get it: " + remedy));
  }

  private void measure(String workload, int rounds, Set<String> only)
      throws IOException, InterruptedException {
    Peer pages = peers.named("netty");
    if (pages == null) {
      throw new IllegalStateException("Netty is part of this program");
    }
    Trial trial = new Trial(scratch, pages);
    List<Peer> turn = turn(workload, only);
    List<Sample> fresh = new ArrayList<>();
    for (int round = 0; round < rounds; round++) {
      for (Peer peer : turn) {
        double load = Machine.load();
        try {
          for (Trial.Figure figure : trial.run(workload, peer)) {
            fresh.add(
                new Sample(
                    Machine.now(),
                    Math.round(load * 10) / 10.0,
                    figure.metric(),
                    peer.name(),
                    figure.value(),
                    figure.unit()));
            System.out.printf(
                Locale.ROOT,
                "%s %s %.4g %s%n",
                figure.metric(),
                peer.name(),
                figure.value(),
                figure.unit());
          }
        } catch (Trial.Failure | IOException e) {
          failures.add(workload + " " + peer.name() + ": " + e.getMessage());
          System.out.println(failures.getLast());
        }
      }
    }
    samples.replace(fresh, Machine.description());
  }

  /// Who does a workload: ours first, then the rivals, if they are here.
  private List<Peer> turn(String workload, Set<String> only) {
    Set<String> names = new LinkedHashSet<>();
    if (workload.startsWith(Scale.PREFIX)) {
      names.addAll(Scale.PEERS);
    }
    for (Row row : Rows.ALL) {
      if (row.workload().equals(workload)) {
        names.add(row.ours());
        names.add(row.fallback());
        names.addAll(row.rivals());
      }
    }
    List<Peer> turn = new ArrayList<>();
    for (String name : names) {
      Peer peer = peers.named(name);
      if (peer != null
          && peer.can(Trial.work(workload))
          && (only.isEmpty() || only.contains(name))) {
        turn.add(peer);
      }
    }
    return turn;
  }

  private void writePage() throws IOException {
    Path docs = root.resolve("docs");
    List<String> plots = new Plots(samples, docs).draw();
    Notes notes = Notes.read(docs.resolve(Notes.FILE));
    new Page(samples, peers.all(), peers.missing(), notes)
        .write(docs.resolve("performance.md"), plots);
    System.out.println("written: " + docs.resolve("performance.md"));
    failures.forEach(failure -> System.out.println("failed: " + failure));
  }
}
