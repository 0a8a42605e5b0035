package jasyncio;

import static jasyncio.Asyncio.async;
import static jasyncio.Asyncio.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What the loop does for code that calls it from elsewhere, and for code that calls the program.
class EventLoopTest {
  @Test
  void whatIsPostedRunsInItsContext() {
    ContextVar<String> who = ContextVar.withDefault("who", "nobody");
    Context named = new Context();
    named.run(() -> {
      var _ = who.set("named");
    });
    Virtual.run(() -> {
      EventLoop loop = Asyncio.getRunningLoop();
      List<String> log = new ArrayList<>();
      assertThat(loop.tryPost(() -> log.add(who.get()), named)).isTrue();
      assertThat(loop.tryPost(() -> log.add(who.get()))).isTrue();
      assertThat(log).isEmpty();
      Virtual.turns(1);
      assertThat(log).containsExactly("named", "nobody");
    });
  }

  @Test
  void whatAnotherThreadPostsWakesTheLoop() {
    Asyncio.run(() -> {
      EventLoop loop = Asyncio.getRunningLoop();
      Future<@Nullable Void> posted = loop.createFuture();
      var _ = Thread.ofPlatform().start(() -> loop.tryPost(() -> posted.setResult(null)));
      await(posted);
    });
  }

  @Test
  void aClosedLoopTakesNothing() {
    EventLoop loop = EventLoop.create(Virtual.config());
    ScheduledExecutorService executor = loop.asExecutor();
    loop.close();
    assertThat(loop.tryPost(() -> {})).isFalse();
    assertThat(loop.tryPost(() -> {}, new Context())).isFalse();
    assertThatThrownBy(() -> executor.execute(() -> {}))
        .isInstanceOf(RejectedExecutionException.class);
    assertThatThrownBy(() -> loop.callSoonThreadsafe(() -> {}))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("Event loop is closed");
  }

  @Test
  void whatThrowsWhenToldIsHandedOn() {
    Virtual.run(() -> {
      EventLoop loop = Asyncio.getRunningLoop();
      List<Throwable> failures = new ArrayList<>();
      AssertionError failure = new AssertionError("theirs");
      Runnable failing =
          () -> {
            throw failure;
          };
      assertThat(loop.tell(() -> {}, failures::add)).isTrue();
      assertThat(loop.tell(failing, failures::add)).isFalse();
      assertThat(failures).containsExactly(failure);
    });
  }

  @Test
  void anInterruptByWhatIsToldEndsTheRun() {
    List<Throwable> failures = new ArrayList<>();
    KeyboardInterrupt interrupt = new KeyboardInterrupt();
    Runnable interrupting =
        () -> {
          throw interrupt;
        };
    assertThatThrownBy(() ->
            Virtual.run(() -> {
              EventLoop loop = Asyncio.getRunningLoop();
              loop.callSoon(() -> loop.tell(interrupting, failures::add));
              await(loop.createFuture());
            }))
        .isSameAs(interrupt);
    assertThat(failures).isEmpty();
  }

  @Test
  void whoUsesWhatBelongsToALoopFromAnotherThreadIsToldOfBoth() throws InterruptedException {
    List<String> messages = new ArrayList<>();
    EventLoop loop = EventLoop.create();
    try (loop) {
      loop.checkThread("a wire", "send"); // nobody runs it
      loop.runUntilComplete(
          async(() -> {
            loop.checkThread("a wire", "send");
            Thread.ofPlatform()
                .name("elsewhere")
                .start(() -> {
                  try {
                    loop.checkThread("a wire", "send");
                  } catch (IllegalStateException e) {
                    messages.add(e.getMessage());
                  }
                })
                .join();
          }));
    }
    loop.checkThread("a wire", "close");
    assertThat(messages).hasSize(1);
    assertThat(messages.getFirst())
        .startsWith("Non-thread-safe operation invoked on an event loop other than the current one")
        .contains("send on a wire of <EventLoop", "which runs on ", "elsewhere")
        .endsWith("use loop.callSoonThreadsafe(...) or runCoroutineThreadsafe(...)");
  }
}
