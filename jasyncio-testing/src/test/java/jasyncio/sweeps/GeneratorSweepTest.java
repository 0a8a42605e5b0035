package jasyncio.sweeps;

import static jasyncio.Asyncio.asyncFor;
import static jasyncio.Asyncio.asyncGenerator;
import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.fromPublisher;
import static jasyncio.Asyncio.getRunningLoop;
import static jasyncio.Asyncio.seconds;
import static jasyncio.Asyncio.sleep;
import static jasyncio.sweeps.CancelSafety.Safe.NO;
import static jasyncio.sweeps.CancelSafety.Safe.YES;
import static jasyncio.sweeps.Sweeps.sweep;
import static org.assertj.core.api.Assertions.assertThat;

import jasyncio.AsyncGenerator;
import jasyncio.Asyncio;
import jasyncio.PublisherIterator;
import jasyncio.StopAsyncIteration;
import jasyncio.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Flow;
import java.util.concurrent.SubmissionPublisher;
import org.junit.jupiter.api.Test;

@Topic("Generators and iterators")
class GeneratorSweepTest {
  /// How often the generator ended although it had more to give.
  private int losses;

  /// Counts to three, one each second, and takes a second to clean up.
  private static final class Counter {
    private int open;
    private final List<Object> sent = new ArrayList<>();

    AsyncGenerator<Integer> items() {
      return asyncGenerator(out -> {
        open++;
        try {
          for (int i = 1; i <= 3; i++) {
            await(sleep(seconds(1)));
            try {
              Object given = out.yield(i);
              if (given != null) {
                sent.add(given);
              }
            } catch (IllegalArgumentException e) {
              await(sleep(seconds(1)));
              sent.add(e.getMessage());
            }
          }
        } finally {
          try {
            await(sleep(seconds(1)));
          } finally {
            open--;
          }
        }
      });
    }

    void assertClosed() {
      assertThat(open).as("open").isZero();
    }
  }

  @Test
  @CancelSafety(
      of = {"Asyncio.asyncFor", "AsyncGenerator.anext"},
      safe = NO,
      then =
          "The body of the generator gets the `CancelledError` at its own await, cleans up and"
              + " ends, unless it catches it: the rest of its items is lost.")
  void asyncForEndsTheGenerator() {
    sweep(
        "asyncFor over a generator",
        world -> {
          Counter counter = new Counter();
          AsyncGenerator<Integer> items = counter.items();
          List<Integer> got = new ArrayList<>();
          Task<?> victim =
              world.victim(() -> {
                for (int item : asyncFor(items)) {
                  got.add(item);
                }
              });
          world.check(() -> {
            if (victim.cancelled()) {
              for (int item : asyncFor(items)) {
                got.add(item);
              }
              if (got.size() < 3) {
                losses++;
              }
            } else {
              assertThat(got).containsExactly(1, 2, 3);
            }
            counter.assertClosed();
          });
        });
    assertThat(losses).isPositive();
  }

  @Test
  @CancelSafety(
      of = "AsyncGenerator.forEach",
      safe = NO,
      then =
          "Whichever of generator and consumer awaits gets the `CancelledError`; the generator is"
              + " closed, and the rest of its items is lost.")
  void forEachClosesTheGenerator() {
    sweep(
        "forEach",
        world -> {
          Counter counter = new Counter();
          AsyncGenerator<Integer> items = counter.items();
          List<Integer> got = new ArrayList<>();
          boolean[] begun = new boolean[1];
          Task<?> victim =
              world.victim(() -> {
                begun[0] = true;
                await(
                    items.forEach(item -> {
                      await(sleep(seconds(1)));
                      got.add(item);
                    }));
              });
          world.check(() -> {
            counter.assertClosed();
            assertThat(items.isRunning()).isFalse();
            if (begun[0]) {
              assertThat(asyncFor(items)).isEmpty();
            }
            if (!victim.cancelled()) {
              assertThat(got).containsExactly(1, 2, 3);
            }
          });
        });
  }

  @Test
  @CancelSafety(
      of = {"AsyncGenerator.aclose", "AsyncGenerator.close"},
      safe = NO,
      then =
          "What the body awaits in its `finally` throws the `CancelledError`; the generator is"
              + " closed all the same.")
  void generatorInTryWithResourcesIsClosedWhereverItIsCancelled() {
    sweep(
        "close of a generator",
        world -> {
          Counter counter = new Counter();
          List<AsyncGenerator<Integer>> made = new ArrayList<>();
          world.victim(() -> {
            try (AsyncGenerator<Integer> items = counter.items()) {
              made.add(items);
              for (int item : asyncFor(items)) {
                await(sleep(seconds(1)));
                if (item == 2) {
                  break;
                }
              }
            }
          });
          world.check(() -> {
            counter.assertClosed();
            for (AsyncGenerator<Integer> items : made) {
              assertThat(items.isRunning()).isFalse();
              assertThat(asyncFor(items)).isEmpty();
            }
          });
        });
    sweep(
        "aclose",
        world -> {
          Counter counter = new Counter();
          world.victim(() -> {
            AsyncGenerator<Integer> items = counter.items();
            try {
              await(items.anext());
            } finally {
              await(items.aclose());
            }
          });
          world.check(counter::assertClosed);
        });
  }

