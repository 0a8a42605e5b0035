package jasyncio.net;

import jasyncio.Signal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Sends signals to processes.
final class Signals {
  private Signals() {}

  /// Sends `signal`, unless the process has just ended, in which case nothing happens.
  ///
  /// Not through `Process.destroy()`, which would close the process's pipes too.
  static void send(Process process, Signal signal) {
    switch (signal) {
      case SIGTERM -> process.toHandle().destroy();
      case SIGKILL -> process.toHandle().destroyForcibly();
      default -> sendByShell(process, signal);
    }
  }

  private static void sendByShell(Process process, Signal signal) {
    if (signal.number() < 0) {
      throw new IllegalArgumentException("invalid signal number: this system has no " + signal);
    }
    String name = signal.name().substring("SIG".length());
    if (!process.isAlive()) {
      return;
    }
    try {
      Process shell =
          new ProcessBuilder(List.of("/bin/sh", "-c", "kill -s " + name + " " + process.pid()))
              .redirectErrorStream(true)
              .start();
      String complaint =
          new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      if (waitFor(shell) != 0 && process.isAlive()) {
        throw new IllegalStateException(
            signal + " could not be sent to process " + process.pid() + ": " + complaint);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          signal + " could not be sent to process " + process.pid() + ": no /bin/sh", e);
    }
  }

  private static int waitFor(Process shell) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return shell.waitFor();
        } catch (InterruptedException _) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
