package jasyncio.bench;

import com.sun.management.OperatingSystemMXBean;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.management.ManagementFactory;
import org.jspecify.annotations.Nullable;

/// How long all threads of this process have run: its compilers and collectors too.
///
/// The JDK tells it in steps of 10 ms on Linux; the system's own clock in nanoseconds.
final class CpuClock {
  private static final int LINUX_CLOCK_PROCESS_CPUTIME_ID = 2;
  private static final long NANOS_PER_SECOND = 1_000_000_000;

  private static final @Nullable MethodHandle CLOCK_GETTIME = findClock();
  private static final MemorySegment TIMESPEC = Arena.global().allocate(ValueLayout.JAVA_LONG, 2);

  private CpuClock() {}

  @SuppressWarnings("restricted") // the launcher allows native access
  private static @Nullable MethodHandle findClock() {
    if (!System.getProperty("os.name").equals("Linux")) {
      return null;
    }
    Linker linker = Linker.nativeLinker();
    return linker
        .defaultLookup()
        .find("clock_gettime")
        .map(function ->
            linker.downcallHandle(
                function,
                FunctionDescriptor.of(
                    ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS)))
        .orElse(null);
  }

  static synchronized long nanos() {
    if (CLOCK_GETTIME == null) {
      return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
          .getProcessCpuTime();
    }
    try {
      int status = (int) CLOCK_GETTIME.invokeExact(LINUX_CLOCK_PROCESS_CPUTIME_ID, TIMESPEC);
      if (status != 0) {
        throw new IllegalStateException("clock_gettime gave " + status);
      }
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
    return TIMESPEC.getAtIndex(ValueLayout.JAVA_LONG, 0) * NANOS_PER_SECOND
        + TIMESPEC.getAtIndex(ValueLayout.JAVA_LONG, 1);
  }
}
