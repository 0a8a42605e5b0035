package jasyncio;

import static jasyncio.Asyncio.async;
import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.getRunningLoop;
import static jasyncio.Asyncio.seconds;
import static jasyncio.Asyncio.sleep;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jasyncio.parity.Parity;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
@Parity("LCY-14")
class LoopGroupTest {
  private static Coroutine<@Nullable Void> forever(CountDownLatch started, AtomicInteger ended) {
    return async(() -> {
      started.countDown();
      try {
        await(sleep(seconds(100_000)));
      } finally {
        ended.incrementAndGet();
      }
    });
  }

  @Test
  void eachLoopRunsItsOwnAndTheResultsComeInOrder() {
    try (LoopGroup group = LoopGroup.start(4)) {
      List<EventLoop> ran = group.<EventLoop>onEach(_ -> async(() -> getRunningLoop())).join();
      assertThat(ran)
          .containsExactlyElementsOf(group.loops().stream().map(BackgroundLoop::loop).toList());
      assertThat(new HashSet<>(ran)).hasSize(4);
      assertThat(group.<Integer>onEach(i -> async(() -> i * i)).join()).containsExactly(0, 1, 4, 9);
    }
  }

  @Test
  void theFirstFailureIsToldAndTheOthersRunToTheirEnd() {
    AtomicInteger ended = new AtomicInteger();
    try (LoopGroup group = LoopGroup.start(3)) {
      CompletableFuture<List<Integer>> all =
          group.onEach(i ->
              async(() -> {
                await(sleep(seconds(0)));
                ended.incrementAndGet();
                if (i > 0) {
                  throw new IllegalStateException("loop " + i);
                }
                return i;
              }));
      assertThatThrownBy(all::get)
          .isInstanceOf(ExecutionException.class)
          .cause()
          .hasMessage("loop 1")
          .satisfies(first ->
              assertThat(first.getSuppressed()).singleElement().asString().contains("loop 2"));
      assertThat(ended).hasValue(3);
    }
  }

  @Test
  void cancellingCancelsAll() throws Exception {
    CountDownLatch started = new CountDownLatch(3);
    AtomicInteger ended = new AtomicInteger();
    try (LoopGroup group = LoopGroup.start(3)) {
      var all = group.onEach(_ -> forever(started, ended));
      started.await();
      assertThat(all.cancel(false)).isTrue();
      assertThatThrownBy(all::join).isInstanceOf(CancellationException.class);
    }
    assertThat(ended).hasValue(3);
  }

  @Test
  void closingWaitsForTheTasksOfAllLoops() throws Exception {
    CountDownLatch started = new CountDownLatch(2);
    AtomicInteger ended = new AtomicInteger();
    LoopGroup group = LoopGroup.start(2);
    group.loops().forEach(loop -> loop.execute(forever(started, ended)));
    started.await();
    group.cancelAll();
    group.close();
    group.close();
    assertThat(ended).hasValue(2);
    assertThat(group.loops()).allMatch(loop -> loop.loop().isClosed());
    assertThatThrownBy(() -> group.onEach(i -> async(() -> i)))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aGroupCannotBeClosedByOneOfItsLoops() {
    try (LoopGroup group = LoopGroup.start(2)) {
      for (BackgroundLoop loop : group.loops()) {
        assertThatThrownBy(() -> loop.submit(() -> group.close()).get())
            .hasRootCauseInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> loop.submit(() -> group.shutdown(seconds(1))).get())
            .hasRootCauseInstanceOf(IllegalStateException.class);
      }
      assertThat(group.<Integer>onEach(i -> async(() -> i)).join()).containsExactly(0, 1);
    }
  }

  @Test
  void theLoopWithTheFewestUnfinishedSubmissionsGetsTheNext() throws Exception {
    CountDownLatch started = new CountDownLatch(3);
    AtomicInteger ended = new AtomicInteger();
    try (LoopGroup group = LoopGroup.start(3)) {
      var first = group.submit(forever(started, ended));
      var second = group.submit(forever(started, ended));
      var third = group.submit(forever(started, ended));
      started.await();
      for (BackgroundLoop one : group.loops()) {
        assertThat(one.submit(() -> one.others().size() - 1).get()).isEqualTo(1);
      }
      second.cancel(false);
      assertThat(group.<EventLoop>submit(() -> getRunningLoop()).get())
          .isSameAs(group.loops().get(1).loop());
      first.cancel(false);
      third.cancel(false);
    }
  }

  @Test
  void equalKeysAreOfOneLoop() throws Exception {
    try (LoopGroup group = LoopGroup.start(4)) {
      var used = new HashSet<EventLoop>();
      for (int i = 0; i < 100; i++) {
        String key = "customer " + i;
        EventLoop one = group.<EventLoop>submit(key, () -> getRunningLoop()).get();
        assertThat(group.<EventLoop>submit(new String(key), () -> getRunningLoop()).get())
            .isSameAs(one);
        used.add(one);
      }
      assertThat(used).hasSize(4);
    }
  }

  @Test
  void whatEndsInTimeHoldsNothingUp() {
    LoopGroup group = LoopGroup.start(2);
    var result = group.submit(() -> 7);
    assertThat(group.shutdown(seconds(60)).join()).isEmpty();
    assertThat(result.join()).isEqualTo(7);
    assertThat(group.loops()).allMatch(loop -> loop.loop().isClosed());
    assertThat(group.shutdown(seconds(60)).join()).as("the second time").isEmpty();
    group.close();
  }

