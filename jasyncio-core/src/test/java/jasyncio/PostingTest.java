package jasyncio;

import static jasyncio.Asyncio.getRunningLoop;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What other threads post arrives, whether the loop waits, is about to, or is busy. A lost wake-up
/// shows as a test that does not end.
@Timeout(120)
class PostingTest {
  private static final int POSTERS = 3;
  private static final int ROUNDS = 3_000;

  /// Each round waits for its answer before the next begins, so the loop comes to wait all the
  /// time.
  private static void askAgainAndAgain(EventLoop loop) {
    for (int i = 0; i < ROUNDS; i++) {
      CountDownLatch answered = new CountDownLatch(1);
      loop.callSoonThreadsafe(answered::countDown);
      try {
        answered.await();
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private static List<Thread> startPosters(EventLoop loop, Runnable whenAllHaveEnded) {
    CountDownLatch left = new CountDownLatch(POSTERS);
    List<Thread> posters = new ArrayList<>();
    for (int i = 0; i < POSTERS; i++) {
      posters.add(
          Thread.ofPlatform()
              .start(() -> {
                askAgainAndAgain(loop);
                left.countDown();
                if (left.getCount() == 0) {
                  loop.callSoonThreadsafe(whenAllHaveEnded);
                }
              }));
    }
    return posters;
  }

  private static void join(List<Thread> threads) throws InterruptedException {
    for (Thread thread : threads) {
      thread.join();
    }
  }

  @Test
  void aLoopThatWaitsHearsOfEveryPost() throws InterruptedException {
    List<Thread> posters = new ArrayList<>();
    Asyncio.run(() -> {
      Future<Object> ended = getRunningLoop().createFuture();
      posters.addAll(
          startPosters(
              getRunningLoop(),
              () -> {
                if (!ended.done()) {
                  ended.setResult("all");
                }
              }));
      assertThat(Asyncio.<Object>await(ended)).isEqualTo("all");
    });
    join(posters);
  }

  @Test
  void aLoopThatIsBusyHearsOfEveryPost() throws InterruptedException {
    List<Thread> posters = new ArrayList<>();
    Asyncio.run(() -> {
      boolean[] ended = new boolean[1];
      posters.addAll(startPosters(getRunningLoop(), () -> ended[0] = true));
      while (!ended[0]) {
        Asyncio.await(Asyncio.sleep(java.time.Duration.ZERO));
      }
    });
    join(posters);
  }

  /// Of a post and a close that race, either the post is turned down, or it was in time to run.
  @Test
  void aPostToALoopThatClosesIsTurnedDownOrDropped() throws InterruptedException {
    for (int i = 0; i < 300; i++) {
      EventLoop loop = EventLoop.create();
      boolean[] refused = new boolean[1];
      Thread poster =
          Thread.ofPlatform()
              .start(() -> {
                try {
                  while (true) {
                    loop.callSoonThreadsafe(() -> {});
                  }
                } catch (IllegalStateException closed) {
                  refused[0] = true;
                }
              });
      loop.callSoon(loop::stop);
      loop.runForever();
      loop.close();
      poster.join();
      assertThat(refused[0]).isTrue();
    }
  }
}
