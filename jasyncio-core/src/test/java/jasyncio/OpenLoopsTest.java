package jasyncio;

import static jasyncio.Asyncio.async;
import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.createTask;
import static jasyncio.Asyncio.sleep;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The list of open loops, and what is said of those that nobody closes.
@Timeout(60)
class OpenLoopsTest {
  private final LogOfTheLibrary log = new LogOfTheLibrary();

  @BeforeEach
  void listen() throws Exception {
    log.open();
  }

  @AfterEach
  void giveTheLogBack() throws Exception {
    log.close();
  }

  @Test
  void loopIsListedFromItsMakingToItsClose() {
    try (EventLoop first = Virtual.loop(log.messages());
        EventLoop second = Virtual.loop(log.messages())) {
      assertThat(OpenLoops.all()).containsSubsequence(first, second);
      second.close();
      assertThat(OpenLoops.all()).contains(first).doesNotContain(second);
    }
  }

  @Test
  void loopThatWasDroppedIsReportedWithWhatItLeftUnsaid() {
    String name = dropALoop();
    while (log.messages().stream().noneMatch(message -> message.contains(name))) {
      System.gc();
      OpenLoops.reportCollected();
      Thread.onSpinWait();
    }
    assertThat(log.messages())
        .filteredOn(message -> message.contains(name))
        .singleElement()
        .asString()
        .startsWith("ERROR unclosed event loop <EventLoop")
        .contains("dropped with 1 pending tasks");
    assertThat(log.messages()).last().asString().contains("Task exception was never retrieved");
    assertThat(log.thrown()).extracting(Throwable::getMessage).contains("unseen");
  }

  private static String dropALoop() {
    EventLoop loop = EventLoop.create(Virtual.config());
    loop.runUntilComplete(
        async(() -> {
          createTask(() -> {
            throw new IOException("unseen");
          });
          await(sleep(Duration.ZERO));
        }));
    loop.createTask(async(() -> {})); // does not begin
    return loop.toString();
  }
}
