package jasyncio;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;

class BlockedAdviceTest {
  private static final long LATE = TimeUnit.MINUTES.toNanos(1);

  private interface Blocking {
    void block() throws Exception;
  }

  /// The stack of a thread that blocks.
  private static List<StackTraceElement> stackOf(Blocking code) throws InterruptedException {
    Thread thread =
        Thread.ofPlatform()
            .start(() -> {
              try {
                code.block();
              } catch (Exception _) {
                // the interrupt below
              }
            });
    while (thread.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
    List<StackTraceElement> stack = Arrays.asList(thread.getStackTrace());
    thread.interrupt();
    thread.join();
    return stack;
  }

  @Test
  void locksOfJavaAreAnsweredWithOurs() throws Exception {
    ReentrantLock held = new ReentrantLock();
    held.lock();
    List<Blocking> all =
        List.of(
            () -> new Semaphore(0).acquire(),
            held::lockInterruptibly,
            () -> new CountDownLatch(1).await(),
            () -> new ArrayBlockingQueue<>(1).take());
    for (Blocking each : all) {
      assertThat(BlockedAdvice.about(stackOf(each))).contains("use those of jasyncio.sync");
    }
  }

  @Test
  void futuresOfJavaAreAnsweredWithAwait() throws Exception {
    assertThat(BlockedAdvice.about(stackOf(() -> new CompletableFuture<>().get())))
        .contains("await(future)");
  }

  @Test
  void databasesAndAllElseAreAnsweredWithToThread() {
    assertThat(BlockedAdvice.about(List.of(frame("java.net.Socket"), frame("org.some.jdbc.Query"))))
        .contains("database driver")
        .contains("toThread(...)");
    assertThat(BlockedAdvice.about(List.of(frame("Save")))).contains("toThread(...)");
  }

  @Test
  void loadingOfClassesIsPassedOverWhileAProgramStarts() {
    List<StackTraceElement> loading =
        List.of(frame("java.util.zip.Inflater"), frame("jdk.internal.loader.BuiltinClassLoader"));
    assertThat(BlockedAdvice.isStartUp(loading, 1)).isTrue();
    assertThat(BlockedAdvice.isStartUp(loading, LATE)).isFalse();
    assertThat(BlockedAdvice.isStartUp(List.of(frame("Save")), 1)).isFalse();
  }

  private static StackTraceElement frame(String type) {
    return new StackTraceElement(type, "run", type + ".java", 1);
  }
}
