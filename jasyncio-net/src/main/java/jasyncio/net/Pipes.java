package jasyncio.net;

import java.io.Closeable;
import java.io.IOException;

/// What the two ends of pipes have in common.
final class Pipes {
  private Pipes() {}

  /// A thread for a pipe; a daemon, so that a JVM need not wait for it.
  static Thread thread(int fd, Runnable work) {
    return Thread.ofPlatform()
        .daemon()
        .name("jasyncio-pipe-" + fd)
        .inheritInheritableThreadLocals(false)
        .unstarted(work);
  }

  static void closeQuietly(Closeable stream) {
    try {
      stream.close();
    } catch (IOException _) {
      // it is closed all the same, and nobody could do anything about it
    }
  }

  static UnsupportedOperationException fixedProtocol() {
    return new UnsupportedOperationException(
        "a pipe of a process tells the protocol of its process: set that of the"
            + " SubprocessTransport");
  }
}
