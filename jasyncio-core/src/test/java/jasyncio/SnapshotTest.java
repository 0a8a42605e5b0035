package jasyncio;

import static jasyncio.Asyncio.async;
import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.captureCallGraph;
import static jasyncio.Asyncio.createTask;
import static jasyncio.Asyncio.gather;
import static jasyncio.Asyncio.getRunningLoop;
import static jasyncio.Asyncio.seconds;
import static jasyncio.Asyncio.sleep;
import static jasyncio.Asyncio.toThread;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Looking at a loop and its tasks, from its own thread and from others.
@Timeout(60)
class SnapshotTest {
  private static Task<?> task(String name, AsyncAction body) {
    return createTask(async(body), TaskOptions.named(name));
  }

  private static TaskSnapshot find(Snapshot snapshot, String name) {
    return snapshot.tasks().stream().filter(task -> task.name().equals(name)).findAny().get();
  }

  @Test
  void readersOfWhatTheLoopChangesAreRefusedOnOtherThreads() {
    Asyncio.run(() -> {
      EventLoop loop = getRunningLoop();
      Future<String> future = loop.createFuture();
      List<Runnable> readers =
          List.of(
              loop::allTasks,
              loop::currentTask,
              () -> captureCallGraph(future),
              () -> Asyncio.formatCallGraph(future));
      for (Runnable reader : readers) {
        assertThatThrownBy(() -> await(toThread(reader::run)))
            .isInstanceOf(IllegalStateException.class)
            .hasMessageStartingWith("Non-thread-safe operation invoked on an event loop")
            .hasMessageEndingWith("From other threads use loop.snapshot()");
      }
    });
  }

  @Test
  void loopAnswersAnotherThread() {
    Asyncio.run(() -> {
      EventLoop loop = getRunningLoop();
      Task<?> inner = task("inner", () -> await(loop.createFuture()));
      task("outer", () -> await(gather(List.of(inner))));
      task("sleeper", () -> await(sleep(seconds(100))));
      await(sleep(Duration.ZERO));
      await(sleep(Duration.ZERO));
      task("made last", () -> {});
      Snapshot snapshot = await(toThread(() -> loop.snapshot()));
      assertThat(snapshot.reading()).isEqualTo(Snapshot.Reading.ANSWERED);
      assertThat(snapshot.loop()).isEqualTo(loop.toString());
      assertThat(snapshot.turn()).isPositive();
      assertThat(snapshot.timerCount()).isEqualTo(1);
      TaskSnapshot waiting = find(snapshot, "inner");
      TaskSnapshot outer = find(snapshot, "outer");
      assertThat(waiting.state()).isEqualTo(TaskSnapshot.State.WAITING);
      assertThat(waiting.awaits()).isEqualTo("future");
      assertThat(waiting.awaitedBy()).containsExactly(outer.number());
      assertThat(waiting.frames().getFirst().getClassName()).isEqualTo(getClass().getName());
      assertThat(outer.awaits()).isEqualTo("gather");
      assertThat(outer.awaitsTasks()).containsExactly(waiting.number());
      assertThat(find(snapshot, "sleeper").awaits()).isEqualTo("sleep");
      assertThat(snapshot.format()).contains("'outer' waiting for gather [" + waiting.number());
      assertThat(loop.snapshot(0).tasks()).allMatch(task -> task.frames().isEmpty());
    });
  }

  @Test
  void taskSeesItselfRunning() {
    Virtual.run(() -> {
      task("not begun", () -> {});
      Snapshot snapshot = getRunningLoop().snapshot(1);
      TaskSnapshot self = find(snapshot, Asyncio.currentTask().getName());
      assertThat(self.state()).isEqualTo(TaskSnapshot.State.RUNNING);
      assertThat(snapshot.currentTask()).isEqualTo(self.number());
      assertThat(self.frames())
          .singleElement()
          .satisfies(frame -> assertThat(frame.getClassName()).isEqualTo(getClass().getName()));
      assertThat(find(snapshot, "not begun").state()).isEqualTo(TaskSnapshot.State.NEW);
      await(sleep(Duration.ZERO));
    });
  }

  @Test
  void loopThatIsHeldIsReadFromOutsideAndItsHolderNamed() throws Exception {
    CountDownLatch held = new CountDownLatch(1);
    CountDownLatch letGo = new CountDownLatch(1);
    CompletableFuture<EventLoop> running = new CompletableFuture<>();
    Thread thread =
        Thread.ofPlatform()
            .start(() ->
                Asyncio.run(() -> {
                  task("waits", () -> await(sleep(seconds(1000)))).cancel();
                  running.complete(getRunningLoop());
                  Asyncio.currentTask().setName("holder");
                  holdTheLoop(held, letGo);
                }));
    EventLoop loop = running.join();
    held.await();
    Snapshot snapshot = loop.snapshot();
    letGo.countDown();
    thread.join();
    assertThat(snapshot.reading()).isEqualTo(Snapshot.Reading.FROM_OUTSIDE);
    assertThat(snapshot.state()).isEqualTo(Snapshot.State.BUSY);
    TaskSnapshot holder = find(snapshot, "holder");
    assertThat(snapshot.currentTask()).isEqualTo(holder.number());
    assertThat(snapshot.stack())
        .extracting(StackTraceElement::getMethodName)
        .contains("holdTheLoop");
    assertThat(find(snapshot, "waits").cancelling()).isEqualTo(1);
    assertThat(loop.snapshot().state()).isEqualTo(Snapshot.State.CLOSED);
  }

  private static void holdTheLoop(CountDownLatch held, CountDownLatch letGo)
      throws InterruptedException {
    held.countDown();
    letGo.await();
  }

  @Test
  void noSnapshotIsShortWithoutSayingSo() {
    int anchors = 20;
    Asyncio.run(() -> {
      EventLoop loop = getRunningLoop();
      for (int i = 0; i < 2000; i++) {
        int delay = i;
        createTask(() -> await(sleep(Duration.ofNanos(50_000L * delay))));
      }
      for (int i = 0; i < anchors; i++) {
        task("anchor", () -> await(loop.createFuture()));
      }
      List<Snapshot> taken =
          await(
              toThread(() -> {
                List<Snapshot> all = new ArrayList<>();
                for (int i = 0; i < 100; i++) {
                  all.add(loop.snapshot(0));
                }
                return all;
              }));
      for (Snapshot snapshot : taken) {
        if (snapshot.reading() != Snapshot.Reading.INCOMPLETE) {
          assertThat(snapshot.tasks().stream().filter(task -> task.name().equals("anchor")))
              .hasSize(anchors);
        }
      }
    });
  }

  @Test
  void loopThatDoesNotRunIsRead() {
    try (EventLoop loop = Virtual.loop(new ArrayList<>())) {
      loop.createTask(async(() -> {}), TaskOptions.named("not begun"));
      Snapshot snapshot = loop.snapshot();
      assertThat(snapshot.state()).isEqualTo(Snapshot.State.IDLE);
      assertThat(snapshot.reading()).isEqualTo(Snapshot.Reading.FROM_OUTSIDE);
      assertThat(snapshot.readyCount()).isEqualTo(1);
      assertThat(find(snapshot, "not begun").state()).isEqualTo(TaskSnapshot.State.NEW);
      assertThat(EventLoop.openLoops()).contains(loop);
      assertThatThrownBy(() -> loop.snapshot(-1)).isInstanceOf(IllegalArgumentException.class);
    }
  }
}
