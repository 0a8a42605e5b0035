package jasyncio.engine;

import static jasyncio.engine.Fibers.fiber;
import static jasyncio.engine.Fibers.inLoop;
import static jasyncio.engine.Fibers.runInTurn;

/// A program for child JVMs: prints which engine was chosen and why, and tries it.
final class EngineReport {
  private EngineReport() {}

  public static void main(String[] args) {
    for (int attempt = 0; attempt < 2; attempt++) {
      try {
        Engine engine = Engine.selected();
        System.out.println(engine.name() + ": " + engine.reason());
      } catch (IllegalStateException e) {
        System.out.println("refused: " + e.getMessage());
      }
    }
    if (args.length > 0) {
      int[] steps = new int[1];
      inLoop(carrier ->
          runInTurn(
              fiber(carrier, self -> count(steps, self)),
              fiber(carrier, self -> count(steps, self))));
      System.out.println(steps[0] + " steps");
    }
  }

  private static void count(int[] steps, Fiber self) {
    for (int i = 0; i < 1000; i++) {
      steps[0]++;
      self.suspend();
    }
  }
}
