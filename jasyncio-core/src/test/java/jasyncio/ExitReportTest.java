package jasyncio;

import static jasyncio.Asyncio.async;
import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.createTask;
import static jasyncio.Asyncio.sleep;
import static org.assertj.core.api.Assertions.assertThat;

import jasyncio.engine.Engine;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What a program says that ends without closing its loops. Each is a JVM of its own.
@Timeout(120)
class ExitReportTest {
  /// Ends with a loop that was not closed.
  static final class Unclosed {
    private Unclosed() {}

    public static void main(String[] arguments) {
      EventLoop loop = EventLoop.create();
      fail(loop);
      for (int i = 0; i < 102; i++) {
        loop.createTask(async(() -> await(loop.createFuture())), TaskOptions.named("waits" + i));
      }
      loop.runUntilComplete(sleep(Duration.ZERO));
      System.out.println("end of main");
    }
  }

  /// Ends by a call in a task.
  static final class ExitInATask {
    private ExitInATask() {}

    public static void main(String[] arguments) {
      Asyncio.run(() -> {
        fail(Asyncio.getRunningLoop());
        createTask(() -> await(Asyncio.getRunningLoop().createFuture()));
        await(sleep(Duration.ZERO));
        System.exit(3);
      });
    }
  }

  /// Ends while a loop runs on a daemon thread.
  static final class Background {
    private Background() {}

    public static void main(String[] arguments) {
      BackgroundLoop background = BackgroundLoop.start();
      background
          .submit(() -> {
            fail(background.loop());
            createTask(() -> await(background.loop().createFuture()));
            await(sleep(Duration.ZERO));
          })
          .join();
    }
  }

  /// Ends while a loop is held by its own code.
  static final class Stuck {
    private Stuck() {}

    public static void main(String[] arguments) throws InterruptedException {
      BackgroundLoop background = BackgroundLoop.start();
      var held = new java.util.concurrent.CountDownLatch(1);
      background.execute(() -> {
        fail(background.loop());
        await(sleep(Duration.ZERO));
        held.countDown();
        new java.util.concurrent.CountDownLatch(1).await();
      });
      held.await();
    }
  }

  /// Has nothing to say.
  static final class Clean {
    private Clean() {}

    public static void main(String[] arguments) {
      Asyncio.run(() -> await(sleep(Duration.ZERO)));
      EventLoop unclosedButEmpty = EventLoop.create();
      unclosedButEmpty.runUntilComplete(sleep(Duration.ZERO));
    }
  }

  private static void fail(EventLoop loop) {
    loop.createTask(
        async(() -> {
          throw new IOException("unseen");
        }),
        TaskOptions.named("failing"));
  }

  @Test
  void failuresAndPendingTasksOfALoopThatWasNotClosedAreReported() {
    assertThat(errorsOf(Unclosed.class, 0))
        .contains("Task exception was never retrieved (failing)", "java.io.IOException: unseen")
        .contains("Task was destroyed but it is pending!", "waits99")
        .contains("... and so were 2 more tasks of <EventLoop")
        .doesNotContain("waits100");
  }

  @Test
  void failuresOfALoopWhoseOwnTaskEndsTheJvmAreReported() {
    assertThat(errorsOf(ExitInATask.class, 3))
        .contains("Task exception was never retrieved (failing)", "java.io.IOException: unseen")
        .doesNotContain("pending");
  }

  @Test
  void loopOnADaemonThreadIsAskedWhatItLeavesUndone() {
    assertThat(errorsOf(Background.class, 0))
        .containsOnlyOnce("Task exception was never retrieved (failing)")
        .contains("runs on a daemon thread, with 1 pending tasks");
  }

  @Test
  void loopThatDoesNotAnswerIsReadFromOutside() {
    assertThat(errorsOf(Stuck.class, 0))
        .containsOnlyOnce("Task exception was never retrieved (failing)")
        .contains("runs on a daemon thread, with 1 pending tasks");
  }

  @Test
  void programThatLosesNothingSaysNothing() {
    assertThat(errorsOf(Clean.class, 0)).isEmpty();
  }

  private static String errorsOf(Class<?> program, int status) {
    try {
      List<String> command = new ArrayList<>();
      command.add(
          System.getProperty("java.home") + File.separator + "bin" + File.separator + "java");
      command.addAll(List.of(Engine.FLAGS.split(" ")));
      command.add("-Djasyncio.engine=" + Engine.selected().name());
      command.add("-cp");
      command.add(
          Stream.of(Engine.class, EventLoop.class, ExitReportTest.class)
              .map(ExitReportTest::folderOf)
              .distinct()
              .collect(Collectors.joining(File.pathSeparator)));
      command.add(program.getName());
      Process process =
          new ProcessBuilder(command).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
      String errors = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor()).as(errors).isEqualTo(status);
      return errors;
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static String folderOf(Class<?> type) {
    try {
      return new File(type.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }
}
