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

import org.junit.jupiter.api.Test;

class GeneratorCloseTest {
  private static final LoopConfig VIRTUAL = LoopConfig.defaults().withVirtualTime();

  /// A generator that takes a second to clean up, and then fails if it is told to.
  private static AsyncGenerator<Integer> slowToClose(boolean failing) {
    return asyncGenerator(out -> {
      try {
        out.yield(1);
      } finally {
        await(sleep(seconds(1)));
        if (failing) {
          throw new IllegalArgumentException("while closing");
        }
      }
    });
  }

  private static AsyncGenerator<Integer> around(AsyncGenerator<Integer> inner) {
    return asyncGenerator(out -> {
      try (inner) {
        for (int item : asyncFor(inner)) {
          out.yield(item);
        }
      }
    });
  }

  @Test
  void cancellationWhileAnInnerGeneratorIsClosedIsNotLost() {
    run(
        Asyncio.async(() -> {
          Task<?> task =
              createTask(() -> {
                AsyncGenerator<Integer> outer = around(slowToClose(false));
                await(outer.anext());
                outer.close();
              });
          await(sleep(Asyncio.millis(500)));
          task.cancel("now");
          assertThatThrownBy(() -> await(task))
              .isInstanceOf(CancelledError.class)
              .hasMessage("now");
          assertThat(task.cancelled()).isTrue();
        }),
        VIRTUAL);
  }

  @Test
  void failureWhileAnInnerGeneratorIsClosedIsNotLost() {
    run(
        Asyncio.async(() -> {
          AsyncGenerator<Integer> outer = around(slowToClose(true));
          await(outer.anext());
          assertThatThrownBy(outer::close)
              .isInstanceOf(IllegalArgumentException.class)
              .hasMessage("while closing");
        }),
        VIRTUAL);
  }
}
