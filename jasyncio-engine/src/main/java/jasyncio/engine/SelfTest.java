package jasyncio.engine;

import org.jspecify.annotations.Nullable;

/// Tries the continuation engine once, before the first loop relies on it. Touched only where the
/// exports are present.
final class SelfTest {
  private SelfTest() {}

  /// What went wrong, or null: a fiber must suspend and resume, and the monitor of its caller must
  /// be noticed.
  static @Nullable String run() {
    if (MonitorGuard.countFastLocked() != 0) {
      MonitorGuard.inflateHeldMonitors();
    }
    ContinuationCarrier carrier = new ContinuationCarrier();
    int[] steps = new int[1];
    carrier.run(() -> {
      Fiber[] self = new Fiber[1];
      Fiber fiber =
          carrier.newFiber(() -> {
            steps[0]++;
            self[0].suspend();
            steps[0]++;
          });
      self[0] = fiber;
      fiber.resume();
      fiber.resume();
      if (!fiber.isDone()) {
        steps[0] = -1;
      }
    });
    return steps[0] == 2
        ? null
        : "the self-test of the continuation engine gave " + steps[0] + " steps instead of 2";
  }
}
