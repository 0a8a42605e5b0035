package jasyncio;

import static jasyncio.Asyncio.async;
import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.createTask;
import static jasyncio.Asyncio.getRunningLoop;
import static jasyncio.Asyncio.seconds;
import static jasyncio.Asyncio.sleep;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jasyncio.parity.Parity;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What a task tells of itself, and what it refuses.
class TaskTest {
  private static void run(AsyncAction body) {
    Asyncio.run(async(body), LoopConfig.defaults().withVirtualTime());
  }

  private static void waitDeepInside() {
    await(sleep(seconds(1)));
  }

  private static void failDeepInside() throws IOException {
    throw new IOException("broken");
  }

  private static String printed(Task<?> task) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    task.printStack(new PrintStream(out, true, StandardCharsets.UTF_8));
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  @Parity("TOB-08")
  void suspendedTaskShowsWhereItWaits() {
    run(() -> {
      Task<?> task = createTask(TaskTest::waitDeepInside);
      assertThat(task.getStack()).isEmpty();
      await(sleep(Duration.ZERO));
      assertThat(task.getStack().getFirst().getMethodName()).isEqualTo("waitDeepInside");
      assertThat(printed(task))
          .startsWith("Stack for <Task pending name='Task-2'")
          .contains("(most recent call last):")
          .contains("waitDeepInside");
      await(task);
      assertThat(task.getStack()).isEmpty();
      assertThat(printed(task)).startsWith("No stack for <Task finished");
    });
  }

  @Test
  @Parity("TOB-08")
  void failedTaskShowsWhereItFailed() {
    run(() -> {
      Task<?> task = createTask(TaskTest::failDeepInside);
      await(sleep(Duration.ZERO));
      assertThat(task.getStack().getFirst().getMethodName()).isEqualTo("failDeepInside");
      assertThat(printed(task))
          .startsWith("Traceback for <Task finished")
          .contains("failDeepInside")
          .contains("java.io.IOException: broken");
      assertThat(task.exception()).hasMessage("broken");
    });
  }

  @Test
  @Parity("TOB-01")
  void resultOfATaskCannotBeSet() {
    run(() -> {
      Task<String> task = createTask(() -> "its own");
      assertThatThrownBy(() -> task.setResult("another"))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("Task does not support set_result operation");
      assertThatThrownBy(() -> task.setException(new IOException()))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("Task does not support set_exception operation");
      assertThat(await(task)).isEqualTo("its own");
    });
  }

  @Test
  @Parity("TOB-12")
  void futureOfAnotherLoopIsAnErrorInsideTheCoroutine() {
    try (EventLoop other = EventLoop.create()) {
      Future<String> foreign = other.createFuture();
      run(() ->
          assertThatThrownBy(() -> await(foreign))
              .isInstanceOf(IllegalStateException.class)
              .hasMessageContaining("attached to a different loop"));
    }
  }

  @Test
  @Parity({"TOB-11", "DBG-06"})
  void taskThatIsPendingWhenItsLoopClosesIsReportedAndUnwound() {
    List<String> log = new ArrayList<>();
    EventLoop loop = EventLoop.create(LoopConfig.defaults().withVirtualTime());
    loop.setExceptionHandler((_, context) -> log.add(context.message()));
    loop.createTask(
        async(() -> {
          try {
            await(getRunningLoop().createFuture());
          } finally {
            log.add("unwound");
          }
        }));
    loop.runUntilComplete(sleep(seconds(1)));
    loop.close();
    assertThat(log).containsExactly("Task was destroyed but it is pending!", "unwound");
  }

  @Test
  @Parity("FAC-02")
  void closedLoopTakesNoTask() {
    EventLoop loop = EventLoop.create();
    loop.close();
    Coroutine<@Nullable Void> coroutine = async(() -> {});
    assertThatThrownBy(() -> loop.createTask(coroutine))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("Event loop is closed");
  }
}