  @Test
  @CancelSafety(
      of = "AsyncGenerator.asend",
      safe = NO,
      then = "As `anext`. The value that was sent has reached the body.")
  void asendEndsTheGenerator() {
    sweep(
        "asend",
        world -> {
          Counter counter = new Counter();
          world.victim(() -> {
            AsyncGenerator<Integer> items = counter.items();
            try {
              await(items.asend(null));
              await(items.asend("x"));
              await(items.asend("y"));
              await(items.asend("z"));
            } catch (StopAsyncIteration e) {
              assertThat(counter.sent).containsExactly("x", "y", "z");
            }
          });
          world.check(() -> {
            if (counter.open > 0) { // it was cancelled between two items: nobody has closed it
              await(getRunningLoop().shutdownAsyncgens());
            }
            counter.assertClosed();
          });
        });
  }

  @Test
  @CancelSafety(
      of = "AsyncGenerator.athrow",
      safe = NO,
      then = "As `anext`. The exception has reached the body.")
  void athrowEndsTheGenerator() {
    sweep(
        "athrow",
        world -> {
          Counter counter = new Counter();
          world.victim(() -> {
            try (AsyncGenerator<Integer> items = counter.items()) {
              await(items.anext());
              assertThat(await(items.athrow(new IllegalArgumentException("thrown in"))))
                  .isEqualTo(2);
              assertThat(counter.sent).containsExactly("thrown in");
            }
          });
          world.check(counter::assertClosed);
        });
  }

  @Test
  void generatorThatConsumesAnotherIsClosedToItsEnds() {
    sweep(
        "generator of a generator",
        world -> {
          Counter counter = new Counter();
          world.victim(() -> {
            try (AsyncGenerator<Integer> doubled =
                asyncGenerator(out -> {
                  try (AsyncGenerator<Integer> items = counter.items()) {
                    for (int item : asyncFor(items)) {
                      out.yield(2 * item);
                    }
                  }
                })) {
              for (int item : asyncFor(doubled)) {
                await(sleep(seconds(1)));
                if (item == 4) {
                  break;
                }
              }
            }
          });
          world.check(counter::assertClosed);
        });
  }

  @Test
  @CancelSafety(
      of = "EventLoop.shutdownAsyncgens",
      safe = NO,
      then =
          "What the generators await in their `finally` throws the `CancelledError`; they are"
              + " closed all the same. Those that had not been asked yet stay open until it is"
              + " called again.")
  void shutdownAsyncgensClosesThemAllTheSame() {
    sweep(
        "shutdownAsyncgens",
        world -> {
          Counter first = new Counter();
          Counter second = new Counter();
          await(first.items().anext());
          await(second.items().anext());
          world.victim(() -> await(getRunningLoop().shutdownAsyncgens()));
          world.check(() -> {
            await(getRunningLoop().shutdownAsyncgens()); // what was cancelled before it started
            first.assertClosed();
            second.assertClosed();
          });
        });
  }

  @Test
  @CancelSafety(
      of = {"PublisherIterator.anext"},
      safe = YES,
      then = "No item is taken.")
  void itemsOfAPublisherAreNeitherLostNorDoubled() {
    sweep(
        "items of a publisher",
        world -> {
          SubmissionPublisher<Integer> publisher = new SubmissionPublisher<>(Runnable::run, 16);
          PublisherIterator<Integer> items = fromPublisher(publisher, 2);
          List<Integer> got = new ArrayList<>();
          world.victim(() -> {
            for (int item : asyncFor(items)) {
              got.add(item);
              await(sleep(seconds(1)));
            }
          });
          Task<?> maker =
              world.helper(() -> {
                await(sleep(seconds(1)));
                for (int i = 1; i <= 4; i++) {
                  publisher.submit(i);
                  await(sleep(seconds(1)));
                }
                publisher.close();
              });
          world.check(() -> {
            assertThat(maker.done()).isTrue();
            if (publisher.getNumberOfSubscribers() == 0 && got.isEmpty()) {
              return; // never started: nobody had subscribed
            }
            for (int item : asyncFor(items)) {
              got.add(item);
            }
            assertThat(got).containsExactly(1, 2, 3, 4);
          });
        });
  }

  @Test
  void iteratorPublishedToASubscriberEndsWithItsSubscription() {
    sweep(
        "subscriber of a published iterator",
        world -> {
          Counter counter = new Counter();
          List<Integer> got = new ArrayList<>();
          List<String> log = new ArrayList<>();
          Flow.Publisher<Integer> publisher = Asyncio.toPublisher(counter.items());
          world.victim(() -> {
            try (PublisherIterator<Integer> items = fromPublisher(publisher, 1)) {
              for (int item : asyncFor(items)) {
                got.add(item);
              }
              log.add("all");
            }
          });
          world.check(() -> {
            await(sleep(seconds(10))); // until the publisher's own task has ended
            counter.assertClosed();
            if (!log.isEmpty()) {
              assertThat(got).containsExactly(1, 2, 3);
            }
          });
        });
  }
}
