package jasyncio.tools.build;

import java.io.PrintStream;

/// Tells what the build does: on a terminal in one line that changes, else in a line for each step.
final class Progress {
  private static final String CLEAR_LINE = "\r\u001b[K";

  private final PrintStream out;
  private final boolean terminal;
  private boolean shown;

  Progress(PrintStream out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  /// A line that stays.
  void say(String message) {
    clear();
    out.println("jasyncio: " + message);
  }

  /// What is being done now.
  void step(String message) {
    if (terminal) {
      out.print(CLEAR_LINE + "jasyncio:   " + message);
      out.flush();
      shown = true;
    } else {
      out.println("jasyncio:   " + message);
    }
  }

  /// What goes on within a step; only a terminal shows it.
  void detail(String message) {
    if (terminal) {
      step(message);
    }
  }

  /// Takes the line that changes away.
  void clear() {
    if (shown) {
      out.print(CLEAR_LINE);
      out.flush();
      shown = false;
    }
  }
}
