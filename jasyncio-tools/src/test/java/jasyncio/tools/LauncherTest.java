package jasyncio.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Runs the script itself, as a user does. The first call may build the project, in folders of its
/// own.
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class LauncherTest {
  private static final Path LAUNCHER = Path.of("../jasyncio").toAbsolutePath().normalize();
  private static final String ENGINE = System.getProperty("jasyncio.engine", "continuation");

  @TempDir Path folder;

  /// So that no other call has anything to say about building.
  @BeforeAll
  static void build() throws Exception {
    Process doctor =
        new ProcessBuilder(LAUNCHER.toString(), "doctor")
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertThat(doctor.waitFor()).isZero();
  }

  /// How a call ended.
  private record Outcome(int status, String out, String err) {}

  @Test
  void aProgramRunsOnTheEngineThatTheEnvironmentNames() throws Exception {
    Path program =
        program(
            "Engine.java",
            """
            import static jasyncio.Asyncio.*;

            void main() {
              run(async(() -> {
                await(sleep(millis(1)));
                IO.println(jasyncio.engine.Engine.selected().name());
              }));
            }
            """);
    assertThat(launch("run", program.toString())).isEqualTo(new Outcome(0, ENGINE + "\n", ""));
  }

  @Test
  void anEngineThatDoesNotExistIsAnErrorThatNamesTheWayOut() throws Exception {
    Path program = program("Hello.java", "void main() { jasyncio.Asyncio.run(() -> {}); }");
    Outcome outcome = launch(Map.of("JASYNCIO_ENGINE", "steam"), "", "run", program.toString());
    assertThat(outcome.status).isEqualTo(1);
    assertThat(outcome.err)
        .contains("JASYNCIO_ENGINE=steam names no engine. Use continuation or thread");
  }

  @Test
  void theExitStatusIsTheProgramsOwn() throws Exception {
    Path program = program("Exit.java", "void main() { System.exit(7); }");
    assertThat(launch("run", program.toString())).isEqualTo(new Outcome(7, "", ""));
  }

  @Test
  void argumentsArriveAsTheyWereGiven() throws Exception {
    Path program =
        program(
            "Args.java",
            """
            void main(String[] args) {
              for (String arg : args) IO.println("<" + arg + ">");
            }
            """);
    Outcome outcome =
        launch(
            "run",
            program.toString(),
            "two words",
            "",
            "*",
            "$HOME",
            "--help",
            "a\"b'c\\",
            "-Xmx1m");
    assertThat(outcome)
        .isEqualTo(
            new Outcome(0, "<two words>\n<>\n<*>\n<$HOME>\n<--help>\n<a\"b'c\\>\n<-Xmx1m>\n", ""));
  }

  @Test
  void standardInputReachesTheProgramAlsoWhenItIsNew() throws Exception {
    Path program = program("Cat.java", "void main() { IO.println(\"got \" + IO.readln()); }");
    Map<String, String> env = Map.of();
    assertThat(launch(env, "one\n", "run", program.toString()).out).isEqualTo("got one\n");
    assertThat(launch(env, "two\n", "run", program.toString()).out).isEqualTo("got two\n");
  }

  @Test
  void aCompileErrorShowsThePlaceAndNothingRuns() throws Exception {
    Path program = program("Broken.java", "void main() {\n  IO.println(\"ran\");\n  oops();\n}\n");
    Outcome outcome = launch("run", program.toString());
    assertThat(outcome.status).isEqualTo(1);
    assertThat(outcome.out).isEmpty();
    assertThat(outcome.err).startsWith(program + ":3: error: cannot find symbol\n  oops();\n");
  }

  @Test
  void anUncaughtExceptionShowsTheUsersLine() throws Exception {
    Path program =
        program(
            "Throws.java",
            """
            import static jasyncio.Asyncio.*;

            void main() {
              run(async(() -> {
                await(sleep(millis(1)));
                throw new IllegalArgumentException("no such page");
              }));
            }
            """);
    Outcome outcome = launch("run", program.toString());
    assertThat(outcome.status).isEqualTo(1);
    assertThat(outcome.err)
        .contains("java.lang.IllegalArgumentException: no such page")
        .contains("(Throws.java:6)");
  }

  @Test
  void aChangedProgramIsCompiledAgainAndAnUnchangedOneIsNot() throws Exception {
    Path program = program("Change.java", "void main() { IO.println(1); }");
    assertThat(launch("run", program.toString()).out).isEqualTo("1\n");
    var time = Files.getLastModifiedTime(program);
    Files.writeString(program, "void main() { IO.println(2); }");
    Files.setLastModifiedTime(program, time);
    assertThat(launch("run", program.toString()).out).isEqualTo("2\n");
    assertThat(launch("run", program.toString()).out).isEqualTo("2\n");
  }

  @Test
  void theSameTextInAFileOfAnotherNameIsAnotherProgram() throws Exception {
    String code = "void main() { IO.println(getClass().getName()); }";
    assertThat(launch("run", program("Here.java", code).toString()).out).isEqualTo("Here\n");
    assertThat(launch("run", program("There.java", code).toString()).out).isEqualTo("There\n");
  }

  @Test
  void programsMayLieAnywhere() throws Exception {
    Files.createDirectories(folder.resolve("a b/ü"));
    program("a b/ü/it's me.java", "class Me { static void main() { IO.println(\"me\"); } }");
    assertThat(launch("run", "a b/ü/it's me.java")).isEqualTo(new Outcome(0, "me\n", ""));
    program("-odd.java", "class Odd { static void main() { IO.println(\"odd\"); } }");
    assertThat(launch("run", "-odd.java")).isEqualTo(new Outcome(0, "odd\n", ""));
  }

  @Test
  void theLauncherMayBeALink() throws Exception {
    Path program = program("Hi.java", "void main() { IO.println(\"hi\"); }");
    Path bin = Files.createDirectory(folder.resolve("bin"));
    Path link = Files.createSymbolicLink(bin.resolve("jasyncio"), LAUNCHER);
    Path again = Files.createSymbolicLink(folder.resolve("again"), Path.of("bin/jasyncio"));
    assertThat(call(Map.of(), "", List.of("./again", "run", program.toString())))
        .isEqualTo(new Outcome(0, "hi\n", ""));
    Map<String, String> path = Map.of("PATH", bin + ":" + System.getenv("PATH"));
    assertThat(call(path, "", List.of("sh", "-c", "jasyncio run Hi.java")))
        .isEqualTo(new Outcome(0, "hi\n", ""));
    Files.delete(again);
    Files.delete(link);
  }

  @Test
  void theCollectorIsTheSerialOneUnlessAnotherIsAskedFor() throws Exception {
    Path program =
        program(
            "Collector.java",
            """
            import java.lang.management.ManagementFactory;

            void main() {
              IO.println(ManagementFactory.getGarbageCollectorMXBeans().getFirst().getName());
            }
            """);
    List<String> command = List.of(LAUNCHER.toString(), "run", program.toString());
    assertThat(call(Map.of(), "", command).out).isEqualTo("Copy\n");
    for (String variable : List.of("JASYNCIO_JAVA_OPTS", "JDK_JAVA_OPTIONS")) {
      assertThat(call(Map.of(variable, "-XX:+UseParallelGC"), "", command).out)
          .as(variable)
          .isEqualTo("PS MarkSweep\n");
    }
  }

  @Test
  void javaOptionsArePassedOnWordByWord() throws Exception {
    Path program =
        program(
            "Options.java",
            """
            void main() {
              IO.println(System.getProperty("a") + System.getProperty("b"));
            }
            """);
    for (String more : List.of("", " -XX:+UseZGC", " -Xshare:off", " -Xmx64m -Xlog:disable")) {
      Map<String, String> env = Map.of("JASYNCIO_JAVA_OPTS", "-Da=* -Db=2" + more);
      assertThat(launch(env, "", "run", program.toString()))
          .as(more)
          .isEqualTo(new Outcome(0, "*2\n", ""));
    }
    Map<String, String> withoutCache = Map.of("JASYNCIO_AOT", "0");
    assertThat(launch(withoutCache, "", "run", program.toString()))
        .isEqualTo(new Outcome(0, "nullnull\n", ""));
  }

  @Test
  void recursionThroughAwaitsEndsInAStackOverflowThatCanBeCaught() throws Exception {
    Path program =
        program(
            "Deep.java",
            """
            import static jasyncio.Asyncio.*;
            import jasyncio.Coroutine;

            Coroutine<Integer> depth(int n) {
              return async(() -> await(depth(n + 1)) + 1);
            }

            void main() {
              run(() -> {
                try {
                  await(depth(0));
                } catch (StackOverflowError e) {
                  IO.println(await(gather(sleep(millis(1), "all"), sleep(millis(1), "is well"))));
                }
              });
            }
            """);
    Outcome expected = new Outcome(0, "[all, is well]\n", "");
    assertThat(launch("run", program.toString())).isEqualTo(expected); // it is compiled
    assertThat(launch("run", program.toString())).isEqualTo(expected); // it is new no more
  }

  @Test
  void ctrlCCancelsTheProgramAndEndsItWith130() throws Exception {
    Path program =
        program(
            "Waits.java",
            """
            import static jasyncio.Asyncio.*;

            void main() {
              run(async(() -> {
                try {
                  IO.println("waiting");
                  await(sleep(seconds(600)));
                } finally {
                  IO.println("cleaned up");
                }
              }));
            }
            """);
    Outcome outcome = interrupt("INT", program);
    assertThat(outcome.status).isEqualTo(130);
    assertThat(outcome.out).isEqualTo("cleaned up\n");
    assertThat(outcome.err)
        .startsWith("KeyboardInterrupt. The tasks stood here:\n  #1 'Task-1' waiting for sleep\n")
        .contains("(Waits.java:7)");
    assertThat(interrupt("TERM", program).status).isEqualTo(143);
  }

  @Test
  void terminalsThatStartTheSameNewProgramDoNotDisturbEachOther() throws Exception {
    Path program = program("Both.java", "void main() { IO.println(\"both\"); }");
    List<Running> all = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      all.add(start(Map.of(), List.of(LAUNCHER.toString(), "run", program.toString())));
    }
    for (Running each : all) {
      assertThat(each.finish()).isEqualTo(new Outcome(0, "both\n", ""));
    }
  }

  @Test
  void theSamplesThatStartUpCachesAreMadeFromRun() throws Exception {
    String samples = LAUNCHER.resolveSibling("jasyncio-tools/src/main/samples") + "/";
    assertThat(launch("run", samples + "core.java"))
        .isEqualTo(new Outcome(0, "got 2!\ngot 4!\n", ""));
    assertThat(launch("run", samples + "network.java"))
        .isEqualTo(new Outcome(0, "HELLO\n200 hello\n200 hello a\n200 hello b\n", ""));
  }

  @Test
  void mistakesInTheCommandLineAreUsageErrors() throws Exception {
    assertThat(launch().err).startsWith("jasyncio: no command\nusage: ./jasyncio COMMAND");
    for (String[] wrong : new String[][] {{}, {"walk"}, {"run"}, {"--nonsense"}}) {
      Outcome outcome = launch(wrong);
      assertThat(outcome.status).isEqualTo(2);
      assertThat(outcome.out).isEmpty();
      assertThat(outcome.err).startsWith("jasyncio: ");
    }
  }

  @Test
  void severalFilesAreOneProgramAndAreDividedFromItsArguments() throws Exception {
    program("Other.java", "class Other { static String name() { return \"other\"; } }");
    program("Main.java", "void main(String[] a) { IO.println(Other.name() + List.of(a)); }");
    assertThat(launch("run", "Main.java", "Other.java", "--", "x", "--", "y.java"))
        .isEqualTo(new Outcome(0, "other[x, --, y.java]\n", ""));
    assertThat(launch("run", "Main.java", "y.java"))
        .isEqualTo(new Outcome(0, "other[y.java]\n", ""));
    assertThat(launch("run", "Main.java", "--", "--debug"))
        .isEqualTo(new Outcome(0, "other[--debug]\n", ""));
  }

  @Test
  void optionsBeforeTheFileAreTheLaunchers() throws Exception {
    program(
        "Options.java",
        """
        void main(String[] args) {
          jasyncio.Asyncio.run(() ->
              IO.println(
                  jasyncio.engine.Engine.selected().name()
                      + jasyncio.Asyncio.getRunningLoop().getDebug()
                      + List.of(args)));
        }
        """);
    assertThat(launch("run", "--debug", "--engine=thread", "Options.java", "--debug"))
        .isEqualTo(new Outcome(0, "threadtrue[--debug]\n", ""));
    Files.createDirectories(folder.resolve("more"));
    Files.writeString(folder.resolve("more/note.txt"), "found");
    program(
        "Resource.java",
        """
        void main() throws Exception {
          var loader = Thread.currentThread().getContextClassLoader();
          IO.println(new String(loader.getResourceAsStream("note.txt").readAllBytes()));
        }
        """);
    assertThat(launch("run", "-cp", "more", "Resource.java"))
        .isEqualTo(new Outcome(0, "found\n", ""));
    assertThat(launch("run", "-cp", "less", "Resource.java"))
        .isEqualTo(
            new Outcome(
                2,
                "",
                "jasyncio: cannot read the class path less: there is no "
                    + folder.resolve("less")
                    + "\n"));
  }

  @Test
  void everythingIsUtf8WhateverTheLocale() throws Exception {
    program(
        "Grüße.java",
        """
        void main(String[] args) throws Exception {
          java.nio.file.Files.writeString(Path.of("größe"), "1");
          IO.println(args[0] + IO.readln());
          System.err.println("ä");
        }
        """);
    Map<String, String> ascii = Map.of("LC_ALL", "C");
    assertThat(launch(ascii, "日\n", "run", "Grüße.java", "ü"))
        .isEqualTo(new Outcome(0, "ü日\n", "ä\n"));
    assertThat(folder.resolve("größe")).exists();
  }

  @Test
  void aLockThatCannotBeHadEndsTheBuildWithItsName() throws Exception {
    Path lock = Files.createDirectories(folder.resolve("cache/build.lock"));
    Outcome outcome = launch(Map.of("JASYNCIO_CACHE", "cache"), "", "doctor");
    assertThat(outcome.status).isEqualTo(1);
    assertThat(outcome.err).startsWith("jasyncio: cannot use " + lock + ": ");
    assertThat(outcome.err.lines()).hasSize(1);
  }

  @Test
  void aPlaceThatCannotBeWrittenToIsNamedInOneLine() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "");
    Outcome outcome = launch(Map.of("JASYNCIO_CACHE", file + "/cache"), "", "doctor");
    assertThat(outcome.status).isEqualTo(1);
    assertThat(outcome.err.lines().toList().getLast())
        .startsWith("jasyncio: no place for what is built: cannot make " + file + "/cache");
  }

  @Test
  void aFileThatCannotBeReadIsNamed() throws Exception {
    for (String file : List.of("none.java", ".", "/dev/null", "")) {
      Outcome outcome = launch("run", file);
      assertThat(outcome)
          .isEqualTo(new Outcome(2, "", "jasyncio: cannot read the file " + file + "\n"));
    }
  }

  @Test
  void helpAndVersionGoToStandardOutput() throws Exception {
    assertThat(launch("--help").out).startsWith("usage: ./jasyncio COMMAND");
    Outcome version = launch("--version");
    assertThat(version.status).isZero();
    assertThat(version.out).matches("jasyncio \\d+\\.\\d+\\.\\d+\\S*\n");
  }

  @Test
  void theDoctorRuns() throws Exception {
    Outcome outcome = launch("doctor");
    assertThat(outcome.status).isZero();
    assertThat(outcome.out).contains("Engine     " + ENGINE).contains("Transport  ");
  }

  private Path program(String name, String code) throws IOException {
    return Files.writeString(folder.resolve(name), code);
  }

  private Outcome launch(String... args) throws Exception {
    return launch(Map.of(), "", args);
  }

  private Outcome launch(Map<String, String> env, String input, String... args) throws Exception {
    List<String> command = new ArrayList<>(List.of(LAUNCHER.toString()));
    command.addAll(List.of(args));
    return call(env, input, command);
  }

  private Outcome call(Map<String, String> env, String input, List<String> command)
      throws Exception {
    Running running = start(env, command);
    try (Writer stdin = running.process.outputWriter(StandardCharsets.UTF_8)) {
      stdin.write(input);
    }
    return running.finish();
  }

  private Running start(Map<String, String> env, List<String> command) throws IOException {
    Path err = Files.createTempFile(folder, "err", ".txt");
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.environment().keySet().removeAll(List.of("JASYNCIO_JAVA_OPTS", "JASYNCIO_AOT"));
    builder.environment().putAll(Map.of("JASYNCIO_ENGINE", ENGINE, "LC_ALL", "C.UTF-8"));
    builder.environment().putAll(env);
    return new Running(builder.redirectError(err.toFile()).start(), err);
  }

  /// Sends the signal as soon as the program has printed its first line.
  private Outcome interrupt(String signal, Path program) throws Exception {
    List<String> command = new ArrayList<>();
    // a process that was started in the background may have handed down to us to ignore Ctrl-C
    List<String> undo = List.of("env", "--default-signal=INT");
    if (call(Map.of(), "", Stream.concat(undo.stream(), Stream.of("true")).toList()).status == 0) {
      command.addAll(undo);
    }
    command.addAll(List.of(LAUNCHER.toString(), "run", program.toString()));
    Running running = start(Map.of(), command);
    assertThat(running.process.inputReader(StandardCharsets.UTF_8).readLine()).isEqualTo("waiting");
    String pid = Long.toString(running.process.pid());
    assertThat(call(Map.of(), "", List.of("kill", "-" + signal, pid)).status).isZero();
    return running.finish();
  }

  /// A process, and the file that its errors go to.
  private record Running(Process process, Path err) {
    Outcome finish() throws Exception {
      BufferedReader reader = process.inputReader(StandardCharsets.UTF_8);
      StringBuilder out = new StringBuilder();
      for (int c = reader.read(); c >= 0; c = reader.read()) {
        out.append((char) c);
      }
      return new Outcome(process.waitFor(), out.toString(), Files.readString(err));
    }
  }
}