  @Test
  void whatDoesNotEndInTimeIsCancelledAndNamed() throws Exception {
    CountDownLatch started = new CountDownLatch(1);
    AtomicInteger ended = new AtomicInteger();
    LoopGroup group = LoopGroup.start(2);
    var work = group.submit(forever(started, ended));
    started.await();
    List<String> heldUp = Asyncio.run(async(() -> await(group.shutdown(Duration.ofMillis(1)))));
    assertThat(heldUp)
        .singleElement()
        .asString()
        .contains(" was cancelled: it waits at ")
        .contains("<BackgroundLoop ");
    assertThat(ended).hasValue(1);
    assertThat(work).isCancelled();
    assertThat(group.loops()).allMatch(loop -> loop.loop().isClosed());
  }

  @Test
  void whatIgnoresItsCancellationIsNamedAndNotWaitedFor() throws Exception {
    CountDownLatch started = new CountDownLatch(1);
    CompletableFuture<String> letGo = new CompletableFuture<>();
    LoopGroup group = LoopGroup.start(1);
    var work =
        group.submit(
            async(() -> {
              started.countDown();
              while (true) {
                try {
                  return await(Asyncio.shield(Asyncio.wrapFuture(letGo)));
                } catch (CancelledError ignored) {
                  // stubborn
                }
              }
            }));
    started.await();
    List<String> heldUp = group.shutdown(Duration.ZERO, Duration.ofMillis(50)).join();
    assertThat(heldUp).hasSize(2);
    assertThat(heldUp.getLast()).contains(" was cancelled and has not ended: ");
    letGo.complete("at last");
    assertThat(work.get()).isEqualTo("at last");
    group.loops().forEach(BackgroundLoop::close);
  }

  @Test
  void aLoopThatIsBlockedIsNamed() throws Exception {
    CountDownLatch started = new CountDownLatch(1);
    CountDownLatch letGo = new CountDownLatch(1);
    LoopGroup group = LoopGroup.start(1);
    var work =
        group.submit(() -> {
          started.countDown();
          letGo.await();
        });
    started.await();
    List<String> heldUp = group.shutdown(Duration.ZERO, Duration.ZERO).join();
    assertThat(heldUp)
        .allMatch(line -> line.endsWith(" does not answer: something blocks its thread"));
    assertThat(heldUp).hasSize(2);
    letGo.countDown();
    work.join();
    group.loops().forEach(BackgroundLoop::close);
  }

  @Test
  void eachLoopHasItsValueWhichIsClosedThereAfterAllTasks() throws Exception {
    Queue<String> log = new ConcurrentLinkedQueue<>();
    CountDownLatch started = new CountDownLatch(1);
    LoopGroup group = LoopGroup.start(2);
    LoopLocal<EventLoop> values =
        group
            .local(
                _ -> async(() -> getRunningLoop()),
                made -> {
                  await(sleep(seconds(0)));
                  log.add(made == getRunningLoop() ? "closed on its loop" : "elsewhere");
                })
            .get();
    assertThat(group.onEach(_ -> async(() -> values.get() == getRunningLoop())).get())
        .containsExactly(true, true);
    group
        .loops()
        .getFirst()
        .execute(
            async(() -> {
              started.countDown();
              try {
                await(sleep(seconds(100_000)));
              } finally {
                log.add("last task, " + (values.get() == getRunningLoop()));
              }
            }));
    started.await();
    assertThat(group.shutdown(Duration.ZERO).join()).hasSize(1);
    assertThat(log)
        .containsExactlyInAnyOrder("closed on its loop", "last task, true", "closed on its loop");
    assertThat(List.copyOf(log).getLast()).isEqualTo("closed on its loop");
    assertThatThrownBy(() -> Asyncio.run(() -> values.get()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("is not of <LoopGroup 2 loops>");
  }

  @Test
  void aValueThatCannotBeMadeFailsTheFutureAndTheOthersAreClosed() throws Exception {
    Queue<String> log = new ConcurrentLinkedQueue<>();
    LoopGroup group = LoopGroup.start(2);
    var values =
        group.<String>local(
            i ->
                async(() -> {
                  if (i == 1) {
                    throw new IllegalStateException("none for loop 1");
                  }
                  return "of loop " + i;
                }),
            log::add);
    assertThatThrownBy(values::get).hasRootCauseMessage("none for loop 1");
    assertThat(group.shutdown(seconds(60)).join()).isEmpty();
    assertThat(log).containsExactly("of loop 0");
  }

  @Test
  void aValueThatCannotBeClosedIsReported() throws Exception {
    Queue<@Nullable Throwable> reports = new ConcurrentLinkedQueue<>();
    RuntimeException failure = new RuntimeException("stuck");
    LoopGroup group = LoopGroup.start(1);
    group
        .local(
            _ ->
                async(() -> {
                  getRunningLoop()
                      .setExceptionHandler((_, report) -> reports.add(report.exception()));
                  return "value";
                }),
            _ -> {
              throw failure;
            })
        .get();
    assertThat(group.shutdown(seconds(60)).join()).isEmpty();
    assertThat(reports).containsExactly(failure);
  }

  @Test
  void aGroupHasALoop() {
    assertThatThrownBy(() -> LoopGroup.start(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a group needs at least 1 loop, not 0");
  }
}
