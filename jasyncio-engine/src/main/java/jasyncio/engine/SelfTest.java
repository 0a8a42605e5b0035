package jasyncio.engine;

import org.jspecify.annotations.Nullable;

/// Tries the continuation engine once, before the first loop relies on it. Touched only where the
/// exports are present.
final class SelfTest {
  private static final Object LOCK = new Object();

  private SelfTest() {}

  /// What went wrong, or null: a fiber must suspend and resume, and one that holds a monitor must
  /// be noticed.
  static @Nullable String run() {
    ContinuationCarrier carrier = new ContinuationCarrier();
    int[] steps = new int[1];
    carrier.run(() -> {
      Fiber[] self = new Fiber[1];
      Fiber fiber =
          carrier.newFiber(() -> {
            steps[0]++;
            self[0].suspend();
            steps[0]++;
            try {
              synchronized (LOCK) {
                self[0].suspend();
              }
            } catch (IllegalStateException refused) {
              steps[0]++;
            }
          });
      self[0] = fiber;
      fiber.resume();
      fiber.resume();
      if (!fiber.isDone()) {
        steps[0] = -1;
      }
    });
    return steps[0] == 3
        ? null
        : "the self-test of the continuation engine gave " + steps[0] + " steps instead of 3";
  }
}
