package jasyncio.sweeps;

import static jasyncio.Asyncio.async;
import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.createTask;
import static jasyncio.Asyncio.gather;
import static jasyncio.Asyncio.millis;
import static jasyncio.Asyncio.seconds;
import static jasyncio.Asyncio.shield;
import static jasyncio.Asyncio.sleep;
import static jasyncio.Asyncio.taskGroup;
import static jasyncio.Asyncio.timeout;
import static jasyncio.Asyncio.waitFor;
import static jasyncio.sweeps.Sweeps.turns;
import static org.assertj.core.api.Assertions.assertThat;

import jasyncio.CancelledError;
import jasyncio.ExceptionGroup;
import jasyncio.Future;
import jasyncio.Task;
import jasyncio.TimeoutError;
import jasyncio.sync.Barrier;
import jasyncio.sync.Condition;
import jasyncio.sync.Event;
import jasyncio.sync.Lock;
import jasyncio.sync.Queue;
import jasyncio.sync.Semaphore;
import jasyncio.testing.AsyncTest;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What the core promises holds whichever ready task runs next, also while tasks are cancelled.
@AsyncTest(schedules = 1_000)
class ScheduleSweepTest {
  private final List<Object> log = new ArrayList<>();

  private static void end(Task<?>... tasks) {
    await(jasyncio.Asyncio.wait(List.of(tasks)));
  }

