package jasyncio.http;

import static jasyncio.Asyncio.run;

import jasyncio.net.Net;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.Selector;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// Every test of this module leaves no socket or other descriptor of the network, no thread of the
/// loop or of Netty, and no warning in the log: that is where pending tasks, failures nobody looked
/// at and lost buffers end up.
public final class LeavesNothing
    implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback {
  /// For what ends a moment after the loop.
  private static final long PATIENCE_NANOS = 10_000_000_000L;

  private static final List<String> COMPLAINTS = new CopyOnWriteArrayList<>();
  private static final List<Logger> LOGGERS =
      List.of(Logger.getLogger("jasyncio"), Logger.getLogger("io.netty"));
  private static boolean installed;

  private Set<String> before = Set.of();

  public LeavesNothing() {}

  /// Takes back the complaints that contain `text`, for tests that provoke them.
  public static List<String> expectComplaints(String text) {
    List<String> found = COMPLAINTS.stream().filter(line -> line.contains(text)).toList();
    COMPLAINTS.removeAll(found);
    return found;
  }

  @Override
  public void beforeAll(ExtensionContext context) throws Exception {
    if (installed) {
      return;
    }
    installed = true;
    LOGGERS.forEach(logger -> logger.addHandler(new Collector()));
    // What the JDK and Netty open once for the process:
    Thread.ofVirtual()
        .start(() -> {
          try (Selector selector = Selector.open();
              var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
              var client = new Socket(server.getInetAddress(), server.getLocalPort());
              var peer = server.accept()) { // the first blocking socket opens a pair for closing
            selector.select(1);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        })
        .join();
    run(() -> {
      try (var server =
          jasyncio.Asyncio.await(Net.startServer((_, writer) -> writer.close(), "localhost", 0))) {
        jasyncio.Asyncio.await(Net.openConnection("localhost", server.port())).close();
      }
    });
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    COMPLAINTS.clear();
    before = resources();
  }

  @Override
  public void afterEach(ExtensionContext context) {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    Set<String> left = resources();
    left.removeAll(before);
    while (!left.isEmpty() && System.nanoTime() < deadline) {
      LockSupport.parkNanos(1_000_000);
      left = resources();
      left.removeAll(before);
    }
    if (!left.isEmpty()) {
      throw new AssertionError("left behind: " + left);
    }
    if (!COMPLAINTS.isEmpty()) {
      throw new AssertionError("logged: " + COMPLAINTS);
    }
  }

  private static Set<String> resources() {
    Set<String> names = new TreeSet<>();
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (thread.getName().startsWith("jasyncio-") || thread.getName().contains("etty")) {
        names.add("thread " + thread.getName());
      }
    }
    try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
      for (Path one : all.toList()) {
        try {
          String target = Files.readSymbolicLink(one).toString();
          if (target.startsWith("socket:") || target.startsWith("anon_inode:")) {
            names.add("descriptor " + one.getFileName() + " " + target);
          }
        } catch (IOException _) {
          // the listing's own
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return names;
  }

  private static final class Collector extends Handler {
    @Override
    public void publish(LogRecord record) {
      if (record.getLevel().intValue() >= Level.WARNING.intValue()
          && !record.getMessage().contains("the event loop")) { // a slow machine is no leak
        COMPLAINTS.add(
            record.getLoggerName() + ": " + record.getMessage() + " " + record.getThrown());
      }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
