import static jasyncio.Asyncio.*;

import jasyncio.*;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/// Code that blocks would stop the whole loop. In an executor of three threads it blocks one of
/// those, and the loop goes on.
final AtomicInteger running = new AtomicInteger();

final AtomicInteger most = new AtomicInteger();

long block(int n) throws InterruptedException {
  most.accumulateAndGet(running.incrementAndGet(), Math::max);
  Thread.sleep(100); // stands for a database driver, a file, a long computation
  running.decrementAndGet();
  return (long) n * n;
}

void main() {
  try (ExecutorService threads = Executors.newFixedThreadPool(3)) {
    run(() -> {
      EventLoop loop = getRunningLoop();
      List<Future<Long>> squares = new ArrayList<>();
      for (int n = 1; n <= 6; n++) {
        int number = n;
        squares.add(loop.runInExecutor(threads, () -> block(number)));
      }
      IO.println("six blocking calls handed over, none done yet: " + !squares.getFirst().done());
      IO.println("results: " + await(gather(squares)));
      IO.println("never more than three at a time: " + (most.get() <= 3));

      // Without an executor of your own: a virtual thread for each call.
      IO.println("toThread: " + await(toThread(() -> block(7))));
    });
  }
}
