package jasyncio.engine;

import static jasyncio.engine.Fibers.fiber;
import static jasyncio.engine.Fibers.inLoop;
import static jasyncio.engine.Fibers.runInTurn;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Arrays;

/// A program for child JVMs: suspends a fiber in a callback that C's qsort calls. What leaves such
/// a callback ends the JVM, so the refusal is caught inside.
final class UpcallProgram {
  private static Fiber self;
  private static String refusal = "not refused";

  private UpcallProgram() {}

  static int compare(MemorySegment a, MemorySegment b) {
    try {
      self.suspend();
    } catch (IllegalStateException e) {
      refusal = e.getMessage();
    }
    return Integer.compare(a.get(ValueLayout.JAVA_INT, 0), b.get(ValueLayout.JAVA_INT, 0));
  }

  public static void main(String[] args) {
    inLoop(carrier -> {
      Fiber other =
          fiber(
              carrier,
              me -> {
                for (int i = 0; i < 10; i++) {
                  me.suspend();
                }
              });
      Fiber sorting =
          fiber(
              carrier,
              me -> {
                self = me;
                System.out.println(Arrays.toString(sort(new int[] {3, 1, 2})));
                me.suspend();
                System.out.println("suspended afterwards");
              });
      runInTurn(sorting, other);
    });
    System.out.println(refusal);
  }

  @SuppressWarnings("restricted")
  private static int[] sort(int[] numbers) {
    Linker linker = Linker.nativeLinker();
    try (Arena arena = Arena.ofConfined()) {
      MethodHandle qsort =
          linker.downcallHandle(
              linker.defaultLookup().find("qsort").orElseThrow(),
              FunctionDescriptor.ofVoid(
                  ValueLayout.ADDRESS,
                  ValueLayout.JAVA_LONG,
                  ValueLayout.JAVA_LONG,
                  ValueLayout.ADDRESS));
      MethodHandle compare =
          MethodHandles.lookup()
              .findStatic(
                  UpcallProgram.class,
                  "compare",
                  MethodType.methodType(int.class, MemorySegment.class, MemorySegment.class));
      var pointer = ValueLayout.ADDRESS.withTargetLayout(ValueLayout.JAVA_INT);
      MemorySegment stub =
          linker.upcallStub(
              compare, FunctionDescriptor.of(ValueLayout.JAVA_INT, pointer, pointer), arena);
      MemorySegment array = arena.allocateFrom(ValueLayout.JAVA_INT, numbers);
      qsort.invokeExact(array, (long) numbers.length, 4L, stub);
      return array.toArray(ValueLayout.JAVA_INT);
    } catch (Throwable t) {
      throw new AssertionError(t);
    }
  }
}
