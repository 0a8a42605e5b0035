package jasyncio;

import static jasyncio.Asyncio.async;
import static jasyncio.Asyncio.asyncFor;
import static jasyncio.Asyncio.asyncGenerator;
import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.fromPublisher;
import static jasyncio.Asyncio.run;
import static jasyncio.Asyncio.seconds;
import static jasyncio.Asyncio.sleep;
import static jasyncio.Asyncio.toPublisher;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Flow;
import org.junit.jupiter.api.Test;

class PublisherSignalsTest {
  private static final LoopConfig VIRTUAL = LoopConfig.defaults().withVirtualTime();

  /// Sends all it has and its end in one go, when the first item is requested.
  private static Flow.Publisher<Integer> eager() {
    return subscriber ->
        subscriber.onSubscribe(
            new Flow.Subscription() {
              @Override
              public void request(long n) {
                for (int i = 1; i <= 3; i++) {
                  subscriber.onNext(i);
                }
                subscriber.onComplete();
              }

              @Override
              public void cancel() {}
            });
  }

  @Test
  void signalsKeepTheirOrderWhateverTheChooserDoes() {
    List<Integer> got = new ArrayList<>();
    run(
        async(() -> {
          for (int item : asyncFor(fromPublisher(eager()))) {
            got.add(item);
          }
        }),
        VIRTUAL.withChooser(ready -> ready.ofThisTurn() - 1));
    assertThat(got).containsExactly(1, 2, 3);
  }

  @Test
  void cancelledSubscriptionClosesTheGenerator() {
    List<String> log = new ArrayList<>();
    run(
        async(() -> {
          AsyncGenerator<Integer> numbers =
              asyncGenerator(out -> {
                try {
                  out.yield(1);
                  out.yield(2);
                } finally {
                  await(sleep(seconds(1)));
                  log.add("closed");
                }
              });
          try (PublisherIterator<Integer> items = fromPublisher(toPublisher(numbers), 1)) {
            assertThat(await(items.anext())).isEqualTo(1);
          }
          await(sleep(seconds(2)));
          assertThat(log).containsExactly("closed");
        }),
        VIRTUAL);
  }
}
