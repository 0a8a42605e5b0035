package jasyncio.sweeps;

import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.sleep;

import jasyncio.LoopConfig;
import jasyncio.testing.CancelSweep;
import java.time.Duration;

/// How the core is swept.
final class Sweeps {
  /// Order of arrival, and a few others.
  private static final int SCHEDULES = 5;

  private Sweeps() {}

  /// Sweeps under several schedules, and once more in debug mode, which reports coroutines that
  /// nobody awaited.
  static CancelSweep.Report sweep(String name, CancelSweep.Scenario scenario) {
    CancelSweep sweep = CancelSweep.of(name, scenario);
    sweep.withConfig(LoopConfig.defaults().withDebug(true)).run();
    return sweep.withSchedules(SCHEDULES).run();
  }

  /// Gives every ready task its turn `n` times.
  static void turns(int n) {
    for (int i = 0; i < n; i++) {
      await(sleep(Duration.ZERO));
    }
  }
}
