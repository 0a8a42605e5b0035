package jasyncio;

import static jasyncio.Asyncio.async;
import static jasyncio.Asyncio.asyncFor;
import static jasyncio.Asyncio.asyncGenerator;
import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.createTask;
import static jasyncio.Asyncio.gather;
import static jasyncio.Asyncio.millis;
import static jasyncio.Asyncio.sleep;
import static jasyncio.Asyncio.timeout;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Tasks that wait for each other in a circle can be cancelled.
class CircleTest {
  private final List<Task<Object>> circle = new ArrayList<>();

  private static void run(AsyncAction body) {
    Asyncio.run(async(body), LoopConfig.defaults().withVirtualTime());
  }

  /// A circle of so many tasks, each waiting for the next.
  private void startCircle(int size) {
    for (int i = 0; i < size; i++) {
      int next = (i + 1) % size;
      circle.add(createTask(() -> await(circle.get(next))));
    }
    await(sleep(millis(1)));
  }

  @Test
  void cancellingOneEndsThemAll() {
    for (int size = 2; size < 6; size++) {
      int tasks = size;
      circle.clear();
      run(() -> {
        startCircle(tasks);
        assertThat(circle.get(1).cancel("out")).isTrue();
        assertThat(circle.get(1).cancelling()).isEqualTo(1);
        assertThatThrownBy(() -> await(circle.getFirst())).isInstanceOf(CancelledError.class);
        await(sleep(millis(1)));
        assertThat(circle).allMatch(Future::cancelled);
      });
    }
  }

  @Test
  void cancelledAgainBeforeItRunsItStillGetsOneCancellation() {
    List<String> caught = new ArrayList<>();
    run(() -> {
      circle.add(
          createTask(() -> {
            try {
              await(circle.get(1));
            } catch (CancelledError e) {
              caught.add(e.getMessage());
            }
            return await(sleep(millis(5), "went on"));
          }));
      circle.add(createTask(() -> await(circle.get(0))));
      await(sleep(millis(1)));
      circle.get(0).cancel("first");
      circle.get(0).cancel("second");
      assertThat(await(circle.get(1))).isEqualTo("went on");
      assertThat(caught).containsExactly("second");
    });
  }

  @Test
  void circleThroughAGatherWithTwoWaysBackEndsToo() {
    run(() -> {
      circle.add(createTask(() -> await(gather(circle.get(1), circle.get(2)))));
      circle.add(createTask(() -> await(circle.get(0))));
      circle.add(createTask(() -> await(circle.get(0))));
      await(sleep(millis(1)));
      circle.get(0).cancel();
      await(sleep(millis(1)));
      assertThat(circle).allMatch(Future::cancelled);
    });
  }

  @Test
  void circleThroughAGeneratorEndsToo() {
    run(() -> {
      circle.add(
          createTask(() -> {
            for (Object item : asyncFor(asyncGenerator(y -> y.yield(await(circle.get(1)))))) {
              return item;
            }
            return null;
          }));
      circle.add(createTask(() -> await(circle.get(0))));
      await(sleep(millis(1)));
      circle.get(1).cancel();
      await(sleep(millis(1)));
      assertThat(circle).allMatch(Future::cancelled);
    });
  }

  @Test
  void timeoutGetsOutOfACircle() {
    run(() -> {
      startCircle(3);
      Task<Object> outside =
          createTask(() -> await(timeout(millis(5), () -> await(circle.getFirst()))));
      assertThatThrownBy(() -> await(outside)).isInstanceOf(TimeoutError.class);
    });
  }

  @Test
  void runEndsWithACircleLeftBehind() {
    run(() -> startCircle(3));
    assertThat(circle).allMatch(Future::cancelled);
  }
}
