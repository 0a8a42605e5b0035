package jasyncio.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class MainTest {
  private static final boolean FAST =
      System.getProperty("jasyncio.engine", "").equals("continuation");

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Test
  void theDoctorNamesJavaEngineAndTransportWithReasons() {
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
  void theDoctorSaysWhatToChange() {
    run("doctor");
    if (FAST && !text(out).contains("nio")) {
      assertThat(text(out)).contains("Nothing to change");
    } else {
      assertThat(text(out)).contains("What to change:").contains("- For ");
    }
  }

  @Test
  void aTransportThatCannotBeUsedIsReported() {
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
  void aTlsProviderThatCannotBeUsedIsReported() {
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
  void unknownCommandsAreUsageErrors() {
    for (String[] wrong :
        new String[][] {{}, {"nonsense"}, {"doctor", "more"}, {"compile"}, {"compile", "one"}}) {
      assertThat(run(wrong)).isEqualTo(2);
      assertThat(text(err)).startsWith("usage: ");
    }
    assertThat(text(out)).isEmpty();
  }

  private int run(String... args) {
    return Main.run(
        args,
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8));
  }

  private static String text(ByteArrayOutputStream stream) {
    return stream.toString(StandardCharsets.UTF_8);
  }
}
