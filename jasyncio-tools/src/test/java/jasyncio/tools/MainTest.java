package jasyncio.tools;

import static org.assertj.core.api.Assertions.assertThat;

import jasyncio.engine.Engine;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class MainTest {
  private static final boolean FAST =
      System.getProperty("jasyncio.engine", "").equals("continuation");

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Test
  void theDoctorNamesJavaEngineAndTransportWithReasons() throws Throwable {
    assertThat(run("doctor")).isZero();
    assertThat(text(out))
        .contains("Java       " + System.getProperty("java.runtime.version"))
        .contains(System.getProperty("java.home"))
        .contains("Engine     " + (FAST ? "continuation, the fast one" : "thread, the slow one"))
        .contains("asked for with -Djasyncio.engine=")
        .containsPattern("Transport  (epoll|kqueue|nio), ")
        .containsPattern("TLS        (jdk|boringssl), ");
    assertThat(text(err)).isEmpty();
  }

  @Test
  void theDoctorSaysWhatToChange() throws Throwable {
    run("doctor");
    if (FAST && !text(out).contains("nio")) {
      assertThat(text(out)).contains("Nothing to change");
    } else {
      assertThat(text(out)).contains("What to change:").contains("- For ");
    }
  }

  @Test
  void aTransportThatCannotBeUsedIsReported() throws Throwable {
    System.setProperty("jasyncio.transport", "pigeon");
    try {
      assertThat(run("doctor")).isZero();
    } finally {
      System.clearProperty("jasyncio.transport");
    }
    assertThat(text(out))
        .contains("Transport  none")
        .contains("there is no such transport")
        .contains("- Unset -Djasyncio.transport");
  }

  @Test
  void aTlsProviderThatCannotBeUsedIsReported() throws Throwable {
    System.setProperty("jasyncio.tls", "padlock");
    try {
      assertThat(run("doctor")).isZero();
    } finally {
      System.clearProperty("jasyncio.tls");
    }
    assertThat(text(out))
        .contains("TLS        none")
        .contains("there is no such provider")
        .contains("- Unset -Djasyncio.tls");
  }

  @Test
  void mistakesInTheCommandLineAreSaidInOneLineWithTheWayOut() throws Throwable {
    assertThat(run()).isEqualTo(2);
    assertThat(run("nonsense")).isEqualTo(2);
    assertThat(run("doctor", "more")).isEqualTo(2);
    assertThat(run("new")).isEqualTo(2);
    assertThat(run("run", "--nonsense", "File.java")).isEqualTo(2);
    assertThat(text(err).lines())
        .satisfiesExactly(
            line -> assertThat(line).isEqualTo("jasyncio: no command. See ./jasyncio --help"),
            line -> assertThat(line).contains("nonsense").endsWith("See ./jasyncio --help"),
            line -> assertThat(line).contains("more").endsWith("See ./jasyncio doctor --help"),
            line -> assertThat(line).contains("NAME").endsWith("See ./jasyncio new --help"),
            line -> assertThat(line).contains("--nonsense").endsWith("./jasyncio run --help"));
    assertThat(text(out)).isEmpty();
  }

  /// The launcher shows it before anything is built.
  @Test
  void theHelpInTheFileIsTheHelp() throws Exception {
    Path file = Path.of("src/main/launcher/usage.txt");
    if (Boolean.getBoolean("launcher.update")) {
      Files.writeString(file, Commands.usage());
    }
    assertThat(file)
        .as("write it anew with -Dtest=MainTest -Dlauncher.update=true")
        .content(StandardCharsets.UTF_8)
        .isEqualTo(Commands.usage());
  }

  @Test
  void everyCommandHasHelpACompletionAndAPlaceInTheManual() throws Throwable {
    run("completion");
    String completion = text(out);
    out.reset();
    run("man");
    String manual = text(out);
    for (String command : Commands.parser().getSubcommands().keySet()) {
      assertThat(manual).contains(".B " + command + "\n");
      assertThat(completion).contains("_picocli_jasyncio_" + command);
      out.reset();
      assertThat(run(command, "--help")).isZero();
      assertThat(text(out)).startsWith("usage: ./jasyncio " + command);
      String help = text(out);
      out.reset();
      assertThat(run("help", command)).isZero();
      assertThat(text(out)).isEqualTo(help);
    }
  }

  @Test
  void theFlagsOfTheLauncherAreThoseOfTheEngine() throws Exception {
    List<String> lines = Files.readAllLines(Path.of("src/main/launcher/java.args"));
    assertThat(String.join(" ", lines.stream().filter(line -> line.contains("exports")).toList()))
        .isEqualTo(Engine.FLAGS);
  }

  private @Nullable Integer run(String... args) throws Throwable {
    return Main.run(
        args,
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8));
  }

  private static String text(ByteArrayOutputStream stream) {
    return stream.toString(StandardCharsets.UTF_8);
  }
}
