package jasyncio;

import static jasyncio.Asyncio.async;
import static jasyncio.Asyncio.asyncFor;
import static jasyncio.Asyncio.asyncGenerator;
import static jasyncio.Asyncio.await;
import static org.assertj.core.api.Assertions.assertThat;

import jasyncio.parity.Parity;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

@Parity({"AGN-01", "LCY-12"})
class AsyncGeneratorShutdownTest {
  private final List<Object> log = new ArrayList<>();
  private final EventLoop loop = EventLoop.create(LoopConfig.defaults().withVirtualTime());

  private AsyncGenerator<Integer> generator(String name) {
    return asyncGenerator(y -> {
      try {
        y.yield(1);
        y.yield(2);
      } finally {
        log.add(name);
      }
    });
  }

  @Test
  void closesTheOpenOnesInTheOrderOfTheirStart() {
    try (loop) {
      loop.runUntilComplete(
          async(() -> {
            await(generator("a").anext());
            for (int ignored : asyncFor(generator("ended"))) {}
            await(generator("b").anext());
          }));
      loop.runUntilComplete(loop.shutdownAsyncgens());
      assertThat(log).containsExactly("ended", "a", "b");
    }
  }

  /// As in CPython, where they stay listed until they are collected; vector rconf-1-00700.
  @Test
  void takesItsTurnsForThoseThatHaveEnded() {
    try (loop) {
      loop.runUntilComplete(loop.shutdownAsyncgens());
      long idle = loop.turn();
      loop.runUntilComplete(
          async(() -> {
            for (int ignored : asyncFor(generator("ended"))) {}
          }));
      long before = loop.turn();
      loop.runUntilComplete(loop.shutdownAsyncgens());
      assertThat(loop.turn() - before).isEqualTo(idle + 3);
    }
  }

  @Test
  void remembersALimitedNumberOfThoseThatHaveEnded() {
    try (loop) {
      loop.runUntilComplete(
          async(() -> {
            for (int i = 0; i < 1000; i++) {
              for (int ignored : asyncFor(generator("ended"))) {}
            }
            await(generator("open").anext());
          }));
      assertThat(loop.kernel.generators.takeAll()).hasSize(65);
    }
  }

  @Test
  void doesNotReportErrorsOfAClosingGenerator() {
    List<String> reports = new ArrayList<>();
    loop.setExceptionHandler((_, context) -> reports.add(context.message()));
    try (loop) {
      loop.runUntilComplete(
          async(() -> {
            await(failing(new AssertionError("an error")).anext());
            await(failing(new java.io.IOException("an exception")).anext());
          }));
      loop.runUntilComplete(loop.shutdownAsyncgens());
    }
    assertThat(reports)
        .singleElement()
        .asString()
        .startsWith("an error occurred during closing of asynchronous generator");
  }

  private static AsyncGenerator<Integer> failing(Throwable failure) {
    return asyncGenerator(y -> {
      try {
        y.yield(1);
      } finally {
        throwIt(failure);
      }
    });
  }

  private static void throwIt(Throwable failure) throws Throwable {
    throw failure;
  }

  /// Unlike in CPython, where the collector closes them.
  @Test
  void cancelledShutdownCanBeRepeatedForThoseItHadNotReached() {
    try (loop) {
      loop.runUntilComplete(
          async(() -> {
            await(generator("a").anext());
            await(generator("b").anext());
            Task<?> shutdown = loop.createTask(loop.shutdownAsyncgens());
            await(Asyncio.sleep(java.time.Duration.ZERO));
            shutdown.cancel(); // before the tasks it has made could start
            await(Asyncio.wait(List.of(shutdown)));
            assertThat(shutdown.cancelled()).isTrue();
            assertThat(log).isEmpty();
          }));
      loop.runUntilComplete(loop.shutdownAsyncgens());
      assertThat(log).containsExactly("a", "b");
    }
  }
}
