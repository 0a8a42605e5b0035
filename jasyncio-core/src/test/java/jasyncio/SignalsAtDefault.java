package jasyncio;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// For tests that raise signals: `nohup` and a script's `&` have this JVM started with some
/// ignored, and what is ignored can neither be handled nor end a child. They are ignored again
/// afterwards, so that a build under `nohup` survives its terminal.
final class SignalsAtDefault implements BeforeEachCallback, AfterEachCallback {
  private static final MemorySegment DEFAULT = MemorySegment.NULL;
  private static final MemorySegment IGNORED = MemorySegment.ofAddress(1);

  private final List<Signal> changed = new ArrayList<>();

  @Override
  public void beforeEach(ExtensionContext context) throws Exception {
    long ignored = ignoredByThisProcess();
    for (Signal signal : List.of(Signal.SIGHUP, Signal.SIGINT, Signal.SIGTERM)) {
      if ((ignored >> (signal.number() - 1) & 1) != 0) {
        set(signal, DEFAULT);
        changed.add(signal);
      }
    }
  }

  @Override
  public void afterEach(ExtensionContext context) {
    changed.forEach(signal -> set(signal, IGNORED));
    changed.clear();
  }

  /// A bit for each signal; none where the system does not say.
  private static long ignoredByThisProcess() throws Exception {
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
  private static void set(Signal signal, MemorySegment disposition) {
    Linker linker = Linker.nativeLinker();
    MethodHandle function =
        linker.downcallHandle(
            linker.defaultLookup().findOrThrow("signal"),
            FunctionDescriptor.of(ADDRESS, JAVA_INT, ADDRESS));
    try {
      MemorySegment _ = (MemorySegment) function.invokeExact(signal.number(), disposition);
    } catch (Throwable t) {
      throw new AssertionError("signal " + signal, t);
    }
  }
}
