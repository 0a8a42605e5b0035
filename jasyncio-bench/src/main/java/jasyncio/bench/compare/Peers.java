package jasyncio.bench.compare;

import static java.util.Map.entry;

import jasyncio.bench.compare.Peer.Work;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Everybody who takes part: jasyncio on both engines, and the rivals that this machine has.
final class Peers {
  /// For everybody on the JVM, ours and the others: what the launcher chooses.
  static final String COLLECTOR = "-XX:+UseSerialGC";

  private static final List<String> ONE_CARRIER =
      List.of(
          "-Djdk.virtualThreadScheduler.parallelism=1",
          "-Djdk.virtualThreadScheduler.maxPoolSize=1");
  private static final String INSTALL = "apt-get install "; // elsewhere the names are similar
  private static final String RIVALS = "jasyncio.bench.rivals.Main";

  private final Path root;
  private final Path sources;
  private final Map<String, Peer> found = new LinkedHashMap<>();
  private final Map<String, String> missing = new TreeMap<>();

  Peers(Path root) throws IOException, InterruptedException {
    this.root = root;
    this.sources = root.resolve("jasyncio-bench/rivals");
    addOurs();
    addJava();
    addBoringSsl();
    addPython();
    addNode();
    addGo();
    addKotlin();
  }

  /// The peer of that name, or null if it is not on this machine.
  @Nullable Peer named(String name) {
    return found.get(name);
  }

  /// All peers, in the order of the tables.
  List<Peer> all() {
    return List.copyOf(found.values());
  }

  /// What to do to get each rival that was not found.
  Map<String, String> missing() {
    return missing;
  }

  /// The command line of a Java that runs a class of this program, as this one runs.
  static List<String> java(List<String> options, String... mainAndArguments) {
    return java(options, List.of(), mainAndArguments);
  }

