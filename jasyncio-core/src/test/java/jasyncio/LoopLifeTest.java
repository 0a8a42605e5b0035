package jasyncio;

import static jasyncio.Asyncio.async;
import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.getRunningLoop;
import static jasyncio.Asyncio.millis;
import static jasyncio.Asyncio.seconds;
import static jasyncio.Asyncio.sleep;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jasyncio.parity.Parity;
import jasyncio.spi.IoDriver;
import jasyncio.spi.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/// Which loop is whose, and how one is run, stopped and closed.
class LoopLifeTest {
  private static EventLoop loop() {
    return EventLoop.create(LoopConfig.defaults().withVirtualTime());
  }

  @Test
  @Parity("LCY-01")
  void noLoopRunsOutsideOfOne() {
    assertThatThrownBy(Asyncio::getRunningLoop)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("no running event loop");
  }

  @Test
  @Parity({"LCY-02", "LCY-03"})
  void currentLoopIsTheRunningOneElseTheOneThatWasSet() throws InterruptedException {
    assertThatThrownBy(Asyncio::getEventLoop)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("There is no current event loop in thread");
    try (EventLoop mine = Asyncio.newEventLoop();
        EventLoop other = loop()) {
      Asyncio.setEventLoop(mine);
      assertThat(Asyncio.getEventLoop()).isSameAs(mine);
      other.runUntilComplete(
          async(() -> assertThat(Asyncio.getEventLoop()).isSameAs(getRunningLoop())));
      AtomicReference<Throwable> elsewhere = new AtomicReference<>();
      Thread thread =
          Thread.ofPlatform()
              .start(() -> {
                try {
                  Asyncio.getEventLoop();
                } catch (IllegalStateException e) {
                  elsewhere.set(e);
                }
              });
      thread.join();
      assertThat(elsewhere.get()).hasMessageStartingWith("There is no current event loop");
    } finally {
      Asyncio.setEventLoop(null);
    }
    assertThatThrownBy(Asyncio::getEventLoop).isInstanceOf(IllegalStateException.class);
  }

  @Test
  @Parity({"LCY-07", "LCY-10"})
  void loopRunsUntilItIsStoppedAndOnlyOnceAtATime() {
    List<String> log = new ArrayList<>();
    try (EventLoop loop = loop();
        EventLoop other = loop()) {
      loop.callSoon(() -> {
        log.add("running " + loop.isRunning());
        assertThatThrownBy(loop::runForever).hasMessage("This event loop is already running");
        assertThatThrownBy(other::runForever)
            .hasMessageStartingWith("Cannot run the event loop while another loop is running");
        assertThatThrownBy(loop::close).hasMessage("Cannot close a running event loop");
      });
      loop.callLater(seconds(1), loop::stop);
      loop.runForever();
      log.add("running " + loop.isRunning());
    }
    assertThat(log).containsExactly("running true", "running false");
  }

  @Test
  @Parity({"LCY-08", "LCY-09"})
  void loopThatIsStoppedTooEarlyHasNoResult() {
    try (EventLoop loop = loop()) {
      Future<String> never = loop.createFuture();
      loop.callSoon(loop::stop);
      assertThatThrownBy(() -> loop.runUntilComplete(never))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("Event loop stopped before Future completed.");
      assertThat(loop.<String>runUntilComplete(async(() -> "goes on"))).isEqualTo("goes on");
    }
  }

  @Test
  @Parity("LCY-09")
  void stopBeforeARunMakesItOneBatchLong() {
    List<String> log = new ArrayList<>();
    try (EventLoop loop = loop()) {
      loop.callSoon(() -> {
        log.add("first");
        loop.callSoon(() -> log.add("second"));
      });
      loop.stop();
      loop.runForever();
      assertThat(log).containsExactly("first");
      loop.stop();
      loop.runForever();
      assertThat(log).containsExactly("first", "second");
    }
  }

  @Test
  @Parity({"LCY-10", "LCY-11"})
  void closedLoopDropsItsCallbacksAndIsOfNoMoreUse() {
    List<String> log = new ArrayList<>();
    EventLoop loop = loop();
    loop.callSoon(() -> log.add("never"));
    assertThat(loop.isClosed()).isFalse();
    loop.close();
    loop.close();
    assertThat(loop.isClosed()).isTrue();
    assertThat(log).isEmpty();
    assertThatThrownBy(() -> loop.callSoon(() -> {})).hasMessage("Event loop is closed");
    assertThatThrownBy(() -> loop.callLater(seconds(1), () -> {}))
        .hasMessage("Event loop is closed");
    assertThatThrownBy(loop::runForever).hasMessage("Event loop is closed");
  }

  @Test
  @Parity({"LCY-13", "SCH-03", "SCH-04", "SCH-06"})
  void timersKnowTheirTime() {
    List<String> log = new ArrayList<>();
    try (EventLoop loop = loop()) {
      long start = loop.time().nanos();
      TimerHandle later = loop.callLater(seconds(2), () -> log.add("later"));
      assertThat(later.when().nanos()).isEqualTo(start + 2_000_000_000L);
      loop.callAt(new LoopTime(start + 1_000_000_000L), () -> log.add("at"));
      loop.callLater(seconds(2), () -> log.add("as late, set afterwards"));
      loop.callLater(millis(0), () -> log.add("at once"));
      loop.callLater(seconds(3), loop::stop);
      loop.runForever();
      assertThat(loop.time().nanos()).isEqualTo(start + 3_000_000_000L);
    }
    assertThat(log).containsExactly("at once", "at", "later", "as late, set afterwards");
  }

