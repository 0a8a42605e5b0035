package jasyncio.net;

import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.runCoroutineThreadsafe;
import static jasyncio.Asyncio.timeout;

import jasyncio.EventLoop;
import jasyncio.Task;
import jasyncio.TimeoutError;
import java.time.Duration;
import java.util.Set;

/// Tells what keeps a connection open.
final class Stragglers {
  /// Packages and classes in which a handler may wait, but which are not its own code.
  private static final Set<String> LIBRARY_PACKAGES =
      Set.of("jasyncio", "jasyncio.engine", "jasyncio.sync", "java.lang", "jdk.internal.vm");

  private static final Set<Class<?>> LIBRARY_CLASSES =
      Set.of(StreamReader.class, StreamWriter.class, StreamReaderProtocol.class, Server.class);

  private Stragglers() {}

  /// How long another loop may take to say what a handler waits for.
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  /// What [#describe] says, asked of the connection's loop, in a task of `loop`.
  static String describeFrom(EventLoop loop, StreamTransport transport) {
    EventLoop own = transport.loop();
    if (own == loop) {
      return describe(transport);
    }
    try {
      var asked = runCoroutineThreadsafe(() -> describe(transport), own);
      return await(timeout(PATIENCE, () -> await(asked)));
    } catch (TimeoutError e) {
      return transport + ", whose loop does not answer";
    } catch (IllegalStateException e) {
      if (!own.isClosed()) {
        throw e;
      }
      return transport + ", whose loop has been closed";
    }
  }

  /// A line: the connection, and its handler and where that waits, or its protocol.
  static String describe(StreamTransport transport) {
    ConnectionProtocol protocol = transport.getProtocol();
    if (!(protocol instanceof StreamReaderProtocol streams)) {
      return transport + ", told to " + protocol;
    }
    Task<?> task = streams.task();
    if (task == null) {
      return transport
          + (streams.isKeptOpen()
              ? ", which its handler has kept open"
              : ", whose handler has not begun");
    }
    if (task.done()) {
      return transport + ", whose handler " + task.getName() + " has ended";
    }
    for (StackTraceElement frame : task.getStack()) {
      if (!isLibrary(frame)) {
        return transport + ", whose handler " + task.getName() + " waits at " + frame;
      }
    }
    return transport + ", whose handler " + task.getName() + " runs";
  }

  private static boolean isLibrary(StackTraceElement frame) {
    String name = frame.getClassName();
    int lastDot = name.lastIndexOf('.');
    return LIBRARY_PACKAGES.contains(lastDot < 0 ? "" : name.substring(0, lastDot))
        || LIBRARY_CLASSES.stream().anyMatch(one -> name.equals(one.getName()));
  }
}
