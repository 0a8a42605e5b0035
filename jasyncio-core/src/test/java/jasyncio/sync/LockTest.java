package jasyncio.sync;

import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.createTask;
import static jasyncio.Asyncio.millis;
import static jasyncio.Asyncio.seconds;
import static jasyncio.Asyncio.sleep;
import static jasyncio.Asyncio.waitFor;
import static jasyncio.sync.Loops.run;
import static jasyncio.sync.Loops.turn;
import static jasyncio.sync.Loops.turns;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jasyncio.CancelledError;
import jasyncio.Task;
import jasyncio.TimeoutError;
import jasyncio.parity.Parity;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

@Parity({"SYN-01", "SYN-08"})
class LockTest {
  private final Lock lock = new Lock();
  private final List<String> log = new ArrayList<>();

  @Test
  void freeLockIsTakenWithoutASwitch() {
    run(() -> {
      createTask(() -> log.add("other"));
      long turn = turn();
      assertThat(await(lock.acquire())).isTrue();
      assertThat(lock.locked()).isTrue();
      lock.release();
      assertThat(await(lock.with(() -> "value"))).isEqualTo("value");
      try (var _ = await(lock.hold())) {
        assertThat(lock.locked()).isTrue();
      }
      assertThat(turn()).isEqualTo(turn);
      assertThat(log).isEmpty();
    });
  }

  @Test
  void waitersGetItInTheOrderOfArrival() {
    run(() -> {
      await(lock.acquire());
      for (String name : List.of("a", "b", "c")) {
        createTask(() ->
            await(
                lock.with(() -> {
                  log.add(name);
                  await(sleep(millis(1)));
                })));
      }
      turns(1);
      assertThat(lock.statistics()).isEqualTo(new Lock.Statistics(true, 3));
      assertThat(lock.toString()).endsWith("[locked, waiters:3]>");
      lock.release();
      await(sleep(millis(10)));
      assertThat(log).containsExactly("a", "b", "c");
      assertThat(lock.statistics()).isEqualTo(new Lock.Statistics(false, 0));
    });
  }

  @Test
  void releasedLockIsFreeButNobodyOvertakesTheWokenWaiter() {
    run(() -> {
      await(lock.acquire());
      Task<?> waiter = createTask(() -> await(lock.with(() -> log.add("waiter"))));
      turns(1);
      lock.release();
      assertThat(lock.locked()).isFalse();
      await(lock.with(() -> log.add("late")));
      assertThat(waiter.done()).isTrue();
    });
    assertThat(log).containsExactly("waiter", "late");
  }

  @Test
  void cancelledWaiterPassesTheLockOn() {
    run(() -> {
      await(lock.acquire());
      Task<?> first = createTask(() -> await(lock.acquire()));
      Task<?> second = createTask(() -> await(lock.acquire()));
      turns(1);
      lock.release(); // wakes the first
      first.cancel();
      await(second);
      assertThat(first.cancelled()).isTrue();
      assertThat(lock.statistics()).isEqualTo(new Lock.Statistics(true, 0));
    });
  }

  @Test
  void cancelledWaiterLeavesTheLineAndCostsNothing() {
    run(() -> {
      await(lock.acquire());
      Task<?> gone = createTask(() -> await(lock.acquire()));
      turns(1);
      gone.cancel();
      lock.release();
      long turn = turn();
      await(lock.acquire()); // all waiters are cancelled, though still in line
      assertThat(turn()).isEqualTo(turn);
      assertThatThrownBy(() -> await(gone)).isInstanceOf(CancelledError.class);
      assertThat(lock.statistics()).isEqualTo(new Lock.Statistics(true, 0));
    });
  }

  @Test
  void isNotReentrant() {
    run(() ->
        await(
            lock.with(() ->
                assertThatThrownBy(() -> await(waitFor(lock.acquire(), seconds(1))))
                    .isInstanceOf(TimeoutError.class))));
    assertThat(lock.statistics()).isEqualTo(new Lock.Statistics(false, 0));
  }

  @Test
  void releaseOfAFreeLockFails() {
    assertThatThrownBy(lock::release)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("Lock is not acquired.");
  }

  @Test
  void withReleasesHoweverTheBodyEnds() {
    run(() -> {
      assertThatThrownBy(() ->
              await(
                  lock.with(() -> {
                    throw new java.io.IOException("body");
                  })))
          .isInstanceOf(java.io.IOException.class);
      assertThat(lock.locked()).isFalse();
    });
  }

  @Test
  void withThrowsTheFailureOfTheReleaseAsInPython() {
    run(() ->
        assertThatThrownBy(() ->
                await(
                    lock.with(() -> {
                      lock.release();
                      throw new java.io.IOException("body");
                    })))
            .isInstanceOf(IllegalStateException.class)
            .hasMessageStartingWith("Lock is not acquired."));
  }

  @Test
  void heldIsReleasedOnce() {
    run(() -> {
      Held held = await(lock.hold());
      held.close();
      await(lock.acquire());
      held.close();
      assertThat(lock.locked()).isTrue();
    });
  }

  @Test
  void refusesAWaiterOfADifferentLoopAndNamesBoth() {
    run(() -> {
      await(lock.acquire());
      Task<?> waiter = createTask(() -> await(lock.acquire()));
      turns(1);
      lock.release();
      await(waiter);
    });
    run(() ->
        assertThatThrownBy(() -> await(lock.acquire()))
            .isInstanceOf(IllegalStateException.class)
            .hasMessageMatching(
                "<Lock .*> is bound to a different event loop: .*<EventLoop .*<EventLoop .*"));
  }

  @Test
  void uncontendedUseBindsNoLoop() {
    for (int i = 0; i < 2; i++) {
      run(() -> {
        await(lock.acquire());
        lock.release();
      });
    }
  }

  @Test
  void awaitUnderSynchronizedIsRefusedAndTheLineStaysIntact() {
    Object monitor = new Object();
    run(() -> {
      await(lock.acquire());
      Task<?> other = createTask(() -> await(lock.acquire()));
      turns(1);
      if (jasyncio.engine.Engine.selected().isFast()) {
        assertThatThrownBy(
                () -> {
                  synchronized (monitor) {
                    await(lock.acquire());
                  }
                })
            .isInstanceOf(IllegalStateException.class);
      }
      assertThat(lock.statistics().waiting()).isEqualTo(1);
      lock.release();
      await(other);
    });
  }

  @Test
  void loopThatClosesUnderTheLineUnwindsEveryWaiter() {
    jasyncio.EventLoop loop =
        jasyncio.EventLoop.create(jasyncio.LoopConfig.defaults().withVirtualTime());
    loop.setExceptionHandler((_, context) -> log.add(context.message()));
    loop.runUntilComplete(lock.acquire());
    for (int i = 0; i < 3; i++) {
      loop.createTask(
          lock.with(() -> {
            log.add("got it");
            return null;
          }));
    }
    loop.runUntilComplete(sleep(millis(1)));
    loop.close();
    assertThat(log)
        .hasSize(3)
        .allMatch(message -> message.equals("Task was destroyed but it is pending!"));
    assertThat(lock.statistics()).isEqualTo(new Lock.Statistics(true, 0));
  }
}
