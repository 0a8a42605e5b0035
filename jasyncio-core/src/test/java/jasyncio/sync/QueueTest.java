package jasyncio.sync;

import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.createTask;
import static jasyncio.Asyncio.gather;
import static jasyncio.sync.Loops.run;
import static jasyncio.sync.Loops.turn;
import static jasyncio.sync.Loops.turns;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jasyncio.Task;
import jasyncio.parity.Parity;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

@Parity({"QUE-01", "QUE-03", "QUE-04", "QUE-06"})
class QueueTest {
  @Test
  void firstInFirstOut() {
    Queue<String> queue = new Queue<>();
    List.of("a", "b", "c").forEach(queue::putNowait);
    assertThat(drain(queue)).containsExactly("a", "b", "c");
  }

  @Test
  @Parity("QUE-05")
  void lastInFirstOut() {
    Queue<String> queue = new LifoQueue<>();
    List.of("a", "b", "c").forEach(queue::putNowait);
    assertThat(drain(queue)).containsExactly("c", "b", "a");
  }

  @Test
  void holdsNull() {
    Queue<@Nullable String> queue = new Queue<>();
    queue.putNowait(null);
    assertThat(queue.qsize()).isEqualTo(1);
    assertThat(queue.getNowait()).isNull();
  }

  @Test
  void nothingToWaitForMeansNoSwitch() {
    run(() -> {
      Queue<Integer> queue = new Queue<>(1);
      long turn = turn();
      await(queue.put(1));
      assertThat(await(queue.get())).isEqualTo(1);
      queue.taskDone();
      await(queue.join());
      assertThat(turn()).isEqualTo(turn);
    });
  }

  @Test
  @Parity("QUE-02")
  void fullQueueMakesPuttersWait() {
    run(() -> {
      Queue<Integer> queue = new Queue<>(2);
      Task<?> maker =
          createTask(() -> {
            for (int i = 0; i < 10; i++) {
              await(queue.put(i));
            }
          });
      turns(3);
      assertThat(queue.full()).isTrue();
      assertThat(queue.statistics()).isEqualTo(new Queue.Statistics(2, 2, 0, 1, 2, false));
      assertThatThrownBy(() -> queue.putNowait(9)).isInstanceOf(QueueFull.class);
      for (int i = 0; i < 10; i++) {
        assertThat(await(queue.get())).isEqualTo(i);
      }
      await(maker);
    });
  }

  @Test
  void emptyQueueMakesGettersWait() {
    run(() -> {
      Queue<Integer> queue = new Queue<>();
      var both = gather(queue.get(), queue.get());
      turns(1);
      assertThat(queue.statistics()).isEqualTo(new Queue.Statistics(0, 0, 2, 0, 0, false));
      assertThatThrownBy(queue::getNowait).isInstanceOf(QueueEmpty.class);
      queue.putNowait(1);
      queue.putNowait(2);
      assertThat(await(both)).containsExactly(1, 2);
    });
  }

  @Test
  void cancelledGetterThatWasWokenWakesTheNext() {
    run(() -> {
      Queue<Integer> queue = new Queue<>();
      Task<Integer> first = createTask(queue.get());
      Task<Integer> second = createTask(queue.get());
      turns(1);
      queue.putNowait(7);
      first.cancel();
      assertThat(await(second)).isEqualTo(7);
      assertThat(first.cancelled()).isTrue();
    });
  }

  @Test
  void cancelledPutterThatWasWokenWakesTheNext() {
    run(() -> {
      Queue<Integer> queue = new Queue<>(1);
      queue.putNowait(0);
      Task<?> first = createTask(queue.put(1));
      Task<?> second = createTask(queue.put(2));
      turns(1);
      assertThat(queue.getNowait()).isZero();
      first.cancel();
      await(second);
      assertThat(queue.getNowait()).isEqualTo(2);
      assertThat(queue.statistics().puttersWaiting()).isZero();
    });
  }

  @Test
  void joinWaitsUntilAllIsDone() {
    run(() -> {
      Queue<Integer> queue = new Queue<>();
      queue.putNowait(1);
      queue.putNowait(2);
      Task<?> join = createTask(queue.join());
      queue.getNowait();
      queue.taskDone();
      turns(3);
      assertThat(join.done()).isFalse();
      queue.taskDone();
      await(join);
      assertThatThrownBy(queue::taskDone)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("task_done() called too many times");
    });
  }

  @Test
  void shutDownQueueGivesWhatIsLeft() {
    run(() -> {
      Queue<Integer> queue = new Queue<>(1);
      queue.putNowait(1);
      Task<?> putter = createTask(queue.put(2));
      turns(1);
      queue.shutdown();
      assertThatThrownBy(() -> await(putter)).isInstanceOf(QueueShutDown.class);
      assertThatThrownBy(() -> queue.putNowait(3)).isInstanceOf(QueueShutDown.class);
      assertThat(await(queue.get())).isEqualTo(1);
      assertThatThrownBy(() -> await(queue.get())).isInstanceOf(QueueShutDown.class);
      assertThatThrownBy(queue::getNowait).isInstanceOf(QueueShutDown.class);
      assertThat(queue.toString()).endsWith(" shutdown>");
    });
  }

  @Test
  void immediateShutdownDropsWhatIsLeftAndEndsJoin() {
    run(() -> {
      Queue<Integer> queue = new Queue<>();
      queue.putNowait(1);
      Task<?> join = createTask(queue.join());
      turns(1);
      queue.shutdown(true);
      await(join);
      assertThat(queue.empty()).isTrue();
      assertThatThrownBy(queue::getNowait).isInstanceOf(QueueShutDown.class);
    });
  }

  @Test
  @Parity("SYN-08")
  void refusesADifferentLoop() {
    Queue<Integer> queue = new Queue<>();
    run(() -> {
      Task<Integer> getter = createTask(queue.get());
      turns(1);
      queue.putNowait(1);
      await(getter);
    });
    run(() ->
        assertThatThrownBy(() -> await(queue.get()))
            .isInstanceOf(IllegalStateException.class)
            .hasMessageContaining("is bound to a different event loop"));
  }

  static <T extends @Nullable Object> List<T> drain(Queue<T> queue) {
    List<T> items = new ArrayList<>();
    while (!queue.empty()) {
      items.add(queue.getNowait());
    }
    return items;
  }
}
