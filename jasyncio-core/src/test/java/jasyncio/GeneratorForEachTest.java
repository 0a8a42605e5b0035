package jasyncio;

import static jasyncio.Asyncio.asyncFor;
import static jasyncio.Asyncio.asyncGenerator;
import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.createTask;
import static jasyncio.Asyncio.run;
import static jasyncio.Asyncio.seconds;
import static jasyncio.Asyncio.sleep;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/// What body and consumer see must not depend on whether items are pushed or pulled.
class GeneratorForEachTest {
  private static final LoopConfig VIRTUAL = LoopConfig.defaults().withVirtualTime();

  private static AsyncGenerator<Integer> upTo(int end, List<String> log) {
    return asyncGenerator(out -> {
      try {
        for (int i = 1; i <= end; i++) {
          log.add("gives " + i);
          await(sleep(seconds(1)));
          assertThat(out.yield(i)).isNull();
        }
        log.add("no more");
      } finally {
        log.add("cleans up");
        await(sleep(seconds(1)));
      }
    });
  }

  @FunctionalInterface
  private interface Way {
    void consume(AsyncGenerator<Integer> items, AsyncConsumer<Integer> consumer) throws Throwable;
  }

  private static List<String> log(
      Way way,
      Function<List<String>, AsyncGenerator<Integer>> generator,
      Function<List<String>, AsyncConsumer<Integer>> consumer,
      int cancelAfter) {
    List<String> log = new ArrayList<>();
    run(
        Asyncio.async(() -> {
          long begun = Asyncio.getRunningLoop().time().nanos();
          AsyncGenerator<Integer> items = generator.apply(log);
          Task<Void> task = createTask(() -> way.consume(items, consumer.apply(log)));
          if (cancelAfter > 0) {
            await(sleep(Asyncio.millis(cancelAfter)));
            task.cancel("now");
          }
          try {
            await(task);
            log.add("ended");
          } catch (Throwable t) {
            log.add("failed with " + t);
          }
          log.add(items.toString());
          await(items.aclose());
          log.add("after " + (Asyncio.getRunningLoop().time().nanos() - begun) / 1_000_000 + " ms");
        }),
        VIRTUAL);
    return log;
  }

  private static List<String> same(
      Function<List<String>, AsyncGenerator<Integer>> generator,
      Function<List<String>, AsyncConsumer<Integer>> consumer,
      int cancelAfter) {
    List<String> pulled =
        log(
            (items, action) -> {
              try (items) {
                for (Integer item : asyncFor(items)) {
                  action.accept(item);
                }
              }
            },
            generator,
            consumer,
            cancelAfter);
    List<String> pushed =
        log((items, action) -> await(items.forEach(action)), generator, consumer, cancelAfter);
    assertThat(pushed).isEqualTo(pulled);
    return pushed;
  }

  private static Function<List<String>, AsyncConsumer<Integer>> logging() {
    return log -> item -> log.add("takes " + item);
  }

  @Test
  void allItemsAreConsumedInOrder() {
    assertThat(same(log -> upTo(2, log), logging(), 0))
        .startsWith("gives 1", "takes 1", "gives 2", "takes 2", "no more", "cleans up", "ended");
  }

  @Test
  void aConsumerThatFailsEndsTheBody() {
    assertThat(
            same(
                log -> upTo(9, log),
                log ->
                    item -> {
                      log.add("takes " + item);
                      if (item == 2) {
                        throw new IllegalArgumentException("enough");
                      }
                    },
                0))
        .contains("takes 2", "cleans up", "failed with java.lang.IllegalArgumentException: enough")
        .doesNotContain("gives 3");
  }

  @Test
  void aBodyThatFailsEndsTheLoop() {
    assertThat(
            same(
                _ ->
                    asyncGenerator(out -> {
                      out.yield(1);
                      throw new IllegalStateException("broken");
                    }),
                logging(),
                0))
        .contains("takes 1", "failed with java.lang.IllegalStateException: broken");
  }

  @Test
  void aCancellationReachesWhoeverWaits() {
    Function<List<String>, AsyncConsumer<Integer>> slow =
        log ->
            item -> {
              try {
                await(sleep(seconds(5)));
              } finally {
                log.add("stopped taking " + item);
              }
            };
    assertThat(same(log -> upTo(2, log), slow, 500)).doesNotContain("stopped taking 1");
    assertThat(same(log -> upTo(2, log), slow, 1500))
        .containsSubsequence(
            "stopped taking 1", "cleans up", "failed with jasyncio.CancelledError: now");
  }

  @Test
  void theConsumerIsInItsOwnContextAndTheBodyInIts() {
    ContextVar<String> variable = ContextVar.withDefault("variable", "unset");
    assertThat(
            same(
                log ->
                    asyncGenerator(out ->
                        new Context()
                            .call(() -> {
                              variable.set("inner");
                              out.yield(1);
                              log.add("body: " + variable.get());
                              out.yield(2);
                              return null;
                            })),
                log ->
                    item -> {
                      log.add("consumer: " + variable.get());
                      variable.set("outer " + item);
                    },
                0))
        .startsWith("consumer: unset", "body: inner", "consumer: outer 1", "ended");
  }

