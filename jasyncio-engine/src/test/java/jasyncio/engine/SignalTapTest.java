package jasyncio.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("child-jvm")
class SignalTapTest {
  /// Prints what comes of taking over Ctrl-C and SIGTERM.
  static final class Taker {
    private Taker() {}

    public static void main(String[] args) {
      System.out.println(SignalTap.takeOverUnclaimed("INT", () -> {}));
      for (String name : new String[] {"INT", "TERM"}) {
        try {
          SignalTap.takeOver(name, () -> {}).release();
          System.out.println(name + " taken over");
        } catch (IllegalArgumentException e) {
          System.out.println(name + ": " + e.getMessage());
        }
      }
    }
  }

  /// The JVM says that it has installed the handler, but it never runs.
  @Test
  void aSignalThatTheProcessWasStartedToIgnoreIsRefused() {
    ChildJvm.Outcome outcome = ChildJvm.runIgnoring("INT", Taker.class).mustSucceed();
    assertThat(outcome.out().lines())
        .containsExactly(
            "null",
            "INT: this process ignores it, as whoever started it has asked for: nohup, or a"
                + " script's &; then the JVM does not let it be handled",
            "TERM taken over");
  }
}
