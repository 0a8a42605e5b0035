package jasyncio;

import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.createTask;
import static jasyncio.Asyncio.getRunningLoop;
import static jasyncio.Asyncio.seconds;
import static jasyncio.Asyncio.sleep;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jasyncio.parity.Parity;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60) // a lost wake-up must fail, not hang
@Parity("LCY-14")
class BackgroundLoopTest {
  private static final Duration FOREVER = seconds(100_000);

  @Test
  void submittedWorkRunsOnTheLoopAndItsResultComesBack() throws Exception {
    try (var background = BackgroundLoop.start()) {
      CompletableFuture<Boolean> onItsLoop =
          background.submit(() -> getRunningLoop() == background.loop());
      assertThat(onItsLoop.get()).isTrue();
      assertThat(background.loop().isRunning()).isTrue();
    }
  }

  @Test
  void failureOfSubmittedWorkBelongsToItsFutureAlone() {
    Queue<String> reports = new ConcurrentLinkedQueue<>();
    try (var background = reportingTo(reports)) {
      CompletableFuture<Object> failed =
          background.submit(() -> {
            throw new IOException("no disk");
          });
      assertThatThrownBy(failed::get)
          .isInstanceOf(ExecutionException.class)
          .hasRootCauseInstanceOf(IOException.class)
          .hasRootCauseMessage("no disk");
    }
    assertThat(reports).isEmpty();
  }

  @Test
  void failureOfForgottenWorkIsReportedAtOnce() throws Exception {
    CountDownLatch reported = new CountDownLatch(1);
    Queue<String> reports = new ConcurrentLinkedQueue<>();
    try (var background = BackgroundLoop.start()) {
      background
          .submit(() -> {
            getRunningLoop()
                .setExceptionHandler((_, report) -> {
                  reports.add(report.message() + ": " + report.exception());
                  reported.countDown();
                });
          })
          .get();
      background.execute(() -> {
        throw new IOException("no disk");
      });
      reported.await(); // while the loop still runs
    }
    assertThat(reports)
        .containsExactly(
            "unhandled exception in a task of a background loop: java.io.IOException: no disk");
  }

  @Test
  void forgottenWorkThatIsCancelledIsNotReported() {
    Queue<String> reports = new ConcurrentLinkedQueue<>();
    try (var background = reportingTo(reports)) {
      background.execute(() -> await(sleep(FOREVER)));
      background.cancelAll();
    }
    assertThat(reports).isEmpty();
  }

  @Test
  void closeWaitsForWhatWasAcceptedAndForWhatThatStarted() {
    List<String> ended = new ArrayList<>();
    try (var background = BackgroundLoop.start()) {
      background.execute(() -> {
        await(sleep(Duration.ZERO));
        createTask(() -> {
          await(sleep(Duration.ZERO));
          ended.add("child");
        });
        ended.add("parent");
      });
    }
    assertThat(ended).containsExactly("parent", "child");
  }

  @Test
  void nothingIsAcceptedAfterClose() {
    var background = BackgroundLoop.start();
    background.close();
    assertThatThrownBy(() -> background.execute(() -> {}))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("has been closed");
    assertThatThrownBy(() -> background.submit(() -> 1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("has been closed");
    background.cancelAll(); // and this finds nothing to do
    background.close();
    assertThat(background.loop().isClosed()).isTrue();
  }

  @Test
  void cancelAllEndsEndlessTasksAndTheLoopGoesOn() throws Exception {
    try (var background = BackgroundLoop.start()) {
      CompletableFuture<Void> endless = background.submit(() -> await(sleep(FOREVER)));
      background.cancelAll();
      assertThatThrownBy(endless::get).isInstanceOf(CancellationException.class);
      assertThat(background.submit(() -> 42).get()).isEqualTo(42);
    }
  }

  @Test
  void itsOwnThreadCannotCloseIt() throws Exception {
    try (var background = BackgroundLoop.start()) {
      CompletableFuture<Void> closing = background.submit(background::close);
      assertThatThrownBy(closing::get)
          .hasCauseInstanceOf(IllegalStateException.class)
          .hasMessageContaining("cannot be closed from its own thread");
      assertThat(background.submit(() -> 42).get()).isEqualTo(42);
    }
  }

  @Test
  void interruptedCloserCancelsTheTasksAndStaysInterrupted() throws Exception {
    AtomicInteger unwound = new AtomicInteger();
    CountDownLatch started = new CountDownLatch(1);
    var background = BackgroundLoop.start();
    background.execute(() -> {
      started.countDown();
      try {
        await(sleep(FOREVER));
      } finally {
        unwound.incrementAndGet();
      }
    });
    started.await();
    Thread.currentThread().interrupt();
    background.close();
    assertThat(Thread.interrupted()).isTrue();
    assertThat(unwound).hasValue(1);
  }

  @Test
  void whatIsSubmittedWhileItClosesIsEitherDoneOrRefused() throws Exception {
    for (int round = 0; round < 50; round++) {
      var background = BackgroundLoop.start();
      Queue<CompletableFuture<Integer>> accepted = new ConcurrentLinkedQueue<>();
      CountDownLatch first = new CountDownLatch(1);
      Thread submitter =
          Thread.ofVirtual()
              .start(() -> {
                try {
                  for (int i = 0; i < 2_000; i++) {
                    accepted.add(
                        background.submit(() -> {
                          await(sleep(Duration.ZERO));
                          return 1;
                        }));
                    first.countDown();
                  }
                } catch (IllegalStateException _) {
                  // closed
                }
              });
      first.await();
      background.close();
      submitter.join();
      assertThat(accepted).allSatisfy(future -> assertThat(future).isCompletedWithValue(1));
    }
  }

  private static BackgroundLoop reportingTo(Queue<String> reports) {
    var background = BackgroundLoop.start();
    background
        .submit(() -> {
          getRunningLoop().setExceptionHandler((_, report) -> reports.add(report.message()));
        })
        .orTimeout(30, TimeUnit.SECONDS)
        .join();
    return background;
  }
}
