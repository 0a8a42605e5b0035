package jasyncio.testing;

import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.createTask;
import static jasyncio.Asyncio.seconds;
import static jasyncio.Asyncio.sleep;
import static jasyncio.testing.Testing.runUntilIdle;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jasyncio.Task;
import java.util.ArrayList;
import java.util.List;

class SequencerTest {
  private final Sequencer order = new Sequencer();
  private final List<Integer> log = new ArrayList<>();

  private void pass(int... positions) {
    for (int position : positions) {
      await(
          order.at(
              position,
              () -> {
                await(sleep(seconds(1)));
                log.add(position);
              }));
    }
  }

  @AsyncTest(schedules = 100)
  void stepsOfSeveralTasksRunInOrder() {
    Task<?> first = createTask(() -> pass(1, 4));
    Task<?> second = createTask(() -> pass(0, 3));
    Task<?> third = createTask(() -> pass(2, 5));
    await(first);
    await(second);
    await(third);
    assertThat(log).containsExactly(0, 1, 2, 3, 4, 5);
  }

  @AsyncTest
  void positionWithoutABodyAndBodyWithAResult() {
    Task<String> last = createTask(() -> await(order.at(1, () -> "result")));
    await(runUntilIdle());
    assertThat(last.done()).isFalse();
    await(order.at(0));
    assertThat(await(last)).isEqualTo("result");
  }

  @AsyncTest
  void failingBodyPassesItsPosition() {
    assertThatThrownBy(() ->
            await(
                order.at(
                    0,
                    () -> {
                      throw new IllegalArgumentException("body");
                    })))
        .hasMessage("body");
    await(order.at(1));
  }

  @AsyncTest
  void cancelledPositionFailsThoseBehindIt() {
    Task<?> cancelled = createTask(() -> await(order.at(1)));
    Task<?> behind = createTask(() -> await(order.at(2)));
    await(runUntilIdle());
    cancelled.cancel();
    await(jasyncio.Asyncio.wait(List.of(cancelled, behind)));
    assertThat(cancelled.cancelled()).isTrue();
    assertThat(behind.exception())
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("position 2 will not come: the task that waited for position 1 was cancelled");
    assertThatThrownBy(() -> await(order.at(3))).hasMessageContaining("will not come");
  }

  @AsyncTest
  void positionIsUsedOnce() {
    await(order.at(0));
    assertThatThrownBy(() -> await(order.at(0)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("position 0 has been used already");
    assertThatThrownBy(() -> order.at(-1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("positions begin with 0: -1");
  }
}
