package jasyncio.tools.build;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Runs Maven on the project, tells how far it is, and keeps all it says in a file.
final class Maven {
  private static final Pattern MODULE =
      Pattern.compile("\\[INFO\\] Building (\\S+) .*\\[(\\d+)/(\\d+)\\]");
  private static final Pattern DOWNLOAD = Pattern.compile("Downloading from \\S+: \\S*/([^/]+)");
  private static final int SHOWN_ERRORS = 12;

  private final Workshop workshop;
  private final Progress progress;
  private final List<String> modules = new ArrayList<>();
  private final List<String> errors = new ArrayList<>();
  private String current = "reading the project";
  private int downloads;

  Maven(Workshop workshop, Progress progress) {
    this.workshop = workshop;
    this.progress = progress;
  }

  /// Runs it with the given arguments.
  ///
  /// @return the modules it has built, by their short names
  List<String> run(List<String> arguments)
      throws IOException, InterruptedException, BuildException {
    Path log = workshop.file("build.log");
    Process maven = start(arguments);
    Thread end = new Thread(maven::destroy); // else it would go on after Ctrl-C
    Runtime.getRuntime().addShutdownHook(end);
    try (BufferedReader output = maven.inputReader(StandardCharsets.UTF_8);
        BufferedWriter kept = Files.newBufferedWriter(log)) {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        kept.write(line);
        kept.newLine();
        take(line);
      }
    } catch (IOException e) {
      maven.destroy();
      throw e;
    }
    int status = maven.waitFor();
    Runtime.getRuntime().removeShutdownHook(end);
    if (status != 0) {
      progress.clear();
      errors.stream().limit(SHOWN_ERRORS).forEach(System.err::println);
      throw new BuildException(
          "the build failed at %s; all of its output is in %s".formatted(current, log));
    }
    return modules;
  }

  private Process start(List<String> arguments) throws BuildException {
    List<String> command = new ArrayList<>(List.of("mvn", "-B"));
    command.addAll(List.of("-f", workshop.root().resolve("pom.xml").toString()));
    command.addAll(List.of("-P", "launcher", "-Dbuild.root=" + workshop.file("build")));
    command.addAll(List.of("-Dmaven.test.skip=true", "-Denforcer.skip=true"));
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
    Map<String, String> environment = builder.environment();
    environment.put("JAVA_HOME", System.getProperty("java.home"));
    environment.merge(
        "MAVEN_OPTS",
        "--sun-misc-unsafe-memory-access=allow --enable-native-access=ALL-UNNAMED",
        (users, ours) -> ours + " " + users);
    try {
      return builder.start();
    } catch (IOException e) {
      throw new BuildException(
          "building needs Maven (the command mvn), which cannot be started: "
              + e.getMessage()
              + ".\n  Install it, for example the Debian package maven");
    }
  }

  /// About Maven itself, and where to read on.
  private static boolean isAdvice(String line) {
    return line.startsWith("[ERROR] [Help") || line.contains(" Maven with the -") || line.isBlank();
  }

  private void take(String line) {
    Matcher module = MODULE.matcher(line);
    if (module.find()) {
      String name = module.group(1);
      if (name.startsWith("jasyncio-") && !name.equals("jasyncio-parent")) {
        modules.add(name.substring("jasyncio-".length()));
      }
      current = "%s, %s of %s".formatted(name, module.group(2), module.group(3));
      progress.step(current);
      return;
    }
    Matcher download = DOWNLOAD.matcher(line);
    if (download.find()) {
      downloads++;
      progress.detail(
          "%s; %d files downloaded, now %s".formatted(current, downloads, download.group(1)));
    } else if (line.startsWith("[ERROR] ") && !isAdvice(line)) {
      errors.add(line.replace(" -> [Help 1]", ""));
    }
  }
}