  @Test
  void lockIsHeldByOneAndPassedOn() {
    Lock lock = new Lock();
    int[] inside = {0};
    List<Task<?>> tasks = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      tasks.add(
          createTask(() ->
              await(
                  lock.with(() -> {
                    assertThat(++inside[0]).isEqualTo(1);
                    try {
                      turns(2);
                    } finally {
                      inside[0]--;
                    }
                  }))));
    }
    Task<?> impatient =
        createTask(() -> {
          turns(2);
          tasks.get(1).cancel();
        });
    await(jasyncio.Asyncio.wait(tasks));
    await(impatient);
    for (Task<?> task : tasks) {
      assertThat(task.cancelled() || task.exception() == null).isTrue();
    }
    assertThat(lock.locked()).isFalse();
    assertThat(lock.statistics().waiting()).isZero();
  }

  @Test
  void semaphoreLetsInAsManyAsItSays() {
    Semaphore semaphore = new Semaphore(2);
    int[] inside = {0};
    List<Task<?>> tasks = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      tasks.add(
          createTask(() ->
              await(
                  semaphore.with(() -> {
                    assertThat(++inside[0]).isLessThanOrEqualTo(2);
                    try {
                      turns(2);
                    } finally {
                      inside[0]--;
                    }
                  }))));
    }
    turns(2);
    tasks.get(2).cancel();
    await(jasyncio.Asyncio.wait(tasks));
    for (Task<?> task : tasks) {
      assertThat(task.cancelled() || task.exception() == null).isTrue();
    }
    assertThat(semaphore.locked()).isFalse();
    await(semaphore.acquire());
    await(semaphore.acquire());
    assertThat(semaphore.locked()).isTrue();
  }

  @Test
  void queueLosesNothingAndGivesEachItemOnce() {
    Queue<Integer> queue = new Queue<>(1);
    Task<?> producer =
        createTask(() -> {
          for (int i = 0; i < 4; i++) {
            await(queue.put(i));
          }
        });
    Task<?> first = createTask(() -> takeForEver(queue));
    Task<?> second = createTask(() -> takeForEver(queue));
    turns(3);
    first.cancel();
    await(producer);
    while (log.size() < 4) {
      await(sleep(millis(1)));
    }
    second.cancel();
    end(first, second);
    assertThat(log).containsExactlyInAnyOrder(0, 1, 2, 3);
    assertThat(queue.qsize()).isZero();
  }

  private void takeForEver(Queue<Integer> queue) {
    while (true) {
      log.add(await(queue.get()));
    }
  }

  @Test
  void notificationOfAConditionReachesOneThatIsNotCancelled() {
    Condition condition = new Condition();
    int[] permits = {0};
    List<Task<?>> waiters = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      waiters.add(
          createTask(() ->
              await(
                  condition.with(() -> {
                    await(condition.waitFor(() -> permits[0] > 0));
                    permits[0]--;
                  }))));
    }
    Task<?> giver =
        createTask(() -> {
          for (int i = 0; i < 2; i++) {
            turns(1);
            await(
                condition.with(() -> {
                  permits[0]++;
                  condition.notifyOne();
                }));
          }
        });
    turns(2);
    waiters.get(0).cancel();
    await(giver);
    await(sleep(seconds(1)));
    // two permits; the cancelled one may have had the first
    long done = waiters.stream().filter(task -> task.done() && !task.cancelled()).count();
    assertThat(done + permits[0]).isEqualTo(2);
    assertThat(permits[0]).as("permits nobody was woken for").isZero();
    waiters.forEach(Task::cancel);
    await(jasyncio.Asyncio.wait(waiters));
  }

  @Test
  void eventWakesAllWhoWait() {
    Event event = new Event();
    Task<?> first = createTask(() -> await(event.waitSet()));
    Task<?> second = createTask(() -> await(event.waitSet()));
    Task<?> setter =
        createTask(() -> {
          turns(1);
          event.set();
        });
    turns(1);
    first.cancel();
    end(first, second, setter);
    assertThat(second.result()).isEqualTo(true);
  }

  @Test
  void barrierOpensForAllOfARound() {
    Barrier barrier = new Barrier(2);
    List<Task<?>> tasks = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      tasks.add(
          createTask(() -> {
            int place = await(barrier.waitAll());
            log.add(place);
          }));
    }
    await(jasyncio.Asyncio.wait(tasks));
    assertThat(log).containsExactlyInAnyOrder(0, 0, 1, 1);
  }

  @Test
  void taskGroupEndsItsTasksBeforeItEnds() {
    int[] running = {0};
    Throwable failure = null;
    try {
      await(
          taskGroup(group -> {
            for (int i = 0; i < 3; i++) {
              int number = i;
              group.createTask(
                  async(() -> {
                    running[0]++;
                    try {
                      turns(number);
                      if (number == 1) {
                        throw new IllegalArgumentException("one");
                      }
                      await(sleep(seconds(1)));
                    } finally {
                      running[0]--;
                    }
                  }));
            }
            turns(1);
          }));
    } catch (ExceptionGroup e) {
      failure = e;
    }
    assertThat(failure).isNotNull();
    assertThat(running[0]).isZero();
    assertThat(jasyncio.Asyncio.currentTask().cancelling()).isZero();
  }

  @Test
  void timeoutAndResultAtTheSameTimeGiveOneOfTheTwo() {
    Future<String> answer = jasyncio.Asyncio.getRunningLoop().createFuture();
    Task<?> giver =
        createTask(() -> {
          await(sleep(seconds(1)));
          answer.setResult("answer");
        });
    Task<String> asker =
        createTask(() -> {
          try {
            return await(waitFor(shield(answer), seconds(1)));
          } catch (TimeoutError e) {
            return "late";
          }
        });
    assertThat(await(asker)).isIn("answer", "late");
    assertThat(asker.cancelling()).isZero();
    await(giver);
  }

  @Test
  void cancellationIsNotTakenForATimeout() {
    Task<?> victim =
        createTask(() -> {
          try {
            await(
                timeout(
                    seconds(1),
                    _ -> {
                      await(sleep(seconds(5)));
                    }));
          } catch (TimeoutError e) {
            log.add("timeout");
            turns(3);
          }
          log.add("went on");
        });
    Task<Boolean> canceller =
        createTask(() -> {
          await(sleep(seconds(1)));
          return victim.cancel(); // false if it is done
        });
    end(victim, canceller);
    assertThat(victim.cancelled()).as("after %s", log).isEqualTo(canceller.result());
    assertThat(log.contains("went on")).isNotEqualTo(victim.cancelled());
  }

  @Test
  void gatherGivesResultsInTheOrderOfItsArguments() {
    assertThat(
            await(
                gather(
                    () -> {
                      turns(2);
                      return 1;
                    },
                    () -> 2,
                    () -> {
                      turns(1);
                      return 3;
                    })))
        .containsExactly(1, 2, 3);
  }

  @Test
  void cancelledGatherCancelsWhatHasNotEnded() {
    Task<?> first = createTask(() -> turns(3));
    Task<?> second = createTask(() -> turns(3));
    Task<?> both = createTask(() -> await(gather(first, second)));
    turns(2);
    both.cancel();
    try {
      await(both);
    } catch (CancelledError e) {
      log.add("cancelled");
    }
    end(first, second);
    assertThat(log.isEmpty()).isEqualTo(!both.cancelled());
  }
}
