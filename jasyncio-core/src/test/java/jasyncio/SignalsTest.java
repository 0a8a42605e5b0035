package jasyncio;

import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.getRunningLoop;
import static jasyncio.Asyncio.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jasyncio.parity.Parity;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class SignalsTest {
  private static final ContextVar<String> WHO = ContextVar.of("who");

  /// As `sun.misc.Signal.raise(new Signal("USR2"))`, which javac would warn of.
  private static void raise(Signal signal) throws ReflectiveOperationException {
    Class<?> type = Class.forName("sun.misc.Signal");
    Object one = type.getConstructor(String.class).newInstance(signal.shortName());
    type.getMethod("raise", type).invoke(null, one);
  }

  /// A handler of the program's own, without any loop, that tells when it is called.
  private static final class OwnHandler implements AutoCloseable {
    final CompletableFuture<String> called = new CompletableFuture<>();
    private final Object before;

    OwnHandler() throws ReflectiveOperationException {
      Class<?> type = Class.forName("sun.misc.SignalHandler");
      before =
          install(
              Proxy.newProxyInstance(
                  type.getClassLoader(),
                  new Class<?>[] {type},
                  (_, _, _) -> {
                    called.complete("called");
                    return null;
                  }));
    }

    private static Object install(Object handler) throws ReflectiveOperationException {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> type = Class.forName("sun.misc.SignalHandler");
      return signal
          .getMethod("handle", signal, type)
          .invoke(null, signal.getConstructor(String.class).newInstance("USR2"), handler);
    }

    @Override
    public void close() throws ReflectiveOperationException {
      install(before);
    }
  }

  @Test
  @Parity("SYS-02")
  void aSignalRunsItsHandlerAsACallbackOfTheLoop() {
    run(() -> {
      EventLoop loop = getRunningLoop();
      WHO.set("whoever added it");
      Future<String> seen = loop.createFuture();
      loop.addSignalHandler(
          Signal.SIGUSR2,
          () ->
              seen.setResult(
                  WHO.get() + " " + Asyncio.currentTask() + " " + (getRunningLoop() == loop)));
      raise(Signal.SIGUSR2);
      assertThat(await(seen)).isEqualTo("whoever added it null true");
      assertThat(loop.removeSignalHandler(Signal.SIGUSR2)).isTrue();
    });
  }

  @Test
  @Parity("SYS-02")
  void everySignalIsHandledAndTheLastHandlerIsTheOne() {
    run(() -> {
      EventLoop loop = getRunningLoop();
      List<String> log = new ArrayList<>();
      loop.addSignalHandler(Signal.SIGUSR2, () -> log.add("first"));
      AtomicReference<Future<@Nullable Void>> next = new AtomicReference<>();
      loop.addSignalHandler(
          Signal.SIGUSR2,
          () -> {
            log.add("second");
            next.get().setResult(null);
          });
      for (int i = 0; i < 3; i++) {
        next.set(loop.createFuture());
        raise(Signal.SIGUSR2);
        await(next.get());
      }
      assertThat(log).containsExactly("second", "second", "second");
    });
  }

  @Test
  @Parity("SYS-02")
  void whatAHandlerThrowsGoesToTheExceptionHandlerWithTheNameOfTheSignal() {
    run(() -> {
      EventLoop loop = getRunningLoop();
      Future<ExceptionContext> reported = loop.createFuture();
      loop.setExceptionHandler((_, context) -> reported.setResult(context));
      RuntimeException failure = new RuntimeException("no good");
      loop.addSignalHandler(
          Signal.SIGUSR2,
          () -> {
            throw failure;
          });
      raise(Signal.SIGUSR2);
      ExceptionContext report = await(reported);
      assertThat(report.exception()).isSameAs(failure);
      assertThat(report.message())
          .startsWith("Exception in handler of SIGUSR2: " + SignalsTest.class.getName());
      assertThat(report.details()).containsEntry("signal", Signal.SIGUSR2);
    });
  }

  @ParameterizedTest
  @EnumSource(names = {"SIGKILL", "SIGSTOP", "SIGSEGV"})
  @Parity("SYS-02")
  void whatCannotBeCaughtIsRefused(Signal signal) {
    run(() -> {
      assertThatThrownBy(() -> getRunningLoop().addSignalHandler(signal, () -> {}))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageStartingWith("sig " + signal.number() + " cannot be caught")
          .hasMessageContaining(signal.name());
      assertThat(getRunningLoop().removeSignalHandler(signal)).isFalse();
    });
  }

  @Test
  @Parity("SYS-03")
  void aRemovedHandlerIsNotCalledAndTheSignalIsWhatItWasBefore() throws Exception {
    try (OwnHandler own = new OwnHandler()) {
      run(() -> {
        EventLoop loop = getRunningLoop();
        assertThat(loop.removeSignalHandler(Signal.SIGUSR2)).isFalse();
        loop.addSignalHandler(Signal.SIGUSR2, () -> own.called.complete("not yet"));
        assertThat(loop.removeSignalHandler(Signal.SIGUSR2)).isTrue();
        assertThat(loop.removeSignalHandler(Signal.SIGUSR2)).isFalse();
        raise(Signal.SIGUSR2);
        assertThat(await(own.called)).isEqualTo("called");
      });
    }
  }

  @Test
  @Parity("SYS-02")
  void aClosedLoopGivesItsSignalsBack() throws Exception {
    try (OwnHandler own = new OwnHandler()) {
      run(() ->
          getRunningLoop().addSignalHandler(Signal.SIGUSR2, () -> own.called.complete("not yet")));
      raise(Signal.SIGUSR2);
      assertThat(own.called.join()).isEqualTo("called");
    }
    EventLoop closed = EventLoop.create();
    closed.close();
    assertThatThrownBy(() -> closed.addSignalHandler(Signal.SIGUSR2, () -> {}))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("Event loop is closed");
  }

  @Test
  @ExtendWith(SignalsAtDefault.class)
  @Parity("SYS-02")
  void aHandlerOfCtrlCTakesItFromTheRunnerAndItComesBack() {
    List<String> log = new ArrayList<>();
    assertThatThrownBy(() ->
            run(() -> {
              EventLoop loop = getRunningLoop();
              Future<@Nullable Void> pressed = loop.createFuture();
              loop.addSignalHandler(Signal.SIGINT, () -> pressed.setResult(null));
              raise(Signal.SIGINT);
              await(pressed);
              log.add("handled");
              loop.removeSignalHandler(Signal.SIGINT);
              raise(Signal.SIGINT);
              try {
                await(loop.createFuture());
              } catch (CancelledError e) {
                log.add("cancelled");
                throw e;
              }
            }))
        .isInstanceOf(KeyboardInterrupt.class);
    assertThat(log).containsExactly("handled", "cancelled");
  }

  @Test
  void ofTwoLoopsTheOneThatAskedLastIsTold() {
    List<String> log = new ArrayList<>();
    try (EventLoop first = EventLoop.create();
        EventLoop second = EventLoop.create()) {
      first.addSignalHandler(Signal.SIGUSR2, () -> log.add("first"));
      second.addSignalHandler(Signal.SIGUSR2, second::stop);
      first.runUntilComplete(Asyncio.async(() -> raise(Signal.SIGUSR2)));
      second.runForever(); // until the signal
      second.removeSignalHandler(Signal.SIGUSR2);
      first.addSignalHandler(Signal.SIGUSR2, first::stop);
      first.callSoon(() -> {
        try {
          raise(Signal.SIGUSR2);
        } catch (ReflectiveOperationException e) {
          throw new AssertionError(e);
        }
      });
      first.runForever();
    }
    assertThat(log).isEmpty();
  }

  @Test
  void whatEndsWithTheLoopEndsLastFirstAndOnce() {
    List<String> log = new ArrayList<>();
    EventLoop loop = EventLoop.create();
    Runnable takenBack = () -> log.add("taken back");
    loop.addCloseAction(() -> log.add("one " + loop.isClosed()));
    loop.addCloseAction(takenBack);
    loop.addCloseAction(() -> {
      log.add("two");
      throw new AssertionError("reported, and the others run all the same");
    });
    loop.removeCloseAction(takenBack);
    List<String> reports = new ArrayList<>();
    loop.setExceptionHandler((_, context) -> reports.add(context.message()));
    loop.close();
    loop.close();
    assertThat(log).containsExactly("two", "one true");
    assertThat(reports).containsExactly("Exception while the event loop was closed");
  }
}
