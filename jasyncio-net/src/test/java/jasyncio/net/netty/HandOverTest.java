package jasyncio.net.netty;

import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.getRunningLoop;
import static jasyncio.Asyncio.millis;
import static jasyncio.Asyncio.run;
import static jasyncio.Asyncio.runCoroutineThreadsafe;
import static jasyncio.Asyncio.sleep;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.epoll.Epoll;
import io.netty.channel.uring.IoUring;
import jasyncio.EventLoop;
import jasyncio.Future;
import jasyncio.parity.Parity;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Threads hand work to a loop that has nothing else to do, and that nothing else wakes: a wake-up
/// that is lost stops it for good. Each thread waits for its work before it hands over the next,
/// after a pause that differs, so that the loop is met in all that it does between two waits.
class HandOverTest {
  private static final String PROPERTY = "jasyncio.transport";
  private static final int ROUNDS = 4_000;

  private final String given = System.getProperty(PROPERTY);

  @AfterEach
  void giveBackTheProperty() {
    if (given == null) {
      System.clearProperty(PROPERTY);
    } else {
      System.setProperty(PROPERTY, given);
    }
  }

  /// What a thread does in one round; returns when the loop has done its part.
  @FunctionalInterface
  private interface Round {
    int pass(int number) throws Exception;
  }

  private static List<String> transports() {
    if (Thread.currentThread().isVirtual()
        || System.getProperty("jasyncio.engine", "").equals("thread")) {
      return List.of("nio"); // the others would hold the thread that carries the loop's
    }
    List<String> names = new ArrayList<>(List.of("nio"));
    if (Epoll.isAvailable()) {
      names.add("epoll");
    }
    if (IoUring.isAvailable()) {
      names.add("io_uring");
    }
    return names;
  }

  @Test
  @Parity({"SCH-02", "TSK-12"})
  void noWakeUpIsLost() {
    for (String transport : transports()) {
      System.setProperty(PROPERTY, transport);
      run(() -> {
        assertThat(NettyBridge.current().transport().name()).isEqualTo(transport);
        EventLoop loop = getRunningLoop();
        Round call =
            number -> {
              CompletableFuture<Integer> done = new CompletableFuture<>();
              loop.callSoonThreadsafe(() -> done.complete(number));
              return answer(done, transport, number);
            };
        Round coroutine =
            number -> answer(runCoroutineThreadsafe(() -> number, loop), transport, number);
        Round suspending =
            number ->
                answer(
                    runCoroutineThreadsafe(
                        () -> {
                          await(sleep(millis(0)));
                          return number;
                        },
                        loop),
                    transport,
                    number);
        Round burst =
            number -> {
              CompletableFuture<Integer> last = new CompletableFuture<>();
              int[] ran = new int[1];
              int size = 1 + number % 3;
              for (int i = 0; i < size; i++) {
                loop.callSoonThreadsafe(() -> {
                  if (++ran[0] == size) {
                    last.complete(number);
                  }
                });
              }
              return answer(last, transport, number);
            };
        List<Future<Integer>> threads = new ArrayList<>();
        for (Round round : List.of(call, coroutine, suspending, burst)) {
          threads.add(begin(loop, round, threads.size()));
        }
        for (Future<Integer> thread : threads) {
          assertThat(await(thread)).as(transport).isEqualTo(ROUNDS);
        }
      });
    }
  }

  private static int answer(java.util.concurrent.Future<Integer> done, String transport, int number)
      throws Exception {
    try {
      return done.get(10, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new AssertionError(transport + " lost the wake-up of round " + number, e);
    }
  }

  /// A future that the thread ends itself; if it fails, the loop is woken until it knows.
  private static Future<Integer> begin(EventLoop loop, Round round, int seed) {
    Executor netty = NettyBridge.current().nettyLoop();
    Future<Integer> ended = loop.createFuture();
    Thread.ofPlatform()
        .name("hand-over-" + seed)
        .start(() -> {
          Random random = new Random(seed);
          try {
            int right = 0;
            for (int number = 0; number < ROUNDS; number++) {
              right += round.pass(number) == number ? 1 : 0;
              for (int spins = random.nextInt(200); spins > 0; spins--) {
                Thread.onSpinWait();
              }
            }
            int all = right;
            loop.callSoonThreadsafe(() -> ended.setResult(all));
          } catch (Throwable t) {
            loop.callSoonThreadsafe(() -> ended.setException(t));
            while (!ended.done()) {
              netty.execute(() -> {}); // wakes it by itself, as often as that takes
              LockSupport.parkNanos(10_000_000);
            }
          }
        });
    return ended;
  }
}
