package jasyncio.tools.build;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Makes the start-up caches of a library for one JDK, by letting samples run and noting which
/// classes they load. Without one Java starts all the same, only slower.
final class StartUp {
  private static final String MAIN = "jasyncio.tools.Main";

  private final Workshop workshop;
  private final Path folder;
  private final String classPath;

  private StartUp(Workshop workshop, Path library) throws IOException {
    this.workshop = workshop;
    this.folder = Files.createDirectories(library.resolve(workshop.java()));
    try (Stream<Path> jars = Files.list(library)) {
      this.classPath =
          jars.map(Path::toString)
              .filter(jar -> jar.endsWith(".jar"))
              .sorted()
              .collect(Collectors.joining(":"));
    }
  }

  static void prepare(Workshop workshop, Path library, String module, Progress progress)
      throws IOException, InterruptedException {
    StartUp startUp = new StartUp(workshop, library);
    Path ready = startUp.folder.resolve("ready");
    if (Files.exists(ready)) {
      return;
    }
    if (module.equals("tools")) {
      progress.step("preparing a fast start, 1 of 3");
      startUp.train("compile", "compile", startUp.program(), "", startUp.sample("core"));
      Files.deleteIfExists(Path.of(startUp.program()));
      for (String kind : List.of("core", "network")) {
        progress.step("preparing a fast start, " + (kind.equals("core") ? 2 : 3) + " of 3");
        startUp.java(
            List.of(), "run", startUp.sample(kind)); // compiled, it starts as all later ones
        startUp.train(kind, "run", startUp.sample(kind));
      }
    }
    Files.writeString(ready, "");
  }

  private String sample(String kind) {
    return workshop.root().resolve("jasyncio-tools/src/main/samples/" + kind + ".java").toString();
  }

  private String program() {
    return folder.resolve("sample.jar").toString();
  }

  private void train(String cache, String... arguments) throws IOException, InterruptedException {
    Path draft = folder.resolve(cache + ".new");
    java(List.of("-Xlog:disable", "-XX:AOTCacheOutput=" + draft), arguments);
    if (Files.exists(draft)) {
      Files.move(draft, folder.resolve(cache + ".aot"), StandardCopyOption.ATOMIC_MOVE);
    }
  }

  private void java(List<String> options, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(Workshop.tool("java")));
    command.add("@" + workshop.root().resolve("jasyncio-tools/src/main/launcher/java.args"));
    command.addAll(options);
    command.addAll(List.of("-Djasyncio.root=" + workshop.root(), "-Djasyncio.home=" + folder));
    command.addAll(List.of("-cp", classPath, MAIN));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
    builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
    builder.environment().keySet().removeAll(List.of("JDK_JAVA_OPTIONS", "JASYNCIO_ENGINE"));
    builder.start().waitFor();
  }
}
