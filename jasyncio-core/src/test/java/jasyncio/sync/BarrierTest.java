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
import org.junit.jupiter.api.Test;

@Parity("SYN-06")
class BarrierTest {
  @Test
  void opensWhenAllHaveArrivedAndCanBeUsedAgain() {
    run(() -> {
      Barrier barrier = new Barrier(3);
      for (int round = 0; round < 3; round++) {
        assertThat(await(gather(barrier.waitAll(), barrier.waitAll(), barrier.waitAll())))
            .containsExactly(0, 1, 2);
        assertThat(barrier.statistics()).isEqualTo(new Barrier.Statistics(3, 0, false));
      }
    });
  }

  @Test
  void barrierForOneDoesNotSwitch() {
    run(() -> {
      Barrier barrier = new Barrier(1);
      long turn = turn();
      assertThat(await(barrier.waitAll())).isZero();
      assertThat(turn()).isEqualTo(turn);
    });
  }

  @Test
  void cancelledTaskHasNotArrived() {
    run(() -> {
      Barrier barrier = new Barrier(2);
      Task<Integer> gone = createTask(barrier.waitAll());
      turns(1);
      assertThat(barrier.nWaiting()).isEqualTo(1);
      gone.cancel();
      turns(2);
      assertThat(barrier.nWaiting()).isZero();
      assertThat(await(gather(barrier.waitAll(), barrier.waitAll()))).containsExactly(0, 1);
    });
  }

  @Test
  void abortBreaksItForThoseWhoWaitAndThoseWhoCome() {
    run(() -> {
      Barrier barrier = new Barrier(2);
      Task<Integer> waiter = createTask(barrier.waitAll());
      turns(1);
      await(barrier.abort());
      assertThatThrownBy(() -> await(waiter))
          .isInstanceOf(BrokenBarrierError.class)
          .hasMessageStartingWith("Abort or reset of barrier");
      assertThatThrownBy(() -> await(barrier.waitAll()))
          .isInstanceOf(BrokenBarrierError.class)
          .hasMessageStartingWith("Barrier aborted");
      assertThat(barrier.broken()).isTrue();
      assertThat(barrier.toString()).endsWith("[broken]>");
      await(barrier.reset());
      assertThat(barrier.toString()).endsWith("[filling, waiters:0/2]>");
      assertThat(await(gather(barrier.waitAll(), barrier.waitAll()))).containsExactly(0, 1);
    });
  }

  @Test
  void resetSendsTheWaitersAway() {
    run(() -> {
      Barrier barrier = new Barrier(2);
      Task<Integer> waiter = createTask(barrier.waitAll());
      turns(1);
      await(barrier.reset());
      assertThatThrownBy(() -> await(waiter)).isInstanceOf(BrokenBarrierError.class);
      assertThat(barrier.broken()).isFalse();
    });
  }

  @Test
  void refusesNoParties() {
    assertThatThrownBy(() -> new Barrier(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("parties must be >= 1, not 0");
  }
}
