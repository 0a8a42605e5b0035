package jasyncio.tools;

import static jasyncio.Asyncio.async;
import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.createTask;
import static jasyncio.Asyncio.gather;
import static jasyncio.Asyncio.millis;
import static jasyncio.Asyncio.run;
import static jasyncio.Asyncio.sleep;

import jasyncio.Task;
import java.io.PrintStream;

/// What the launcher lets a JVM do once, watching which classes are loaded and linked, so that
/// later ones start with these in place.
final class WarmUp {
  private WarmUp() {}

  static void exercise(PrintStream out) {
    run(
        async(() -> {
          await(sleep(millis(1)));
          Task<Integer> task =
              createTask(() -> {
                await(sleep(millis(1)));
                return 1;
              });
          await(gather(async(() -> 2), async(() -> 3)));
          out.println("warm: " + await(task));
        }));
  }
}
