package jasyncio.engine;

import static jasyncio.engine.Fibers.fiber;
import static jasyncio.engine.Fibers.inLoop;

/// A program for child JVMs: the minimal one that crashed JDK 25 with bare continuations, where a
/// fiber mounted another inside its own monitor.
///
/// Argument: the number of steps.
final class NestedMountStress {
  private NestedMountStress() {}

  public static void main(String[] args) {
    int steps = Integer.parseInt(args[0]);
    inLoop(carrier -> {
      Object lock = new Object();
      Fiber endless =
          fiber(
              carrier,
              self -> {
                while (true) {
                  self.suspend();
                }
              });
      Fiber parent =
          fiber(
              carrier,
              self -> {
                for (int i = 0; i < steps; i++) {
                  synchronized (i % 2 == 0 ? lock : new Object()) {
                    endless.resumeNested();
                    if (i % 2 == 0 && !Thread.holdsLock(lock)) {
                      throw new AssertionError("lost the monitor in step " + i);
                    }
                  }
                  self.suspend();
                }
              });
      while (!parent.isDone()) {
        parent.resume();
      }
    });
    System.out.println("survived");
  }
}
