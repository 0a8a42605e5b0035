package jasyncio;

import static jasyncio.Asyncio.async;
import static jasyncio.Asyncio.asyncFor;
import static jasyncio.Asyncio.asyncGenerator;
import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.createTask;
import static jasyncio.Asyncio.fromPublisher;
import static jasyncio.Asyncio.getRunningLoop;
import static jasyncio.Asyncio.millis;
import static jasyncio.Asyncio.run;
import static jasyncio.Asyncio.sleep;
import static jasyncio.Asyncio.toPublisher;
import static jasyncio.Asyncio.wrapFuture;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jasyncio.parity.Parity;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.SubmissionPublisher;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class InteropTest {
  @Test
  @Parity("FUT-10")
  void awaitsAStageCompletedByAnotherThread() {
    String result = run(async(() -> await(CompletableFuture.supplyAsync(() -> "from afar"))));
    assertThat(result).isEqualTo("from afar");
  }

  @Test
  void failureOfAStageArrivesWithoutItsWrapper() {
    assertThatThrownBy(() ->
            run(
                async(() ->
                    await(
                        CompletableFuture.supplyAsync(() -> 1)
                            .thenCompose(
                                _ -> CompletableFuture.failedFuture(new IOException("x")))))))
        .isExactlyInstanceOf(IOException.class)
        .hasMessage("x");
  }

  @Test
  void cancellingTheTaskCancelsTheStage() {
    CompletableFuture<String> stage = new CompletableFuture<>();
    run(
        async(() -> {
          Task<String> task = createTask(async(() -> await(stage)));
          await(sleep(millis(0)));
          task.cancel();
          await(Asyncio.wait(List.of(task)));
          assertThat(task.cancelled()).isTrue();
          assertThat(stage.isCancelled()).isTrue();
        }));
  }

  @Test
  void cancelledStageCancelsTheWaiter() {
    CompletableFuture<String> stage = new CompletableFuture<>();
    run(
        async(() -> {
          Task<String> task = createTask(async(() -> await(stage)));
          await(sleep(millis(0)));
          stage.cancel(true);
          await(Asyncio.wait(List.of(task)));
          assertThat(task.cancelled()).isTrue();
        }));
  }

  @Test
  @Parity("FUT-10")
  void awaitsAFutureOfAnExecutor() {
    try (ExecutorService pool = Executors.newSingleThreadExecutor()) {
      java.util.concurrent.Future<Integer> answer = pool.submit(() -> 42);
      assertThat(run(async(() -> await(answer)))).isEqualTo(42);
      java.util.concurrent.Future<Integer> failing =
          pool.submit(() -> {
            throw new IOException("no answer");
          });
      assertThatThrownBy(() -> run(async(() -> await(failing))))
          .isExactlyInstanceOf(IOException.class)
          .hasMessage("no answer");
    }
  }

  @Test
  @Parity("FUT-10")
  void cancellingTheWaiterCancelsAFutureOfAnExecutor() throws InterruptedException {
    CountDownLatch interrupted = new CountDownLatch(1);
    try (ExecutorService pool = Executors.newSingleThreadExecutor()) {
      CountDownLatch started = new CountDownLatch(1);
      java.util.concurrent.Future<Integer> endless =
          pool.submit(() -> {
            started.countDown();
            try {
              new CountDownLatch(1).await();
            } catch (InterruptedException e) {
              interrupted.countDown();
            }
            return 0;
          });
      run(
          async(() -> {
            await(
                Asyncio.toThread(() -> {
                  started.await();
                }));
            Future<Integer> wrapped = wrapFuture(endless);
            await(sleep(millis(0)));
            wrapped.cancel();
            await(sleep(millis(0)));
          }));
      interrupted.await();
      assertThat(endless.isCancelled()).isTrue();
    }
  }

  @Test
  void taskGivesACompletableFuture() throws Exception {
    EventLoop loop = EventLoop.create();
    List<CompletableFuture<String>> exported = new ArrayList<>();
    loop.runUntilComplete(
        async(() -> {
          Task<String> task = createTask(async(() -> "done"));
          exported.add(task.toCompletableFuture());
          await(task);
          await(sleep(millis(0)));
        }));
    loop.close();
    assertThat(exported.getFirst().get()).isEqualTo("done");
  }

  @Test
  void cancellingTheExportedFutureCancelsTheTask() {
    run(
        async(() -> {
          Task<String> task = createTask(async(() -> await(sleep(Asyncio.seconds(1000), "never"))));
          CompletableFuture<String> exported = task.toCompletableFuture();
          await(sleep(millis(0)));
          exported.cancel(true);
          await(Asyncio.wait(List.of(task)));
          assertThat(task.cancelled()).isTrue();
        }));
  }

  @Test
  void readsAPublisherWithBackPressure() {
    List<Integer> seen = new ArrayList<>();
    run(
        async(() -> {
          try (SubmissionPublisher<Integer> publisher = new SubmissionPublisher<>()) {
            PublisherIterator<Integer> items = fromPublisher(publisher, 4);
            Task<?> producer =
                createTask(
                    async(() -> {
                      await(
                          Asyncio.toThread(() -> {
                            while (publisher.getNumberOfSubscribers() == 0) {
                              Thread.onSpinWait();
                            }
                            for (int i = 0; i < 1000; i++) {
                              publisher.submit(i); // blocks when nobody asks for more
                            }
                            publisher.close();
                          }));
                    }));
            for (int item : asyncFor(items)) {
              seen.add(item);
            }
            await(producer);
          }
        }));
    assertThat(seen).hasSize(1000).startsWith(0, 1, 2).endsWith(999);
  }

  @Test
  void failureOfAPublisherArrivesAfterItsItems() {
    List<Integer> seen = new ArrayList<>();
    Flow.Publisher<Integer> publisher =
        subscriber ->
            subscriber.onSubscribe(
                new Flow.Subscription() {
                  @Override
                  public void request(long n) {
                    subscriber.onNext(1);
                    subscriber.onNext(2);
                    subscriber.onError(new IOException("broken"));
                  }

                  @Override
                  public void cancel() {}
                });
    assertThatThrownBy(() ->
            run(
                async(() -> {
                  for (int item : asyncFor(fromPublisher(publisher))) {
                    seen.add(item);
                  }
                })))
        .isExactlyInstanceOf(IOException.class);
    assertThat(seen).containsExactly(1, 2);
  }

  @Test
  void generatorFeedsASubscriberAsMuchAsItRequests() {
    List<Object> events = new ArrayList<>();
    run(
        async(() -> {
          AsyncGenerator<Integer> numbers =
              asyncGenerator(yielder -> {
                for (int i = 0; i < 5; i++) {
                  events.add("made " + i);
                  yielder.yield(i);
                }
              });
          Future<String> end = getRunningLoop().createFuture();
          toPublisher(numbers)
              .subscribe(
                  new Flow.Subscriber<Integer>() {
                    private Flow.Subscription subscription;

                    @Override
                    public void onSubscribe(Flow.Subscription subscription) {
                      this.subscription = subscription;
                      subscription.request(1);
                    }

                    @Override
                    public void onNext(Integer item) {
                      events.add("got " + item);
                      if (item == 2) {
                        subscription.cancel();
                        getRunningLoop().callSoon(() -> end.setResult("cancelled"));
                      } else {
                        subscription.request(1);
                      }
                    }

                    @Override
                    public void onError(Throwable throwable) {
                      events.add(throwable);
                    }

                    @Override
                    public void onComplete() {
                      events.add("complete");
                    }
                  });
          await(end);
        }));
    assertThat(events).containsExactly("made 0", "got 0", "made 1", "got 1", "made 2", "got 2");
  }

  @Test
  void loopServesAsAnExecutorForOtherLibraries() throws Exception {
    EventLoop loop = EventLoop.create();
    ScheduledExecutorService executor = loop.asExecutor();
    CompletableFuture<Boolean> onLoop = new CompletableFuture<>();
    List<String> order = new ArrayList<>();
    Thread user =
        Thread.ofPlatform()
            .start(() -> {
              executor.execute(() -> onLoop.complete(Asyncio.getRunningLoop() == loop));
              executor.execute(() -> order.add("first"));
              executor.execute(() -> order.add("second"));
              executor.shutdown();
              assertThatThrownBy(() -> executor.execute(() -> {}))
                  .isInstanceOf(RejectedExecutionException.class);
            });
    loop.runUntilComplete(
        async(() -> {
          await(
              Asyncio.toThread(() -> {
                user.join();
                assertThat(executor.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
              }));
        }));
    loop.close();
    assertThat(onLoop.get()).isTrue();
    assertThat(order).containsExactly("first", "second");
  }

  @Test
  void scheduledWorkRunsOnTheLoopAndCanBeCancelled() {
    run(
        async(() -> {
          ScheduledExecutorService executor = getRunningLoop().asExecutor();
          Future<Integer> thrice = getRunningLoop().createFuture();
          int[] runs = {0};
          ScheduledFuture<?>[] ticking = new ScheduledFuture<?>[1];
          ticking[0] =
              executor.scheduleAtFixedRate(
                  () -> {
                    if (++runs[0] == 3) {
                      ticking[0].cancel(false);
                      thrice.setResult(3);
                    }
                  },
                  0,
                  1,
                  TimeUnit.MICROSECONDS);
          assertThat(await(thrice)).isEqualTo(3);
          await(sleep(millis(0)));
          executor.shutdown();
          assertThat(executor.isTerminated()).isTrue();
          assertThat(runs[0]).isEqualTo(3);
        }));
  }
}
