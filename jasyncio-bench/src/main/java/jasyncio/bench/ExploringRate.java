package jasyncio.bench;

import static jasyncio.Asyncio.async;
import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.gather;
import static jasyncio.Asyncio.sleep;

import jasyncio.AsyncAction;
import jasyncio.testing.Explorer;
import jasyncio.testing.Search;
import java.time.Duration;
import java.util.Arrays;

/// How many schedules a second are explored of a test of two tasks that take ten steps each.
final class ExploringRate {
  private static final int STEPS = 10;
  private static final int SCHEDULES = 50_000;
  private static final int ROUNDS = 5;

  private ExploringRate() {}

  /// Prints a line for each way of searching, with the median of five rounds after a first one.
  static void run() {
    AsyncAction steps =
        () -> {
          for (int i = 0; i < STEPS; i++) {
            await(sleep(Duration.ZERO));
          }
        };
    for (Search search : new Search[] {Search.RANDOM, Search.PRIORITIES, Search.EXHAUSTIVE}) {
      Explorer explorer =
          Explorer.of("two tasks", () -> await(gather(async(steps), async(steps))))
              .withSchedules(SCHEDULES)
              .withSearch(search);
      explorer.run();
      long[] rates = new long[ROUNDS];
      for (int round = 0; round < ROUNDS; round++) {
        long start = System.nanoTime();
        int schedules = explorer.run();
        rates[round] = schedules * 1_000_000_000L / (System.nanoTime() - start);
      }
      Arrays.sort(rates);
      System.out.printf("%-10s %,8d schedules/s%n", search, rates[ROUNDS / 2]);
    }
  }
}
