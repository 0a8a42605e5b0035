package jasyncio.sync;

import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.createTask;
import static jasyncio.Asyncio.gather;
import static jasyncio.sync.Loops.run;
import static jasyncio.sync.Loops.turn;
import static jasyncio.sync.Loops.turns;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jasyncio.CancelledError;
import jasyncio.Task;
import jasyncio.parity.Parity;
import org.junit.jupiter.api.Test;

@Parity({"SYN-02", "SYN-08"})
class EventTest {
  private final Event event = new Event();

  @Test
  void waitingForASetEventDoesNotSwitch() {
    run(() -> {
      event.set();
      long turn = turn();
      assertThat(await(event.waitSet())).isTrue();
      assertThat(turn()).isEqualTo(turn);
    });
  }

  @Test
  void setWakesAllEvenIfItIsClearedAtOnce() {
    run(() -> {
      var both = gather(event.waitSet(), event.waitSet());
      turns(1);
      assertThat(event.statistics()).isEqualTo(new Event.Statistics(false, 2));
      assertThat(event.toString()).endsWith("[unset, waiters:2]>");
      event.set();
      event.clear();
      assertThat(await(both)).containsExactly(true, true);
      assertThat(event.isSet()).isFalse();
      assertThat(event.statistics()).isEqualTo(new Event.Statistics(false, 0));
    });
  }

  @Test
  void settingTwiceIsFine() {
    event.set();
    event.set();
    assertThat(event.isSet()).isTrue();
    assertThat(event.toString()).endsWith("[set]>");
  }

  @Test
  void cancelledWaiterLeavesTheLine() {
    run(() -> {
      Task<?> waiter = createTask(() -> await(event.waitSet()));
      turns(1);
      waiter.cancel();
      assertThatThrownBy(() -> await(waiter)).isInstanceOf(CancelledError.class);
      assertThat(event.statistics().waiting()).isZero();
      event.set();
    });
  }

  @Test
  void anotherThreadSetsItThroughTheLoop() {
    jasyncio.Asyncio.run(() -> {
      var loop = jasyncio.Asyncio.getRunningLoop();
      Thread.ofPlatform().start(() -> loop.callSoonThreadsafe(event::set));
      assertThat(await(event.waitSet())).isTrue();
    });
  }

  @Test
  void refusesADifferentLoop() {
    run(() -> {
      Task<?> waiter = createTask(() -> await(event.waitSet()));
      turns(1);
      event.set();
      await(waiter);
      event.clear();
    });
    run(() ->
        assertThatThrownBy(() -> await(event.waitSet()))
            .hasMessageContaining("is bound to a different event loop"));
  }
}
