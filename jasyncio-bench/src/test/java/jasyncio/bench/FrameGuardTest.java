package jasyncio.bench;

import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.createTask;
import static jasyncio.Asyncio.getRunningLoop;
import static jasyncio.Asyncio.sleep;
import static org.assertj.core.api.Assertions.assertThat;

import jasyncio.AsyncAction;
import jasyncio.Task;
import jasyncio.sync.Event;
import jasyncio.sync.Lock;
import jasyncio.sync.Queue;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// How many frames lie on the stack of a task that waits: as many as today. Each is copied when the
/// task leaves its stack and when it comes back, and is kept while it waits. The compiler joins
/// some, so a frame is no number of bytes; but their number never depends on it.
@Tag("benchmark")
@Tag("continuation-engine")
class FrameGuardTest {
  private static final Duration NOW = Duration.ZERO;

  /// What waits, in a task of its own.
  @FunctionalInterface
  private interface Setup {
    AsyncAction make();
  }

  @Test
  void bareYield() {
    assertFrames(15, () -> () -> await(sleep(NOW)));
  }

  @Test
  void sleeping() {
    assertFrames(15, () -> () -> await(sleep(Duration.ofMillis(1))));
  }

  @Test
  void waitingForFuture() {
    assertFrames(
        13,
        () -> {
          var future = getRunningLoop().createFuture();
          return () -> await(future);
        });
  }

  @Test
  void waitingForTask() {
    assertFrames(
        13,
        () -> {
          Task<@Nullable Void> task = createTask(sleep(Duration.ofMinutes(1)));
          return () -> await(task);
        });
  }

  @Test
  void waitingForItem() {
    assertFrames(
        18,
        () -> {
          Queue<String> queue = new Queue<>();
          return () -> await(queue.get());
        });
  }

  @Test
  void waitingForEvent() {
    assertFrames(
        18,
        () -> {
          Event event = new Event();
          return () -> await(event.waitSet());
        });
  }

  @Test
  void waitingForLock() {
    assertFrames(
        19,
        () -> {
          Lock lock = new Lock();
          await(lock.acquire());
          return () -> await(lock.acquire());
        });
  }

  /// Without those of this test, which stand for the program's.
  private static void assertFrames(int bound, Setup setup) {
    jasyncio.Asyncio.run(() -> {
      WaitingStack[] stack = new WaitingStack[1];
      AsyncAction waits = setup.make();
      Task<@Nullable Void> task =
          createTask(() -> {
            stack[0] = WaitingStack.ofCaller();
            waits.run();
          });
      await(sleep(NOW)); // a switch: the task has left its stack
      List<String> frames =
          stack[0].frames().stream()
              .filter(frame -> !frame.startsWith(FrameGuardTest.class.getName()))
              .toList();
      task.cancel();
      assertThat(frames).hasSizeLessThanOrEqualTo(bound);
    });
  }
}
