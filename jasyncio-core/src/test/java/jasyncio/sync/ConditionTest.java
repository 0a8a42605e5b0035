package jasyncio.sync;

import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.createTask;
import static jasyncio.sync.Loops.run;
import static jasyncio.sync.Loops.turn;
import static jasyncio.sync.Loops.turns;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jasyncio.CancelledError;
import jasyncio.Task;
import jasyncio.parity.Parity;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

@Parity("SYN-03")
class ConditionTest {
  private final Condition condition = new Condition();
  private final List<String> log = new ArrayList<>();

  private Task<?> waiter(String name) {
    return createTask(() ->
        await(
            condition.with(() -> {
              await(condition.waitNotified());
              log.add(name);
            })));
  }

  @Test
  void notifyWakesTheLongestWaiting() {
    run(() -> {
      for (String name : List.of("a", "b", "c", "d")) {
        waiter(name);
      }
      turns(1);
      assertThat(condition.statistics().waiting()).isEqualTo(4);
      await(condition.with(condition::notifyOne));
      turns(3);
      assertThat(log).containsExactly("a");
      await(condition.with(() -> condition.notify(2)));
      turns(3);
      assertThat(log).containsExactly("a", "b", "c");
      await(condition.with(condition::notifyWaiters));
      turns(3);
      assertThat(log).containsExactly("a", "b", "c", "d");
      assertThat(condition.statistics())
          .isEqualTo(new Condition.Statistics(0, new Lock.Statistics(false, 0)));
    });
  }

  @Test
  void waitForAsksAgainAfterEachNotification() {
    run(() -> {
      int[] value = {0};
      Task<Boolean> waiter =
          createTask(
              () -> await(condition.with(() -> await(condition.waitFor(() -> value[0] == 2)))));
      for (int i = 1; i <= 2; i++) {
        turns(3);
        assertThat(waiter.done()).isFalse();
        value[0] = i;
        await(condition.with(condition::notifyOne));
      }
      assertThat(await(waiter)).isTrue();
    });
  }

  @Test
  void waitForOfATruePredicateDoesNotSwitch() {
    run(() ->
        await(
            condition.with(() -> {
              long turn = turn();
              assertThat(await(condition.waitFor(() -> true))).isTrue();
              assertThat(turn()).isEqualTo(turn);
            })));
  }

  @Test
  void waitingAndNotifyingNeedTheLock() {
    run(() -> {
      assertThatThrownBy(() -> await(condition.waitNotified()))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageStartingWith("cannot wait on un-acquired lock");
      assertThatThrownBy(condition::notifyOne)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageStartingWith("cannot notify on un-acquired lock");
    });
  }

  @Test
  void cancelledWaiterTakesTheLockBeforeItThrows() {
    run(() -> {
      Task<?> waiter =
          createTask(() ->
              await(
                  condition.with(() -> {
                    try {
                      await(condition.waitNotified());
                    } catch (CancelledError e) {
                      log.add("locked " + condition.locked() + " " + e.getMessage());
                      throw e;
                    }
                  })));
      turns(1);
      await(condition.acquire());
      waiter.cancel("first");
      turns(2);
      waiter.cancel("second"); // while it waits for the lock
      turns(2);
      assertThat(waiter.done()).isFalse();
      condition.release();
      assertThatThrownBy(() -> await(waiter)).isInstanceOf(CancelledError.class);
      assertThat(log).containsExactly("locked true second");
      assertThat(condition.locked()).isFalse();
    });
  }

  @Test
  void cancelledWaiterPassesItsNotificationOn() {
    run(() -> {
      Task<?> first = waiter("first");
      Task<?> second = waiter("second");
      turns(1);
      await(condition.with(condition::notifyOne));
      first.cancel();
      await(second);
      assertThat(first.cancelled()).isTrue();
      assertThat(log).containsExactly("second");
    });
  }

  @Test
  void sharesALockWithOthers() {
    run(() -> {
      Lock lock = new Lock();
      Condition other = new Condition(lock);
      try (var _ = await(lock.hold())) {
        assertThat(other.locked()).isTrue();
        other.notifyWaiters();
      }
      assertThat(other.locked()).isFalse();
    });
  }
}
