package jasyncio;

import static jasyncio.Asyncio.async;
import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.getRunningLoop;
import static jasyncio.Asyncio.runCoroutineThreadsafe;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Calls from other threads: what is refused, what fails, and what is cancelled while it runs.
@Timeout(60)
class ThreadsafeCallTest {
  @Test
  void refusedCallsLeaveNothingBehindAndCloseTheirCoroutines() {
    List<String> reports = new ArrayList<>();
    EventLoop loop = Virtual.loop(reports);
    loop.close();
    Coroutine<String> coroutine = async(() -> "never");
    assertThatThrownBy(() -> runCoroutineThreadsafe(coroutine, loop))
        .hasMessage("Event loop is closed");
    assertThat(loop.promises.isEmpty()).isTrue();
    assertThat(coroutine.toString()).endsWith("started>");
  }

  @Test
  void loopClosesWhileOthersGoOnCalling() throws InterruptedException {
    EventLoop loop = EventLoop.create();
    AtomicBoolean stop = new AtomicBoolean();
    AtomicInteger refused = new AtomicInteger();
    List<Thread> callers = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      callers.add(
          Thread.ofPlatform()
              .start(() -> {
                while (!stop.get()) {
                  call(loop, refused);
                }
              }));
    }
    loop.close();
    stop.set(true);
    for (Thread caller : callers) {
      caller.join();
    }
    assertThat(loop.promises.isEmpty()).isTrue();
  }

  private static void call(EventLoop loop, AtomicInteger refused) {
    try {
      var _ = runCoroutineThreadsafe(() -> "never", loop);
    } catch (IllegalStateException e) {
      refused.incrementAndGet();
    }
  }

  @Test
  void taskFactoryThatThrowsIsToldToTheCallerAndToTheExceptionHandler() throws Exception {
    List<String> reports = new ArrayList<>();
    try (EventLoop loop = Virtual.loop(reports)) {
      loop.setTaskFactory(
          new TaskFactory() {
            @Override
            public <T extends @Nullable Object> Task<T> createTask(
                EventLoop of, Coroutine<? extends T> coroutine, TaskOptions options) {
              throw new UnsupportedOperationException("no tasks today");
            }
          });
      CompletableFuture<String> result = runCoroutineThreadsafe(() -> "never", loop);
      loop.callSoonThreadsafe(loop::stop);
      loop.runForever();
      assertThatThrownBy(result::get)
          .isInstanceOf(ExecutionException.class)
          .hasRootCauseMessage("no tasks today");
      assertThat(reports)
          .singleElement()
          .asString()
          .startsWith("Exception in callback ")
          .endsWith("UnsupportedOperationException no tasks today");
    }
  }

  @Test
  void cancelFromAnotherThreadReturnsWhenTheCallbackIsOver() throws InterruptedException {
    CountDownLatch begun = new CountDownLatch(1);
    AtomicBoolean over = new AtomicBoolean();
    AtomicBoolean overWhenCancelled = new AtomicBoolean();
    List<Thread> cancellers = new ArrayList<>();
    try (EventLoop loop = EventLoop.create()) {
      Handle handle =
          loop.callSoonThreadsafe(() -> {
            begun.countDown();
            while (cancellers.getFirst().getState() != Thread.State.TIMED_WAITING
                && !overWhenCancelled.get()
                && cancellers.getFirst().isAlive()) { // until the other one waits for this to end
              Thread.onSpinWait();
            }
            over.set(true);
            loop.stop();
          });
      cancellers.add(
          Thread.ofPlatform()
              .start(() -> {
                awaitLatch(begun);
                handle.cancel();
                overWhenCancelled.set(over.get());
              }));
      loop.runForever();
      cancellers.getFirst().join();
      assertThat(overWhenCancelled).isTrue();
      assertThat(handle.cancelled()).isTrue();
    }
  }

  private static void awaitLatch(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void callbackMayCancelItselfAndSoMayATaskItHasStarted() {
    Asyncio.run(() -> {
      EventLoop loop = getRunningLoop();
      Future<String> end = loop.createFuture();
      List<Handle> handles = new ArrayList<>();
      handles.add(
          loop.callSoonThreadsafe(() -> {
            handles.getFirst().cancel();
            loop.createTask(
                async(() -> handles.getFirst().cancel()),
                TaskOptions.defaults().withEagerStart(true));
            end.setResult("end");
          }));
      assertThat(await(end)).isEqualTo("end");
    });
  }
}