  private static List<String> java(
      List<String> options, List<Path> moreJars, String... mainAndArguments) {
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("java.home") + "/bin/java");
    for (String each : List.of("vm", "misc")) {
      command.add("--add-exports=java.base/jdk.internal." + each + "=ALL-UNNAMED");
    }
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("--sun-misc-unsafe-memory-access=allow");
    command.add(COLLECTOR);
    command.addAll(options);
    List<String> jars = new ArrayList<>(List.of(System.getProperty("java.class.path")));
    moreJars.forEach(jar -> jars.add(jar.toString()));
    command.addAll(List.of("-cp", String.join(File.pathSeparator, jars)));
    command.addAll(List.of(mainAndArguments));
    return command;
  }

  private void add(
      String name, String version, Map<Work, List<String>> programs, Map<String, String> setting) {
    found.put(name, new Peer(name, version, Map.copyOf(programs), setting));
  }

  private void addOurs() throws IOException {
    List<String> bench = java(List.of(), "jasyncio.bench.Main");
    List<String> launcher =
        List.of(
            root.resolve("jasyncio").toString(), "run", sources.resolve("Hello.java").toString());
    for (String engine : List.of("continuation", "thread")) {
      Map<String, String> setting = Map.of("JASYNCIO_ENGINE", engine);
      String suffix = engine.equals("thread") ? "-thread" : "";
      String version = "this source tree, " + engine + " engine";
      add(
          "jasyncio" + suffix,
          version,
          Map.ofEntries(
              entry(Work.MICRO, bench),
              entry(Work.ECHO, bench),
              entry(Work.TLS, bench),
              entry(Work.HTTP, bench),
              entry(Work.FETCH, bench),
              entry(Work.START, launcher)),
          setting);
      add(
          "jasyncio" + suffix + "-proto",
          version + ", protocols",
          Map.of(Work.ECHO, bench),
          setting);
    }
    add(
        "jasyncio-plain",
        "this source tree, started with the JDK's own class archive alone",
        Map.of(Work.START, launcher),
        Map.of("JASYNCIO_ENGINE", "continuation", "JASYNCIO_AOT", "0"));
    addAppJar();
  }

  /// The program that is started, without the launcher.
  private void addAppJar() throws IOException {
    Path folder = root.resolve("target/jasyncio/rivals/app");
    String jar = AppJar.make(sources.resolve("Hello.java"), folder).toString();
    Path archive = folder.resolve("app.jsa");
    Files.deleteIfExists(archive); // of the jar before: the JDK neither uses nor replaces it
    String java = System.getProperty("java.home") + "/bin/java";
    add(
        "jasyncio-jar",
        "this source tree, java -jar app.jar",
        Map.of(Work.START, List.of(java, "-jar", jar)),
        Map.of());
    add(
        "jasyncio-jar-archive",
        "this source tree, java -XX:SharedArchiveFile=app.jsa -jar app.jar",
        Map.of(
            Work.START,
            List.of(
                java,
                "-XX:+AutoCreateSharedArchive",
                "-XX:SharedArchiveFile=" + archive,
                "-jar",
                jar)),
        Map.of());
  }

  private void addJava() {
    String version = "JDK " + Runtime.version();
    List<String> continuation = java(List.of(), RIVALS, "continuation");
    add("continuation", version, Map.of(Work.MICRO, continuation), Map.of());
    List<String> netty = java(List.of(), RIVALS, "netty");
    add(
        "netty",
        "Netty " + nettyVersion(),
        Map.of(Work.MICRO, netty, Work.ECHO, netty, Work.TLS, netty, Work.HTTP, netty),
        Map.of());
    List<String> one = java(ONE_CARRIER, RIVALS, "vthread");
    add(
        "vthread-p1",
        version + ", one carrier",
        Map.of(Work.MICRO, one, Work.ECHO, one, Work.FETCH, one),
        Map.of());
    List<String> all = java(List.of(), RIVALS, "vthread");
    add("vthread", version + ", as many carriers as cores", Map.of(Work.MICRO, all), Map.of());
  }

  /// Ours and bare Netty once more, with BoringSSL in place of the JDK's cryptography.
  private void addBoringSsl() throws IOException {
    List<Path> jars = BoringSsl.unpack(root.resolve("target/jasyncio/rivals/boringssl"));
    if (jars.isEmpty()) {
      missing.put(
          "netty-boringssl",
          "add the classifier "
              + BoringSsl.system()
              + " of netty-tcnative-boringssl-static to jasyncio-bench/pom.xml");
      return;
    }
    List<String> bench = java(List.of("-Djasyncio.tls=boringssl"), jars, "jasyncio.bench.Main");
    for (String engine : List.of("continuation", "thread")) {
      add(
          engine.equals("thread") ? "jasyncio-thread-boringssl" : "jasyncio-boringssl",
          "this source tree, " + engine + " engine, BoringSSL",
          Map.of(Work.TLS, bench),
          Map.of("JASYNCIO_ENGINE", engine));
    }
    add(
        "netty-boringssl",
        "Netty " + nettyVersion() + ", BoringSSL",
        Map.of(Work.TLS, java(List.of(), jars, RIVALS, "netty-boringssl")),
        Map.of());
  }

  private static String nettyVersion() {
    var common = io.netty.util.Version.identify().get("netty-common");
    return common == null ? "of an unknown version" : common.artifactVersion();
  }

  private void addPython() throws InterruptedException {
    String python = findPython();
    if (python == null) {
      missing.put("asyncio", INSTALL + "python3");
      missing.put("aiohttp", INSTALL + "python3-aiohttp");
      missing.put("uvloop", INSTALL + "python3-uvloop");
      return;
    }
    String version = "CPython " + Search.output(List.of(python, "-c", PRINT_VERSION));
    Map<Work, List<String>> programs = new LinkedHashMap<>();
    programs.put(Work.MICRO, List.of(python, script("python/micro.py")));
    programs.put(Work.START, List.of(python, script("python/micro.py"), "hello", "asyncio"));
    List<String> serve = List.of(python, script("python/serve.py"));
    programs.put(Work.ECHO, serve);
    programs.put(Work.TLS, serve);
    // glibc gives the receive buffer back after every read otherwise, at two page faults each
    Map<String, String> padded = Map.of("MALLOC_TOP_PAD_", "1000000");
    add("asyncio", version, programs, padded);
    Map<Work, List<String>> web =
        Map.of(Work.HTTP, serve, Work.FETCH, List.of(python, script("python/fetch.py")));
    String aiohttp = versionOf(python, "aiohttp");
    if (aiohttp != null) {
      add("aiohttp", version + ", aiohttp " + aiohttp, web, Map.of());
    } else {
      missing.put("aiohttp", INSTALL + "python3-aiohttp, or " + python + " -m pip install aiohttp");
    }
    String uvloop = versionOf(python, "uvloop");
    if (uvloop == null) {
      missing.put("uvloop", INSTALL + "python3-uvloop, or " + python + " -m pip install uvloop");
      return;
    }
    programs.remove(Work.START);
    add("uvloop", version + ", uvloop " + uvloop, programs, Map.of());
    add("uvloop-proto", version + ", uvloop, protocols", Map.of(Work.ECHO, serve), Map.of());
    if (aiohttp != null) {
      add("aiohttp-uvloop", version + ", aiohttp on uvloop", web, Map.of());
    }
  }

  private static final String PRINT_VERSION = "import platform; print(platform.python_version())";

  private String script(String name) {
    return sources.resolve(name).toString();
  }

  /// The first Python that has uvloop and aiohttp, else the first that runs.
  private static @Nullable String findPython() throws InterruptedException {
    String first = null;
    String named = System.getenv("PYTHON");
    for (String python :
        named != null
            ? List.of(named)
            : List.of("python3.14", "python3", "/usr/local/bin/python3", "/usr/bin/python3")) {
      if (Search.output(List.of(python, "-c", PRINT_VERSION)) == null) {
        continue;
      }
      if (first == null) {
        first = python;
      }
      if (versionOf(python, "uvloop") != null && versionOf(python, "aiohttp") != null) {
        return python;
      }
    }
    return first;
  }

  private static @Nullable String versionOf(String python, String module)
      throws InterruptedException {
    String show = "import " + module + "; print(" + module + ".__version__)";
    return Search.output(List.of(python, "-c", show));
  }

  private void addNode() throws InterruptedException {
    String version = Search.output(List.of("node", "--version"));
    if (version == null) {
      missing.put("node", INSTALL + "nodejs");
      return;
    }
    List<String> micro =
        List.of("node", "--expose-gc", "--max-old-space-size=6000", script("node/micro.mjs"));
    List<String> serve = List.of("node", script("node/serve.mjs"));
    add(
        "node",
        "Node.js " + version,
        Map.of(
            Work.MICRO,
            micro,
            Work.ECHO,
            serve,
            Work.TLS,
            serve,
            Work.HTTP,
            serve,
            Work.FETCH,
            List.of("node", script("node/fetch.mjs"))),
        Map.of());
    add("node-immediate", "Node.js " + version, Map.of(Work.MICRO, micro), Map.of());
  }

  private void addGo() throws InterruptedException {
    String version = Search.output(List.of("go", "version"));
    if (version == null) {
      missing.put("go", INSTALL + "golang-go");
      return;
    }
    Path work = root.resolve("target/jasyncio/rivals");
    Path program = work.resolve("go-rival");
    ProcessBuilder build =
        new ProcessBuilder("go", "build", "-o", program.toString(), script("go/main.go"));
    build
        .environment()
        .putAll(Map.of("GO111MODULE", "off", "GOCACHE", work.resolve("go-cache").toString()));
    if (Search.output(build) == null) {
      missing.put("go", "go is there, but does not build: see go build " + script("go/main.go"));
      return;
    }
    List<String> command = List.of(program.toString());
    String[] words = version.split(" ", -1);
    Map<Work, List<String>> programs = new LinkedHashMap<>();
    for (Work each : Work.values()) {
      programs.put(each, each == Work.START ? List.of(command.get(0), "hello", "go") : command);
    }
    add("go", "Go " + words[2] + ", GOMAXPROCS=1", programs, Map.of("GOMAXPROCS", "1"));
    add(
        "go-2",
        "Go " + words[2] + ", GOMAXPROCS=2",
        Map.of(Work.MICRO, command),
        Map.of("GOMAXPROCS", "2"));
  }

  /// Kotlin's compiler is in no distribution, so its rival is a Maven project of its own.
  private void addKotlin() throws InterruptedException {
    Path project = sources.resolve("kotlin");
    Path built = project.resolve("target");
    if (!Files.isDirectory(project)) {
      return;
    }
    List<Path> jars = new ArrayList<>();
    for (Path folder : List.of(built, built.resolve("lib"))) {
      if (Files.isDirectory(folder)) {
        try (Stream<Path> files = Files.list(folder)) {
          files.filter(file -> file.toString().endsWith(".jar")).forEach(jars::add);
        } catch (java.io.IOException e) {
          throw new java.io.UncheckedIOException(e);
        }
      }
    }
    if (jars.size() < 2) {
      missing.put("kotlin", "mvn -f " + root.relativize(project.resolve("pom.xml")) + " package");
      return;
    }
    List<String> paths = jars.stream().map(Path::toString).sorted().toList();
    List<String> command =
        List.of(
            System.getProperty("java.home") + "/bin/java",
            COLLECTOR,
            "-cp",
            String.join(File.pathSeparator, paths),
            "jasyncio.rivals.MainKt");
    String version =
        paths.stream()
            .filter(path -> path.contains("kotlinx-coroutines-core"))
            .map(path -> path.replaceAll(".*-(\\d[\\d.]*)\\.jar", "$1"))
            .findFirst()
            .orElse("?");
    add("kotlin", "kotlinx.coroutines " + version, Map.of(Work.MICRO, command), Map.of());
  }
}