  @Test
  void aFailureWhileClosingTakesThePlaceOfTheConsumers() {
    run(() -> {
      AsyncGenerator<Integer> items =
          asyncGenerator(out -> {
            try {
              out.yield(1);
            } finally {
              throwing("while closing");
            }
          });
      assertThatThrownBy(() -> await(items.forEach(_ -> throwing("consumer"))))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("while closing")
          .satisfies(t -> assertThat(t.getSuppressed()[0]).hasMessage("consumer"));
      assertThat(items).hasToString("<AsyncGenerator finished>");
    });
  }

  private static void throwing(String message) {
    throw new IllegalArgumentException(message);
  }

  @Test
  void aBodyThatIgnoresTheExitIsToldSo() {
    run(() -> {
      AsyncGenerator<Integer> items =
          asyncGenerator(out -> {
            try {
              out.yield(1);
            } catch (GeneratorExit _) {
              out.yield(2);
            }
          });
      assertThatThrownBy(() -> await(items.forEach(_ -> throwing("consumer"))))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("async generator ignored GeneratorExit");
      AsyncGenerator<Integer> swallows =
          asyncGenerator(out -> {
            try {
              out.yield(1);
            } catch (GeneratorExit _) {
              // and ends
            }
          });
      assertThatThrownBy(() -> await(swallows.forEach(_ -> throwing("consumer"))))
          .hasMessage("consumer");
    });
  }

  @Test
  void aStopAsyncIterationOfTheBodyIsABug() {
    run(() ->
        assertThatThrownBy(() ->
                await(
                    asyncGenerator(
                            _ -> {
                              throw new StopAsyncIteration();
                            })
                        .forEach(_ -> {})))
            .isInstanceOf(IllegalStateException.class)
            .hasMessage("async generator raised StopAsyncIteration"));
  }

  @Test
  void nobodyElseCanAskForItemsMeanwhile() {
    run(
        Asyncio.async(() -> {
          AsyncGenerator<Integer> items = upTo(1, new ArrayList<>());
          List<String> refused = new ArrayList<>();
          await(
              items.forEach(_ -> {
                assertThat(items.isRunning()).isTrue();
                for (Coroutine<?> request :
                    List.of(items.anext(), items.aclose(), items.forEach(_ -> {}))) {
                  try {
                    await(request);
                  } catch (IllegalStateException e) {
                    refused.add(e.getMessage());
                  }
                }
              }));
          assertThat(refused)
              .containsExactly(
                  "anext(): asynchronous generator is already running",
                  "aclose(): asynchronous generator is already running",
                  "forEach(): asynchronous generator is already running");
          assertThatThrownBy(() -> await(items.anext())).isInstanceOf(StopAsyncIteration.class);
        }),
        VIRTUAL);
  }

  @Test
  void aGeneratorThatHasStartedGivesTheRest() {
    run(
        Asyncio.async(() -> {
          List<Integer> rest = new ArrayList<>();
          List<String> log = new ArrayList<>();
          AsyncGenerator<Integer> items = upTo(3, log);
          assertThat(await(items.anext())).isEqualTo(1);
          assertThatThrownBy(() ->
                  await(
                      items.forEach(item -> {
                        rest.add(item);
                        throwing("enough");
                      })))
              .hasMessage("enough");
          assertThat(rest).containsExactly(2);
          assertThat(log).endsWith("cleans up");
          await(items.forEach(rest::add));
          assertThat(rest).containsExactly(2);
        }),
        VIRTUAL);
  }

  @Test
  void generatorsCanBeNested() {
    assertThat(
            same(
                log ->
                    asyncGenerator(
                        out -> await(upTo(2, log).forEach(item -> out.yield(10 * item)))),
                logging(),
                0))
        .contains("takes 10", "takes 20", "ended");
  }

  @Test
  void itemsOfOthersCannotBeGiven() {
    run(() -> {
      List<String> refused = new ArrayList<>();
      AsyncGenerator<Integer> items =
          asyncGenerator(out -> {
            Task<?> child = createTask(() -> out.yield(7));
            assertThatThrownBy(() -> await(child)).hasMessageStartingWith("yield outside");
            AsyncGenerator<Integer> inner = asyncGenerator(_ -> out.yield(8));
            assertThatThrownBy(() -> await(inner.anext())).hasMessageStartingWith("yield outside");
            leaked = out;
            out.yield(1);
          });
      await(
          items.forEach(item -> {
            assertThatThrownBy(() -> leaked.yield(9)).hasMessageStartingWith("yield outside");
            refused.add("took " + item);
          }));
      assertThat(refused).containsExactly("took 1");
      assertThatThrownBy(() -> leaked.yield(9)).hasMessageStartingWith("yield outside");
    });
  }

  private Yielder<Integer> leaked = _ -> null;
}
