package jasyncio.net;

import jasyncio.Task;
import jasyncio.net.netty.SocketTransport;
import java.util.Set;

/// Tells what keeps a connection open.
final class Stragglers {
  /// Packages and classes in which a handler may wait, but which are not its own code.
  private static final Set<String> LIBRARY_PACKAGES =
      Set.of("jasyncio", "jasyncio.engine", "jasyncio.sync", "java.lang", "jdk.internal.vm");

  private static final Set<Class<?>> LIBRARY_CLASSES =
      Set.of(StreamReader.class, StreamWriter.class, StreamReaderProtocol.class, Server.class);

  private Stragglers() {}

  /// A line: the connection, and its handler and where that waits, or its protocol.
  static String describe(SocketTransport transport) {
    ConnectionProtocol protocol = transport.getProtocol();
    if (!(protocol instanceof StreamReaderProtocol streams)) {
      return transport + ", told to " + protocol;
    }
    Task<?> task = streams.task();
    if (task == null) {
      return transport + ", whose handler has not begun";
    }
    if (task.done()) {
      return transport + ", whose handler " + task.getName() + " has left it open";
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
