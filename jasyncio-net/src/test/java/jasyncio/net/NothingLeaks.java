package jasyncio.net;

import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.run;
import static java.util.stream.Collectors.joining;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.HotSpotDiagnosticMXBean.ThreadDumpFormat;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.util.ResourceLeakDetector;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
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
import java.util.function.Supplier;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// Every test of this module leaves no thread, no socket or other descriptor, and no warning in the
/// log: pending tasks, failures nobody looked at, and what Netty complains of all end up there.
/// After each class it looks for buffers that were not released.
public final class NothingLeaks
    implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {
  /// For what ends a moment after the loop: threads that have handed over their last result.
  private static final long PATIENCE_NANOS = 10_000_000_000L;

  private static final List<String> COMPLAINTS = new CopyOnWriteArrayList<>();
  private static final List<Logger> LOGGERS =
      List.of(Logger.getLogger("jasyncio"), Logger.getLogger("io.netty"));
  private static boolean installed;

  private Set<String> before = Set.of();

  public NothingLeaks() {}

  /// Takes back the complaints that contain `text`, for tests that provoke them.
  static List<String> expectComplaints(String text) {
    List<String> found = COMPLAINTS.stream().filter(line -> line.contains(text)).toList();
    COMPLAINTS.removeAll(found);
    return found;
  }

  @Override
  public void beforeAll(ExtensionContext context) throws Exception {
    if (!installed) {
      installed = true;
      LOGGERS.forEach(logger -> logger.addHandler(new Collector()));
      ByteBufUtil.setLeakListener((type, records) -> COMPLAINTS.add("LEAK " + type + records));
      if (ResourceLeakDetector.getLevel() != ResourceLeakDetector.Level.PARANOID) {
        throw new IllegalStateException("leak detection is " + ResourceLeakDetector.getLevel());
      }
      warmUp();
    }
  }

  /// Opens what the JDK and Netty open once for the process.
  private static void warmUp() throws Exception {
    Thread.ofVirtual()
        .start(() -> {
          try (Selector selector = Selector.open()) {
            selector.select(1); // opens the pollers of virtual threads
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        })
        .join();
    try (ServerSocket listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Socket one = new Socket(listening.getInetAddress(), listening.getLocalPort())) {
      listening.accept().close(); // opens what the JDK puts in the place of sockets being closed
      one.getInputStream().read();
    }
    run(() -> {
      Server server = await(Net.startServer((_, writer) -> writer.close(), "localhost", 0));
      try (server;
          var streams = await(Net.openConnection("localhost", server.port()))) {
        await(streams.reader().read());
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
    Set<String> left =
        whenEmpty(() -> {
          Set<String> now = resources();
          now.removeAll(before);
          return now;
        });
    check(left.isEmpty(), "left behind: " + left);
    check(COMPLAINTS.isEmpty(), "logged: " + COMPLAINTS);
  }

  @Override
  public void afterAll(ExtensionContext context) {
    for (int i = 0; i < 3; i++) {
      System.gc();
      PooledByteBufAllocator.DEFAULT.heapBuffer(1).release(); // leaks are noticed by allocating
      Unpooled.directBuffer(1).release();
    }
    check(COMPLAINTS.isEmpty(), "logged: " + COMPLAINTS);
  }

  private static void check(boolean fine, String complaint) {
    if (!fine) {
      throw new AssertionError(complaint);
    }
  }

  private static Set<String> whenEmpty(Supplier<Set<String>> look) {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while (true) {
      Set<String> left = look.get();
      if (left.isEmpty() || System.nanoTime() > deadline) {
        return left;
      }
      LockSupport.parkNanos(1_000_000);
    }
  }

  /// The names of what counts: descriptors of the network, and our and Netty's threads.
  private static Set<String> resources() {
    Set<String> names = new TreeSet<>(threads());
    names.addAll(descriptors());
    return names;
  }

  private static Set<String> threads() {
    Set<String> names = new TreeSet<>();
    try {
      Path dump = Files.createTempDirectory("threads").resolve("dump");
      ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
          .dumpThreads(dump.toString(), ThreadDumpFormat.TEXT_PLAIN);
      try (Stream<String> lines = Files.lines(dump)) {
        lines
            .filter(line -> line.startsWith("#"))
            .filter(line -> line.contains("\"jasyncio-") || line.contains("etty"))
            .forEach(names::add);
      }
      Files.delete(dump);
      Files.delete(dump.getParent());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return names;
  }

  private static Set<String> descriptors() {
    Set<String> names = new TreeSet<>();
    try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
      for (Path one : all.toList()) {
        try {
          String target = Files.readSymbolicLink(one).toString();
          if (target.startsWith("socket:")
              || target.startsWith("anon_inode:")
              || target.startsWith("pipe:")) {
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
      boolean aboutTime = record.getMessage().contains("blocked"); // by a machine that is too busy
      if (record.getLevel().intValue() >= Level.WARNING.intValue() && !aboutTime) {
        String thrown =
            record.getThrown() == null
                ? ""
                : " "
                    + record.getThrown()
                    + Stream.of(record.getThrown().getStackTrace())
                        .limit(12)
                        .map(frame -> "\n    at " + frame)
                        .collect(joining());
        COMPLAINTS.add(record.getLoggerName() + ": " + record.getMessage() + thrown);
      }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
