package jasyncio.testing;

import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.createTask;
import static jasyncio.Asyncio.gather;
import static jasyncio.Asyncio.getRunningLoop;
import static jasyncio.Asyncio.seconds;
import static jasyncio.Asyncio.sleep;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jasyncio.AsyncAction;
import jasyncio.ExceptionContext;
import jasyncio.LoopConfig;
import jasyncio.Task;
import jasyncio.sync.Lock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ExplorerTest {

  /// Three tasks that each note their name; the third must not be first, which it never is in order
  /// of arrival.
  private static Explorer race(List<String> orders) {
    return Explorer.of(
        "race",
        () -> {
          StringBuilder order = new StringBuilder();
          await(gather(() -> order.append('a'), () -> order.append('b'), () -> order.append('c')));
          orders.add(order.toString());
          assertThat(order.toString()).doesNotStartWith("c");
        });
  }

  private static long seedIn(Throwable failure) {
    Matcher seed = Pattern.compile("-Djasyncio\\.schedule=(\\d+),").matcher(failure.getMessage());
    assertThat(seed.find()).as(failure.getMessage()).isTrue();
    return Long.parseLong(seed.group(1));
  }

  private static Throwable failureOf(Explorer explorer) {
    return org.assertj.core.api.Assertions.catchThrowable(explorer::run);
  }

  @Test
  void plantedRaceIsFoundAndItsSeedBringsItBack() {
    List<String> orders = new ArrayList<>();
    Explorer explorer = race(orders);
    Throwable failure = failureOf(explorer);
    assertThat(failure)
        .isInstanceOf(AssertionError.class)
        .hasMessageStartingWith("race failed under schedule ")
        .hasCauseInstanceOf(AssertionError.class);
    long seed = seedIn(failure);
    String failing = orders.getLast();
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(() -> explorer.replay(seed)).hasMessage(failure.getMessage());
      assertThat(orders.getLast()).isEqualTo(failing);
    }
    assertThatCode(() -> explorer.replay(0)).doesNotThrowAnyException();
    assertThat(orders.getLast()).isEqualTo("abc");
  }

  @Test
  void firstScheduleIsOrderOfArrival() {
    List<String> orders = new ArrayList<>();
    race(orders).withSchedules(1).run();
    assertThat(orders).containsExactly("abc");
  }

  @Test
  void allOrdersOfThreeTasksComeUp() {
    Set<String> orders = new LinkedHashSet<>();
    Explorer.of(
            "orders",
            () -> {
              StringBuilder order = new StringBuilder();
              await(
                  gather(
                      () -> order.append('a'), () -> order.append('b'), () -> order.append('c')));
              orders.add(order.toString());
            })
        .run();
    assertThat(orders).containsExactlyInAnyOrder("abc", "acb", "bac", "bca", "cab", "cba");
  }

  @Test
  void lostUpdateIsFoundAndALockMendsIt() {
    Throwable failure = failureOf(updates(false));
    assertThat(failure).hasMessageContaining("[balance]");
    assertThat(seedIn(failure)).isNotZero(); // in order of arrival it goes well
    updates(true).run();
  }

  /// Two tasks add 1 each; the second reads in the turn in which the first writes.
  private static Explorer updates(boolean withLock) {
    return Explorer.of(
        "updates",
        () -> {
          Lock lock = new Lock();
          int[] balance = {0};
          AsyncAction add =
              () -> {
                int before = balance[0];
                await(sleep(Duration.ZERO));
                balance[0] = before + 1;
              };
          AsyncAction safeAdd = withLock ? () -> await(lock.with(add)) : add;
          Task<?> first = createTask(safeAdd);
          await(sleep(Duration.ZERO));
          await(sleep(Duration.ZERO));
          safeAdd.run();
          await(first);
          assertThat(balance[0]).as("balance").isEqualTo(2);
        });
  }

  @Test
  void deadlockUnderSomeOrderIsFound() {
    Explorer explorer =
        Explorer.of(
            "dining",
            () -> {
              Lock first = new Lock();
              Lock second = new Lock();
              await(gather(() -> takeBoth(first, second), () -> takeBoth(second, first)));
            });
    assertThat(failureOf(explorer))
        .hasMessageContaining("deadlock at ")
        .hasMessageContaining("Lock.waitForTurn");
  }

  private static boolean takeBoth(Lock one, Lock other) {
    return await(
        one.with(() -> {
          await(sleep(Duration.ZERO));
          return await(other.with(() -> true));
        }));
  }

  @Test
  void leakedTaskAndReportAreFound() {
    assertThat(failureOf(Explorer.of("leak", () -> createTask(() -> await(sleep(seconds(1)))))))
        .hasMessageContaining("leak failed under schedule 0, order of arrival")
        .hasMessageContaining("a task was left running");
    assertThat(
            failureOf(
                Explorer.of(
                    "report",
                    () -> getRunningLoop().callExceptionHandler(ExceptionContext.of("not well")))))
        .hasMessageContaining("was told: not well");
  }

  @Test
  void propertyRunsOneScheduleOnly() {
    List<String> orders = new ArrayList<>();
    long seed = seedIn(failureOf(race(orders)));
    orders.clear();
    System.setProperty("jasyncio.schedule", Long.toString(seed));
    try {
      assertThat(seedIn(failureOf(race(orders)))).isEqualTo(seed);
    } finally {
      System.clearProperty("jasyncio.schedule");
    }
    assertThat(orders).hasSize(1);
  }

  @Test
  void runsOnTheGivenConfiguration() {
    Explorer.of("debug", () -> assertThat(getRunningLoop().getDebug()).isTrue())
        .withConfig(LoopConfig.defaults().withDebug(true))
        .withSchedules(2)
        .run();
  }

  @Test
  void refusesNoSchedule() {
    assertThatThrownBy(() -> race(new ArrayList<>()).withSchedules(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not 0");
  }
}
