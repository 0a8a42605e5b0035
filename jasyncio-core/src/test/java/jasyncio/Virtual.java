package jasyncio;

import static jasyncio.Asyncio.async;
import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.sleep;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Runs test bodies on virtual time.
final class Virtual {
  private Virtual() {}

  static LoopConfig config() {
    return LoopConfig.defaults().withVirtualTime();
  }

  static void run(AsyncAction body) {
    Asyncio.run(async(body), config());
  }

  static <T> T call(AsyncBody<T> body) {
    return Asyncio.<T>run(Asyncio.<T>async(body), config());
  }

  /// A loop whose reports are collected; the test closes it.
  static EventLoop loop(List<String> reports) {
    EventLoop loop = EventLoop.create(config());
    collect(loop, reports);
    return loop;
  }

  /// Collects messages and exceptions instead of logging them.
  static void collect(EventLoop loop, List<String> reports) {
    loop.setExceptionHandler((_, context) -> {
      Throwable exception = context.exception();
      reports.add(
          context.message()
              + (exception == null ? "" : ": " + exception.getClass().getSimpleName())
              + (exception == null || exception.getMessage() == null
                  ? ""
                  : " " + exception.getMessage()));
    });
  }

  /// Collects the reports of the running loop.
  static List<String> reports() {
    List<String> reports = new ArrayList<>();
    collect(Asyncio.getRunningLoop(), reports);
    return reports;
  }

  /// Gives every ready task its turn `n` times.
  static void turns(int n) {
    for (int i = 0; i < n; i++) {
      await(sleep(Duration.ZERO));
    }
  }

  static Coroutine<Object> yieldOnce() {
    return sleep(Duration.ZERO, (Object) "yielded");
  }
}
