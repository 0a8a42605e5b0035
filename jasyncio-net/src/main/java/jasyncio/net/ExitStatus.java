package jasyncio.net;

import java.io.File;

/// What the JDK says about the end of a process, in asyncio's terms.
final class ExitStatus {
  /*
   * Overview
   *
   * The system tells a process that a signal has killed from one that has exited. The JDK reads
   * that, and passes on one number: 128 + N for signal N, as shells do. So a process killed by
   * SIGKILL and one that calls exit(137) look the same here, and nothing else on the system
   * remembers the difference, since the JDK reaps the process at once.
   *
   * Programs choose a status above 128 to pass on that a signal has ended something, so it is
   * taken for a signal always.
   */
  private static final int SIGNALLED = 128;

  /// Real-time signals included, as on Linux.
  private static final int LAST_SIGNAL = 64;

  private static final boolean HAS_SIGNALS = File.separatorChar == '/';

  private ExitStatus() {}

  static int returncode(int status) {
    int signal = status - SIGNALLED;
    return HAS_SIGNALS && signal >= 1 && signal <= LAST_SIGNAL ? -signal : status;
  }
}
