package jasyncio.parity;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// For tests that raise signals: `nohup` and a script's `&` have this JVM started with some
/// ignored, and what is ignored can neither be handled nor end a child. While this is open they are
/// not; afterwards they are ignored again, so that a build under `nohup` survives its terminal.
public final class DefaultSignals implements AutoCloseable {
  private static final MemorySegment DEFAULT = MemorySegment.NULL;
  private static final MemorySegment IGNORED = MemorySegment.ofAddress(1);

  /// SIGHUP, SIGINT and SIGTERM.
  private static final List<Integer> ENDING = List.of(1, 2, 15);

  private final List<Integer> changed = new ArrayList<>();

  private DefaultSignals() {}

  /// {@return the signals as a program has them that was started by hand, until this is closed}
  ///
  /// @throws IOException if the system does not say what is ignored
  public static DefaultSignals restore() throws IOException {
    DefaultSignals signals = new DefaultSignals();
    long ignored = ignoredByThisProcess();
    for (int signal : ENDING) {
      if ((ignored >> (signal - 1) & 1) != 0) {
        set(signal, DEFAULT);
        signals.changed.add(signal);
      }
    }
    return signals;
  }

  @Override
  public void close() {
    changed.forEach(signal -> set(signal, IGNORED));
    changed.clear();
  }

  /// A bit for each signal; none where the system does not say.
  private static long ignoredByThisProcess() throws IOException {
    Path status = Path.of("/proc/self/status");
    if (!Files.exists(status)) {
      return 0;
    }
    return Files.readAllLines(status).stream()
        .filter(line -> line.startsWith("SigIgn:"))
        .mapToLong(line -> Long.parseUnsignedLong(line.substring("SigIgn:".length()).strip(), 16))
        .findFirst()
        .orElse(0);
  }

  /// As signal(3).
  @SuppressWarnings("restricted") // at worst the JVM says so, and only where it is needed
  private static void set(int signal, MemorySegment disposition) {
    Linker linker = Linker.nativeLinker();
    MethodHandle function =
        linker.downcallHandle(
            linker.defaultLookup().findOrThrow("signal"),
            FunctionDescriptor.of(ADDRESS, JAVA_INT, ADDRESS));
    try {
      MemorySegment _ = (MemorySegment) function.invokeExact(signal, disposition);
    } catch (Throwable t) {
      throw new AssertionError("signal " + signal, t);
    }
  }
}