  @Test
  @Parity({"SCH-03", "SCH-08"})
  void timerWithoutDelayRunsOnTheNextTurnBehindWhatIsReady() {
    try (EventLoop loop = loop()) {
      List<String> log = new ArrayList<>();
      loop.callLater(millis(0), () -> log.add("timer"));
      loop.callSoon(() -> log.add("callback"));
      loop.stop();
      loop.runForever();
      assertThat(log).containsExactly("callback", "timer");
    }
  }

  @Test
  @Parity({"SCH-01", "SCH-05"})
  void callbackRunsInItsContextAndNotOnceItIsCancelled() {
    ContextVar<String> variable = ContextVar.withDefault("variable", "unset");
    List<String> log = new ArrayList<>();
    try (EventLoop loop = loop()) {
      Context context = Context.copyOfCurrent();
      context.run(() -> variable.set("its own"));
      Handle handle = loop.callSoon(() -> log.add(variable.get()), context);
      assertThat(handle.getContext()).isSameAs(context);
      Handle cancelled = loop.callSoon(() -> log.add("never"));
      cancelled.cancel();
      assertThat(cancelled.cancelled()).isTrue();
      loop.callSoon(loop::stop);
      loop.runForever();
      handle.cancel();
    }
    assertThat(log).containsExactly("its own");
  }

  @Test
  @Parity({"SCH-09", "CST-13"})
  void manyCancelledTimersAreThrownOut() {
    try (EventLoop loop = loop()) {
      loop.callLater(seconds(1), loop::stop);
      for (int i = 0; i < 200; i++) {
        loop.callLater(seconds(1000), () -> {}).cancel();
      }
      loop.runForever();
      assertThat(loop.kernel.timers.size()).isLessThan(102);
    }
  }

  @Test
  @Parity({"SCH-07", "RUN-06"})
  void keyboardInterruptOfACallbackEndsTheLoop() {
    try (EventLoop loop = loop()) {
      List<String> log = new ArrayList<>();
      loop.callSoon(() -> {
        throw new KeyboardInterrupt();
      });
      loop.callSoon(() -> log.add("afterwards"));
      assertThatThrownBy(loop::runForever).isInstanceOf(KeyboardInterrupt.class);
      assertThat(log).isEmpty();
      loop.runUntilComplete(sleep(seconds(1)));
      assertThat(log).containsExactly("afterwards");
    }
  }

  @Test
  @Parity({"SCH-01", "DBG-04", "FUT-11"})
  void callFromAnotherThreadIsRefused() throws InterruptedException {
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    try (EventLoop loop = EventLoop.create()) {
      loop.runUntilComplete(
          async(() -> {
            Future<String> future = loop.createFuture();
            Thread thread =
                Thread.ofPlatform()
                    .start(() -> {
                      try {
                        loop.callSoon(() -> {});
                      } catch (IllegalStateException e) {
                        thrown.set(e);
                      }
                      try {
                        future.setResult("from elsewhere");
                      } catch (IllegalStateException e) {
                        thrown.get().addSuppressed(e);
                      }
                    });
            thread.join();
            assertThat(future.done()).isFalse();
          }));
    }
    assertThat(thrown.get()).hasMessageStartingWith("Non-thread-safe operation invoked");
    assertThat(thrown.get().getSuppressed()).hasSize(1);
  }

  @Test
  @Parity({"LCY-04", "LCY-14"})
  void threadsRunLoopsOfTheirOwn() throws InterruptedException {
    AtomicReference<EventLoop> elsewhere = new AtomicReference<>();
    Asyncio.run(
        async(() -> {
          Thread thread =
              Thread.ofPlatform()
                  .start(() ->
                      Asyncio.run(
                          async(() -> {
                            await(sleep(seconds(1)));
                            elsewhere.set(getRunningLoop());
                          }),
                          LoopConfig.defaults().withVirtualTime()));
          thread.join();
          assertThat(elsewhere.get()).isNotNull().isNotSameAs(getRunningLoop());
        }),
        LoopConfig.defaults().withVirtualTime());
  }

  @Test
  @Parity("CST-12")
  void loopWaitsForADayAtMost() {
    List<Long> waits = new ArrayList<>();
    VirtualTime time = new VirtualTime();
    IoDriver counting =
        new IoDriver() {
          @Override
          public void poll(long maxNanos, Inbox inbox) {
            waits.add(maxNanos);
            time.poll(maxNanos, inbox);
          }

          @Override
          public void wake() {
            time.wake();
          }

          @Override
          public void close() {
            time.close();
          }
        };
    LoopConfig config = LoopConfig.defaults().withClock(time).withDriver((_, _) -> counting);
    try (EventLoop loop = EventLoop.create(config)) {
      loop.callLater(Duration.ofHours(36), loop::stop);
      loop.runForever();
    }
    assertThat(waits)
        .contains(Duration.ofHours(24).toNanos(), Duration.ofHours(12).toNanos())
        .allMatch(wait -> wait <= Duration.ofHours(24).toNanos());
  }
}
