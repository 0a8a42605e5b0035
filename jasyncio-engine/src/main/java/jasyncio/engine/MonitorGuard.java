package jasyncio.engine;

import static jasyncio.engine.Internals.TAIL;
import static jasyncio.engine.Internals.U;

import jdk.internal.vm.Continuation;
import jdk.internal.vm.ContinuationScope;

/// Knows how many monitors a suspended continuation has carried off, and how to make held monitors
/// safe.
///
/// A yield moves the *whole* fast-lock stack of the thread into the continuation's stack chunk,
/// including monitors taken outside the continuation. Whoever enters such a monitor afterwards on
/// the same thread hangs for ever, and at worst the JVM crashes. The number of monitors moved is
/// one byte of the chunk, in a field the JVM injects; where it is depends on the collector and on
/// header compression, so it is found by experiment, once per JVM.
final class MonitorGuard {
  private static final ContinuationScope SCOPE = new ContinuationScope("jasyncio-probe");

  /// The JVM's fast-lock stack has eight slots: eight fresh monitors push every older one out,
  /// which inflates it.
  private static final int LOCK_STACK_SLOTS = 8;

  /// How many nested monitors the calibration tries: six values make an accidental match
  /// implausible.
  private static final int CALIBRATION_DEPTHS = 6;

  /// Where to look for the byte in a chunk: after the object header, before any saved frame.
  private static final int FIRST_OFFSET = 8;

  private static final int LAST_OFFSET = 63;

  private static final long LOCK_COUNT = calibrate();

  private MonitorGuard() {}

  /// How many fast-locked monitors a suspended continuation took with it.
  ///
  /// @param chunk its `tail`
  static int carriedOff(Object chunk) {
    return U.getByte(chunk, LOCK_COUNT);
  }

  /// Inflates every monitor this thread holds. An inflated monitor stays with the thread whatever
  /// yields.
  static void inflateHeldMonitors() {
    Object[] locks = new Object[LOCK_STACK_SLOTS];
    for (int i = 0; i < locks.length; i++) {
      locks[i] = new Object(); // fresh each time, so that none is inflated yet
    }
    lockAll(locks, 0);
  }

  /// How many fast-locked monitors this thread holds, found out by a continuation that yields once.
  static int countFastLocked() {
    Continuation probe = new Continuation(SCOPE, () -> Continuation.yield(SCOPE));
    probe.run();
    int count = carriedOff(U.getReference(probe, TAIL));
    probe.run(); // brings the monitors back
    return count;
  }

  // Recursion and not a loop: the JIT would remove the locks of a loop.
  private static void lockAll(Object[] locks, int from) {
    if (from < locks.length) {
      synchronized (locks[from]) {
        lockAll(locks, from + 1);
      }
    }
  }

  private static void lockAllThenYield(Object[] locks, int from) {
    if (from == locks.length) {
      Continuation.yield(SCOPE);
      return;
    }
    synchronized (locks[from]) {
      lockAllThenYield(locks, from + 1);
    }
  }

  /// Suspends continuations that hold 0 to 5 monitors and looks for the byte that says so in each.
  private static long calibrate() {
    inflateHeldMonitors();
    Continuation[] probes = new Continuation[CALIBRATION_DEPTHS];
    for (int depth = 0; depth < probes.length; depth++) {
      Object[] locks = new Object[depth];
      for (int i = 0; i < depth; i++) {
        locks[i] = new Object();
      }
      probes[depth] = new Continuation(SCOPE, () -> lockAllThenYield(locks, 0));
      probes[depth].run();
    }
    long found = -1;
    int matches = 0;
    for (long offset = FIRST_OFFSET; offset <= LAST_OFFSET; offset++) {
      if (countsLocks(probes, offset)) {
        found = offset;
        matches++;
      }
    }
    for (Continuation probe : probes) {
      probe.run();
    }
    if (matches != 1) {
      throw new IllegalStateException(
          "the lock count of a stack chunk was found at " + matches + " places instead of one");
    }
    return found;
  }

  private static boolean countsLocks(Continuation[] probes, long offset) {
    for (int depth = 0; depth < probes.length; depth++) {
      if (U.getByte(U.getReference(probes[depth], TAIL), offset) != depth) {
        return false;
      }
    }
    return true;
  }
}
