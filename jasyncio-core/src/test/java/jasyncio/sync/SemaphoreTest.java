package jasyncio.sync;

import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.createTask;
import static jasyncio.Asyncio.gather;
import static jasyncio.Asyncio.millis;
import static jasyncio.Asyncio.sleep;
import static jasyncio.sync.Loops.run;
import static jasyncio.sync.Loops.turn;
import static jasyncio.sync.Loops.turns;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jasyncio.AsyncBody;
import jasyncio.Coroutine;
import jasyncio.Task;
import jasyncio.parity.Parity;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

@Parity("SYN-04")
class SemaphoreTest {
  @Test
  void letsSoManyInAtATime() {
    Semaphore semaphore = new Semaphore(3);
    int[] inside = {0, 0};
    run(() -> {
      List<Coroutine<Integer>> workers = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        workers.add(
            semaphore.with(
                (AsyncBody<Integer>)
                    () -> {
                      inside[1] = Math.max(inside[1], ++inside[0]);
                      await(sleep(millis(5)));
                      return inside[0]--;
                    }));
      }
      await(gather(workers));
    });
    assertThat(inside).containsExactly(0, 3);
    assertThat(semaphore.statistics()).isEqualTo(new Semaphore.Statistics(3, 0));
  }

  @Test
  void freePermitIsTakenWithoutASwitch() {
    run(() -> {
      Semaphore semaphore = new Semaphore();
      long turn = turn();
      assertThat(await(semaphore.acquire())).isTrue();
      assertThat(semaphore.locked()).isTrue();
      semaphore.release();
      assertThat(turn()).isEqualTo(turn);
    });
  }

  @Test
  void releasedPermitIsHandedOverAtOnce() {
    run(() -> {
      Semaphore semaphore = new Semaphore();
      await(semaphore.acquire());
      Task<Boolean> waiter = createTask(semaphore.acquire());
      turns(1);
      semaphore.release();
      assertThat(semaphore.locked()).isTrue(); // nobody can overtake the waiter
      assertThat(semaphore.statistics()).isEqualTo(new Semaphore.Statistics(0, 1));
      assertThat(await(waiter)).isTrue();
    });
  }

  @Test
  void cancelledWaiterGivesItsPermitToTheNext() {
    run(() -> {
      Semaphore semaphore = new Semaphore();
      await(semaphore.acquire());
      Task<Boolean> first = createTask(semaphore.acquire());
      Task<Boolean> second = createTask(semaphore.acquire());
      turns(1);
      semaphore.release();
      first.cancel();
      assertThat(await(second)).isTrue();
      assertThat(first.cancelled()).isTrue();
      assertThat(semaphore.statistics()).isEqualTo(new Semaphore.Statistics(0, 0));
    });
  }

  @Test
  void canBeReleasedMoreOftenThanAcquired() {
    Semaphore semaphore = new Semaphore(0);
    semaphore.release();
    semaphore.release();
    assertThat(semaphore.statistics().value()).isEqualTo(2);
    assertThat(semaphore.toString()).endsWith("[unlocked, value:2]>");
  }

  @Test
  @Parity("SYN-05")
  void boundedOneRefusesThat() {
    BoundedSemaphore semaphore = new BoundedSemaphore(1);
    assertThatThrownBy(semaphore::release)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("BoundedSemaphore released too many times");
    run(() -> {
      await(semaphore.acquire());
      semaphore.release();
    });
  }

  @Test
  void refusesANegativeValue() {
    assertThatThrownBy(() -> new Semaphore(-1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Semaphore initial value must be >= 0, not -1");
  }
}
