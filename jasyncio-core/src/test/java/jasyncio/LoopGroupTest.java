package jasyncio;

import static jasyncio.Asyncio.async;
import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.getRunningLoop;
import static jasyncio.Asyncio.seconds;
import static jasyncio.Asyncio.sleep;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jasyncio.parity.Parity;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
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
      }
      assertThat(group.<Integer>onEach(i -> async(() -> i)).join()).containsExactly(0, 1);
    }
  }

  @Test
  void aGroupHasALoop() {
    assertThatThrownBy(() -> LoopGroup.start(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a group needs at least 1 loop, not 0");
  }
}
