package jasyncio.sync;

import static jasyncio.Asyncio.async;
import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.sleep;

import jasyncio.AsyncAction;
import jasyncio.Asyncio;
import jasyncio.LoopConfig;
import java.time.Duration;

/// Runs test bodies on virtual time.
final class Loops {
  private Loops() {}

  static void run(AsyncAction body) {
    Asyncio.run(async(body), LoopConfig.defaults().withVirtualTime());
  }

  /// Gives every ready task its turn `n` times.
  static void turns(int n) {
    for (int i = 0; i < n; i++) {
      await(sleep(Duration.ZERO));
    }
  }

  /// The number of turns begun so far: the same before and after means that nothing else has run.
  static long turn() {
    return Asyncio.getRunningLoop().turn();
  }
}
