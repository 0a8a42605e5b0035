package jasyncio.open;

import jasyncio.engine.Opener;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Field;
import sun.misc.Unsafe;

/// Exports packages with the JDK's own lookup, which may do everything.
///
/// `sun.misc.Unsafe` reads that lookup out of a private field. The JVM prints a warning of four
/// lines when it is used so (JEP 498), unless it runs with `--sun-misc-unsafe-memory-access=allow`;
/// with `deny` it refuses.
public final class UnsafeOpener implements Opener {
  /// Made by the service loader.
  public UnsafeOpener() {}

  @Override
  public void export(Module from, Module to, String... packages) throws Exception {
    MethodHandle export =
        trustedLookup()
            .findVirtual(
                Module.class,
                "implAddExports",
                MethodType.methodType(void.class, String.class, Module.class));
    for (String each : packages) {
      try {
        export.invoke(from, each, to);
      } catch (Exception | Error e) {
        throw e;
      } catch (Throwable e) {
        throw new IllegalStateException(e);
      }
    }
  }

  @SuppressWarnings("removal") // until the JDK removes it, there is no other way
  private static MethodHandles.Lookup trustedLookup() throws ReflectiveOperationException {
    Field instance = Unsafe.class.getDeclaredField("theUnsafe");
    instance.setAccessible(true);
    Unsafe unsafe = (Unsafe) instance.get(null);
    Field trusted = MethodHandles.Lookup.class.getDeclaredField("IMPL_LOOKUP");
    return (MethodHandles.Lookup)
        unsafe.getObject(unsafe.staticFieldBase(trusted), unsafe.staticFieldOffset(trusted));
  }
}
