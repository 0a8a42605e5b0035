package jasyncio.bench;

import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.createTask;
import static jasyncio.Asyncio.gather;

import jasyncio.Task;
import jasyncio.http.client.ClientSession;
import jasyncio.http.client.SessionOptions;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// `w13_client`, `w13_warm`: gets one page very often, with a hundred requests under way at a time.
final class Fetches {
  private static final int CONCURRENCY = 100;
  private static final int REQUESTS = 20_000;
  private static final int WARM_REQUESTS = 100_000;
  private static final int LEAST_PAGE_BYTES = 100;

  private final int count;
  private int begun;

  private Fetches(int count) {
    this.count = count;
  }

  /// Warms up, then prints requests per second, and the CPU time of the process for each.
  ///
  /// @return false if there is no workload of that name
  static boolean run(Measure measure, String name, String url) {
    switch (name) {
      case "w13_client" -> run(measure, name, REQUESTS, url);
      case "w13_warm" -> run(measure, name, WARM_REQUESTS, url);
      default -> {
        return false;
      }
    }
    return true;
  }

  private static void run(Measure measure, String name, int warmUps, String url) {
    jasyncio.Asyncio.run(() -> {
      try (var session = new ClientSession(SessionOptions.defaults().withLimit(CONCURRENCY))) {
        new Fetches(warmUps).fetch(session, url);
        long wall = System.nanoTime();
        long cpu = Measure.cpuNanos();
        new Fetches(REQUESTS).fetch(session, url);
        measure.print(name, REQUESTS * 1e9 / (System.nanoTime() - wall), "req/s");
        measure.print(name + ".cpu", (Measure.cpuNanos() - cpu) / 1e3 / REQUESTS, "us");
      }
    });
  }

  private void fetch(ClientSession session, String url) {
    List<Task<@Nullable Void>> tasks = new ArrayList<>(CONCURRENCY);
    for (int i = 0; i < CONCURRENCY; i++) {
      tasks.add(
          createTask(() -> {
            while (begun < count) {
              begun++;
              try (var response = await(session.get(url))) {
                int bytes = await(response.read()).length;
                if (response.status() != 200 || bytes < LEAST_PAGE_BYTES) {
                  throw new IllegalStateException(
                      url + " gave status " + response.status() + " and " + bytes + " bytes");
                }
              }
            }
          }));
    }
    await(gather(tasks));
  }
}
