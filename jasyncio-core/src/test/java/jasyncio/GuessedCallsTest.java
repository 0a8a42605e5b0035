package jasyncio;

import static jasyncio.Asyncio.asCompleted;
import static jasyncio.Asyncio.async;
import static jasyncio.Asyncio.asyncFor;
import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.createTask;
import static jasyncio.Asyncio.getRunningLoop;
import static jasyncio.Asyncio.millis;
import static jasyncio.Asyncio.seconds;
import static jasyncio.Asyncio.sleep;
import static jasyncio.Asyncio.taskGroup;
import static jasyncio.Asyncio.timeout;
import static jasyncio.Asyncio.timeoutAt;
import static jasyncio.Asyncio.waitFor;
import static jasyncio.Asyncio.yieldNow;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What people write by guessing compiles and does what they mean; what cannot be meant says why.
class GuessedCallsTest {
  private final List<String> log = new ArrayList<>();

  private Coroutine<Integer> number(int n) {
    return async(() -> {
      await(sleep(millis(n)));
      log.add("number " + n);
      return n;
    });
  }

  @Test
  void aGroupTakesAnyBody() {
    Virtual.run(() -> {
      Task<Integer> last = await(taskGroup(group -> group.createTask(number(1))));
      assertThat(last.result()).isEqualTo(1);
      await(
          taskGroup(group -> {
            group.createTask(number(2));
          }));
      int three = await(taskGroup(group -> await(number(3))));
      String text =
          await(
              taskGroup(group -> {
                group.createTask(number(4));
                return "done";
              }));
      log.add(three + " " + text);
    });
    assertThat(log).containsExactly("number 1", "number 2", "number 3", "number 4", "3 done");
  }

  @Test
  void aTimeoutTakesAnyBody() {
    Virtual.run(() -> {
      int one = await(timeout(seconds(1), limit -> await(number(1))));
      int two = await(timeout(seconds(1), () -> await(number(2))));
      await(
          timeout(
              seconds(1),
              limit -> {
                limit.reschedule(seconds(2));
              }));
      int three = await(timeoutAt(getRunningLoop().in(seconds(1)), limit -> await(number(3))));
      assertThat(List.of(one, two, three)).containsExactly(1, 2, 3);
    });
  }

  @Test
  void yieldNowGivesTheOthersTheirTurn() {
    Virtual.run(() -> {
      Task<@Nullable Void> other =
          createTask(() -> {
            log.add("other");
          });
      await(yieldNow());
      log.add("me");
      assertThat(other.done()).isTrue();
    });
    assertThat(log).containsExactly("other", "me");
  }

  private void failing() throws IOException {
    throw new IOException("disk full");
  }

  @Test
  void callbacksMayThrowAnything() {
    List<String> reports = new ArrayList<>();
    EventLoop loop = Virtual.loop(reports);
    Runnable plain = () -> log.add("plain");
    loop.callSoon(plain);
    loop.callSoon(() -> failing());
    loop.callSoon(this::failing, new Context());
    loop.callSoonThreadsafe(() -> failing());
    loop.callSoonThreadsafe(this::failing, new Context());
    loop.callLater(millis(1), () -> failing());
    loop.callLater(millis(1), this::failing, new Context());
    loop.callAt(loop.in(Duration.ofNanos(1)), () -> failing());
    loop.callAt(loop.in(Duration.ofNanos(1)), this::failing, new Context());
    loop.callLater(millis(2), loop::stop);
    loop.runForever();
    loop.close();
    assertThat(log).containsExactly("plain");
    assertThat(reports).hasSize(8).allMatch(report -> report.endsWith("IOException disk full"));
  }

  @Test
  void awaitOfNothingSaysSo() {
    Virtual.run(() -> {
      Coroutine<?> none = nothing();
      assertThatThrownBy(() -> await(none))
          .isInstanceOf(NullPointerException.class)
          .hasMessageStartingWith("await(null): there is no coroutine or future to wait for");
    });
  }

  @SuppressWarnings("NullAway") // a program without its checks
  private static Coroutine<?> nothing() {
    return null;
  }

  @Test
  void aTimeoutSaysWhatItEndedAndAfterHowLong() {
    Virtual.run(() -> {
      assertThatThrownBy(() -> await(timeout(millis(1500), () -> await(sleep(seconds(9))))))
          .isInstanceOf(TimeoutError.class)
          .hasMessage("the body of a timeout was not done within 1.5 s, in Task-1");
      assertThatThrownBy(() ->
              await(
                  timeout(
                      seconds(1),
                      limit -> {
                        limit.reschedule(seconds(3));
                        await(sleep(seconds(9)));
                      })))
          .hasMessageContaining("within 3 s");
      assertThatThrownBy(() -> await(timeout(Duration.ZERO, () -> await(sleep(seconds(9))))))
          .hasMessageContaining("was not done at its deadline, in Task-1");
      assertThatThrownBy(() -> await(waitFor(number(5), millis(2))))
          .isInstanceOf(TimeoutError.class)
          .hasMessageContaining("GuessedCallsTest")
          .hasMessageContaining("was not done within 0.002 s, in Task-1");
      assertThatThrownBy(() -> await(waitFor(createTask(number(5), "slow"), Duration.ZERO)))
          .isInstanceOf(TimeoutError.class)
          .hasMessageContaining("slow")
          .hasMessageEndingWith("was not done, and waitFor was given no time");
      assertThatThrownBy(
              () -> {
                for (Future<Integer> each : asyncFor(asCompleted(List.of(number(5)), millis(2)))) {
                  each.result();
                }
              })
          .hasMessage("a future of asCompleted was not done within 0.002 s");
    });
  }
}
