package jasyncio.bench.rivals;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;

/// `w7_call`: another thread posts callbacks as fast as it can.
final class Posts {
  private Posts() {}

  /// Returns when the last of `count` callbacks has run on `loop`.
  static void run(Executor loop, int count) throws InterruptedException {
    int[] calls = new int[1];
    CountDownLatch done = new CountDownLatch(1);
    Runnable callback =
        () -> {
          if (++calls[0] == count) {
            done.countDown();
          }
        };
    Thread poster =
        Thread.ofPlatform()
            .start(() -> {
              for (int i = 0; i < count; i++) {
                loop.execute(callback);
              }
            });
    done.await();
    poster.join();
  }
}
