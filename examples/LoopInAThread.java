import static jasyncio.Asyncio.*;

import jasyncio.*;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;

/// A blocking main program, and a loop in a second thread that works for it.
Coroutine<Integer> slowSum(int a, int b) {
  return async(() -> {
    await(sleep(millis(50)));
    return Math.addExact(a, b);
  });
}

void main() throws InterruptedException, ExecutionException {
  EventLoop loop = EventLoop.create();
  Thread thread = Thread.ofPlatform().name("my loop").start(loop::runForever);

  // The coroutine runs in the other thread; here is a future to block on.
  CompletableFuture<Integer> sum = runCoroutineThreadsafe(slowSum(1, 2), loop);
  IO.println("the sum is " + sum.get());

  // A failure arrives as the cause.
  try {
    runCoroutineThreadsafe(slowSum(Integer.MAX_VALUE, 1), loop).get();
  } catch (ExecutionException e) {
    IO.println("failed: " + e.getCause().getMessage());
  }

  // Cancelling here cancels the task there.
  CountDownLatch started = new CountDownLatch(1);
  CountDownLatch ended = new CountDownLatch(1);
  CompletableFuture<Void> endless =
      runCoroutineThreadsafe(
          () -> {
            started.countDown();
            try {
              await(sleep(seconds(3600)));
            } finally {
              IO.println("the task was cancelled");
              ended.countDown();
            }
          },
          loop);
  started.await();
  endless.cancel(true);
  ended.await();

  loop.callSoonThreadsafe(loop::stop);
  thread.join();
  loop.close();
  IO.println("the loop is closed: " + loop.isClosed());
}
