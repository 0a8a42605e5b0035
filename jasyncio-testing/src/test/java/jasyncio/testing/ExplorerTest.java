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
import jasyncio.Explore;
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

  private static String scheduleIn(Throwable failure) {
    Matcher seed = Pattern.compile("replay = \"(.*?)\"").matcher(failure.getMessage());
    assertThat(seed.find()).as(failure.getMessage()).isTrue();
    return seed.group(1);
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
        .hasMessageStartingWith("race fails under the schedule ")
        .hasCauseInstanceOf(AssertionError.class);
    String schedule = scheduleIn(failure);
    String failing = orders.getLast();
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(() -> explorer.replay(schedule))
          .hasMessageStartingWith("race fails under the schedule " + schedule + ".\n");
      assertThat(orders.getLast()).isEqualTo(failing);
    }
    assertThatCode(() -> explorer.replay("arrival")).doesNotThrowAnyException();
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
    assertThat(scheduleIn(failure)).isNotEqualTo("arrival"); // there it goes well
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
        .hasMessageContaining("in jasyncio.sync.Lock.take()");
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
        .hasMessageContaining("leak fails under the schedule arrival")
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
    String schedule = scheduleIn(failureOf(race(orders)));
    orders.clear();
    System.setProperty("jasyncio.schedule", schedule);
    try {
      assertThat(scheduleIn(failureOf(race(orders)))).isEqualTo(schedule);
    } finally {
      System.clearProperty("jasyncio.schedule");
    }
    assertThat(orders).hasSize(2); // once more for the timeline
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

  @Test
  void failureShowsWhoWentBeforeWhomAndWhere() {
    Explorer explorer =
        Explorer.of("lost update", () -> PlantedDefect.LOST_UPDATE.run(false))
            .withSearch(Search.EXHAUSTIVE);
    assertThat(failureOf(explorer))
        .hasMessageContaining(
            """
            What is not as in order of arrival:
              choice 2 to 5 at 0.0 s: Task-3 goes on at jasyncio.testing.PlantedDefect.io\
            """)
        .hasMessageContaining(", point \"step\"\n      before Task-2 at jasyncio.testing.Plan")
        .hasMessageContaining(", point \"save\"\n")
        .hasMessageContaining("To bring it back: @AsyncTest(replay = \"2:1x4\")");
  }

  @Test
  void faultThatIsRarelyMetIsFound() {
    Explorer explorer =
        Explorer.of("fault", () -> assertThat(Explore.choice("disk full", 2)).as("full").isZero());
    assertThat(failureOf(explorer))
        .hasMessageStartingWith("fault fails under the schedule 0:1,")
        .hasMessageContaining("choice 0: \"disk full\" turns out as 1 instead of 0");
  }

  @Test
  void oldestIsOvertakenAHundredTimesAtMost() {
    int[] most = {0};
    Explorer.of(
            "poll",
            () -> {
              boolean[] happened = {false};
              Task<?> slow = createTask(() -> happened[0] = true);
              int polls = 0;
              while (!happened[0]) {
                await(sleep(Duration.ZERO));
                polls++;
              }
              await(slow);
              most[0] = Math.max(most[0], polls);
            })
        .withSearch(Search.PRIORITIES)
        .run();
    assertThat(most[0]).isEqualTo(Decisions.MOST_OVERTAKINGS + 1);
  }

  @Test
  void callbacksKeepTheirOrder() {
    Set<String> orders = new LinkedHashSet<>();
    Explorer.of(
            "callbacks",
            () -> {
              StringBuilder order = new StringBuilder();
              getRunningLoop().callSoon(() -> order.append('1'));
              getRunningLoop().callSoon(() -> order.append('2'));
              await(gather(() -> order.append('a'), () -> order.append('b')));
              await(sleep(seconds(1)));
              orders.add(order.toString());
            })
        .withSearch(Search.EXHAUSTIVE)
        .withSchedules(10_000)
        .run();
    assertThat(orders)
        .containsExactlyInAnyOrder(
            "12ab", "12ba", "1a2b", "1b2a", "1ab2", "1ba2", "a12b", "b12a", "a1b2", "b1a2", "ab12",
            "ba12");
  }

  @Test
  void exhaustiveSearchRunsEachOrderAndEnds() {
    List<String> orders = new ArrayList<>();
    int schedules =
        Explorer.of(
                "steps",
                () -> {
                  StringBuilder order = new StringBuilder();
                  Task<?> a = createTask(() -> twoSteps(order, 'a'));
                  Task<?> b = createTask(() -> twoSteps(order, 'b'));
                  await(sleep(seconds(1)));
                  await(a);
                  await(b);
                  orders.add(order.toString());
                })
            .withSearch(Search.EXHAUSTIVE)
            .withSchedules(1_000)
            .run();
    assertThat(schedules).isLessThan(1_000).isEqualTo(orders.size());
    assertThat(new LinkedHashSet<>(orders))
        .containsExactlyInAnyOrder("aabb", "abab", "abba", "baab", "baba", "bbaa");
    // the first is order of arrival; then those without a preemption come first
    assertThat(orders.subList(0, 3)).containsExactly("abab", "aabb", "bbaa");
  }

  @Test
  void exhaustiveSearchTriesOfManyWaysThoseAtBothEnds() {
    Set<Integer> delays = new LinkedHashSet<>();
    int schedules =
        Explorer.of("delay", () -> delays.add(Explore.choice("delay", 1_000_000)))
            .withSearch(Search.EXHAUSTIVE)
            .run();
    assertThat(delays).hasSize(32).contains(0, 1, 30, 999_999);
    assertThat(schedules).isEqualTo(33); // order of arrival, and these
  }

  @Test
  void exhaustiveSearchGoesOnWithTheFewestPreemptionsWhenThereAreTooMany() {
    List<String> orders = new ArrayList<>();
    int schedules =
        Explorer.of(
                "many",
                () -> {
                  StringBuilder order = new StringBuilder();
                  await(gather(() -> steps(order, 'a'), () -> steps(order, 'b')));
                  orders.add(order.toString());
                })
            .withSearch(Search.EXHAUSTIVE)
            .withSchedules(200)
            .run();
    assertThat(schedules).isEqualTo(200);
    assertThat(new LinkedHashSet<>(orders))
        .contains("aaaaaaaa" + "bbbbbbbb", "bbbbbbbb" + "aaaaaaaa");
  }

  private static boolean steps(StringBuilder order, char name) {
    for (int i = 0; i < 8; i++) {
      order.append(name);
      await(sleep(Duration.ZERO));
    }
    return true;
  }

  private static void twoSteps(StringBuilder order, char name) {
    order.append(name);
    await(sleep(Duration.ZERO));
    order.append(name);
  }

  @Test
  void arrivalIsOneSchedule() {
    assertThat(race(new ArrayList<>()).withSearch(Search.ARRIVAL).run()).isEqualTo(1);
  }

  @Test
  void otherSeedTriesOtherOrders() {
    List<String> some = new ArrayList<>();
    List<String> others = new ArrayList<>();
    AsyncAction four = () -> {};
    for (List<String> orders : List.of(some, others)) {
      Explorer.of(
              "seed",
              () -> {
                StringBuilder order = new StringBuilder();
                await(
                    gather(
                        () -> order.append('a'), () -> order.append('b'), () -> order.append('c')));
                four.run();
                orders.add(order.toString());
              })
          .withSearch(Search.RANDOM)
          .withSeed(orders == some ? 0 : 1_000)
          .withSchedules(20)
          .run();
    }
    assertThat(some).isNotEqualTo(others);
  }

  @Test
  void scenarioThatGoesRoundInCirclesIsEnded() {
    assertThat(
            failureOf(
                Explorer.of(
                    "circles",
                    () -> {
                      while (true) {
                        await(sleep(Duration.ZERO));
                      }
                    })))
        .hasMessageContaining("it goes round in circles")
        .hasMessageContaining("scenarioThatGoesRoundInCircles");
  }

  @Test
  void scheduleOfAnotherProgramIsToldFromOneThatPasses() {
    Explorer passing = Explorer.of("other", () -> await(sleep(seconds(1))));
    assertThatThrownBy(() -> passing.replay("4:1"))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("other passes, but the schedule 4:1 is not one of it any more: the")
        .hasMessageContaining("makes 0 choices, and the schedule has 5");
    Explorer three =
        Explorer.of("three", () -> assertThat(Explore.choice("of three", 3)).isLessThan(5));
    assertThatThrownBy(() -> three.replay("0:4"))
        .hasMessageContaining("choice 0 should be 4, but there are only 3 ways");
  }

  @Test
  void programThatIsNotRepeatableIsCalledThat() {
    int[] runs = {0};
    assertThat(
            failureOf(
                Explorer.of("random", () -> assertThat(runs[0]++).as("the first run").isNotZero())))
        .hasMessageContaining("this program does not do the same each time it is run: now it has");
  }
}
