package jasyncio.sync;

import static jasyncio.Asyncio.async;
import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.createTask;
import static jasyncio.Asyncio.getRunningLoop;
import static jasyncio.Asyncio.sleep;
import static jasyncio.sync.Loops.run;
import static jasyncio.sync.Loops.turns;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jasyncio.AsyncAction;
import jasyncio.BackgroundLoop;
import jasyncio.EventLoop;
import jasyncio.LoopConfig;
import jasyncio.Task;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Which loop a lock or queue belongs to, and that nobody else gets anything done with it.
class LoopBoundTest {
  /// What can be done with a primitive that somebody uses, so that every operation could go on at
  /// once.
  private record Uses<P>(Supplier<P> made, Map<String, Use<P>> uses) {}

  @FunctionalInterface
  private interface Use<P> {
    void of(P primitive) throws Throwable;
  }

  private static Queue<String> fullQueue() {
    Queue<String> queue = new Queue<>(2);
    queue.putNowait("first");
    return queue;
  }

  private static Map<String, Use<Queue<String>>> queueUses() {
    Map<String, Use<Queue<String>>> uses = new LinkedHashMap<>();
    uses.put("put", queue -> await(queue.put("other")));
    uses.put("putNowait", queue -> queue.putNowait("other"));
    uses.put("get", queue -> await(queue.get()));
    uses.put("getNowait", Queue::getNowait);
    uses.put("taskDone", Queue::taskDone);
    uses.put("join", queue -> await(queue.join()));
    uses.put("shutdown", Queue::shutdown);
    return uses;
  }

  private static Lock heldLock() {
    Lock lock = new Lock();
    run(() -> await(lock.acquire()));
    return lock;
  }

  private static Map<String, Use<Lock>> lockUses() {
    return Map.of("acquire", lock -> await(lock.acquire()), "release", Lock::release);
  }

  private static Map<String, Use<Event>> eventUses() {
    return Map.of(
        "set", Event::set,
        "clear", Event::clear,
        "waitSet", event -> await(event.waitSet()));
  }

  private static Map<String, Use<Semaphore>> semaphoreUses() {
    return Map.of(
        "acquire", semaphore -> await(semaphore.acquire()), "release", Semaphore::release);
  }

  private static Condition heldCondition() {
    Condition condition = new Condition();
    run(() -> await(condition.acquire()));
    return condition;
  }

  private static Map<String, Use<Condition>> conditionUses() {
    return Map.of(
        "acquire",
        condition -> await(condition.acquire()),
        "release",
        Condition::release,
        "notify",
        Condition::notifyOne,
        "waitNotified",
        condition -> await(condition.waitNotified()));
  }

  private static Map<String, Use<Barrier>> barrierUses() {
    return Map.of(
        "waitAll", barrier -> await(barrier.waitAll()),
        "reset", barrier -> await(barrier.reset()),
        "abort", barrier -> await(barrier.abort()));
  }

  private static final Map<String, Uses<?>> PRIMITIVES =
      Map.of(
          "Queue", new Uses<>(LoopBoundTest::fullQueue, queueUses()),
          "Lock", new Uses<>(LoopBoundTest::heldLock, lockUses()),
          "Event", new Uses<>(Event::new, eventUses()),
          "Semaphore", new Uses<>(Semaphore::new, semaphoreUses()),
          "BoundedSemaphore", new Uses<>(() -> new BoundedSemaphore(1), semaphoreUses()),
          "Condition", new Uses<>(LoopBoundTest::heldCondition, conditionUses()),
          "Barrier", new Uses<>(() -> new Barrier(2), barrierUses()));

  /// A test of each pair of uses of each primitive: one on a loop, another elsewhere.
  private static List<DynamicTest> pairs(Pair pair) {
    List<DynamicTest> tests = new ArrayList<>();
    PRIMITIVES.forEach((name, uses) -> addPairs(name, uses, pair, tests));
    return tests;
  }

  private static <P> void addPairs(
      String primitive, Uses<P> uses, Pair pair, List<DynamicTest> tests) {
    uses.uses()
        .forEach((first, use) ->
            uses.uses()
                .forEach((second, then) ->
                    tests.add(
                        DynamicTest.dynamicTest(
                            primitive + ": " + first + ", then " + second,
                            () -> {
                              P made = uses.made().get();
                              pair.check(made, () -> use.of(made), second, () -> then.of(made));
                            }))));
  }

  @FunctionalInterface
  private interface Pair {
    void check(Object primitive, AsyncAction first, String operation, AsyncAction second)
        throws Throwable;
  }

  /// Uses it on `loop`, whether it must wait or not, and whether it may do so now or not.
  private static void use(EventLoop loop, AsyncAction use) {
    loop.setExceptionHandler((_, _) -> {});
    loop.runUntilComplete(
        async(() -> {
          var _ = createTask(use);
          turns(2);
        }));
  }

  @TestFactory
  List<DynamicTest> aSecondLoopIsRefusedAtTheFirstTouch() {
    return pairs((primitive, first, operation, second) -> {
      try (EventLoop own = loop();
          EventLoop other = loop()) {
        use(own, first);
        String before = primitive.toString();
        assertThatThrownBy(() -> other.runUntilComplete(async(second)))
            .isInstanceOf(IllegalStateException.class)
            .hasMessage(
                before
                    + " is bound to a different event loop: "
                    + own
                    + " uses it, and now "
                    + operation
                    + " was called on "
                    + running(other)
                    + ". Make one for each loop; between loops use callSoonThreadsafe or"
                    + " runCoroutineThreadsafe");
        assertThat(primitive).hasToString(before);
      }
    });
  }

  private static String running(EventLoop loop) {
    return loop.toString().replace(">", " running>");
  }

  private static EventLoop loop() {
    return EventLoop.create(LoopConfig.defaults().withVirtualTime());
  }

  @TestFactory
  List<DynamicTest> anotherThreadIsRefusedWhileTheLoopRuns() {
    List<DynamicTest> tests = new ArrayList<>();
    PRIMITIVES.forEach((name, uses) -> addThreads(name, uses, tests));
    return tests;
  }

  private static <P> void addThreads(String primitive, Uses<P> uses, List<DynamicTest> tests) {
    uses.uses()
        .forEach((operation, use) -> {
          if (suspends(operation)) {
            return; // needs a task, and so a loop
          }
          tests.add(
              DynamicTest.dynamicTest(
                  primitive + ": " + operation,
                  () -> {
                    P made = uses.made().get();
                    List<Throwable> thrown = new ArrayList<>();
                    try (EventLoop loop = loop()) {
                      use(loop, () -> use.of(made));
                      String before = made.toString();
                      loop.runUntilComplete(
                          async(() ->
                              Thread.ofPlatform()
                                  .start(() -> {
                                    try {
                                      use.of(made);
                                    } catch (Throwable t) {
                                      thrown.add(t);
                                    }
                                  })
                                  .join()));
                      assertThat(made).hasToString(before);
                    }
                    assertThat(thrown).hasSize(1);
                    assertThat(thrown.getFirst())
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageStartingWith(
                            "Non-thread-safe operation invoked on an event loop")
                        .hasMessageContaining(operation + " on " + made + " of <EventLoop");
                  }));
        });
  }

  private static boolean suspends(String operation) {
    return List.of("put", "get", "join", "acquire", "waitSet", "waitNotified", "waitAll")
            .contains(operation)
        || operation.equals("reset")
        || operation.equals("abort");
  }

  @Test
  void nothingIsTakenFromAQueueWhoseMakerWaitsOnAnotherLoop() {
    Queue<Integer> queue = new Queue<>(1);
    try (BackgroundLoop own = BackgroundLoop.start();
        BackgroundLoop other = BackgroundLoop.start()) {
      own.submit(() -> await(queue.put(1))).join();
      var put = own.submit(() -> await(queue.put(2)));
      assertThatThrownBy(() -> other.submit(queue::getNowait).join())
          .hasRootCauseInstanceOf(IllegalStateException.class)
          .hasMessageContaining("getNowait was called on " + other.loop());
      assertThat(own.submit(() -> await(queue.get())).join()).isEqualTo(1);
      put.join();
      assertThat(own.submit(() -> await(queue.get())).join()).isEqualTo(2);
    }
  }

  @Test
  void ofTwoLoopsThatRaceForItOneIsRefused() {
    for (int i = 0; i < 200; i++) {
      Event event = new Event();
      try (EventLoop own = loop();
          EventLoop other = loop()) {
        List<Throwable> refused = java.util.Collections.synchronizedList(new ArrayList<>());
        List<Thread> threads = new ArrayList<>();
        for (EventLoop loop : List.of(own, other)) {
          threads.add(
              Thread.ofPlatform()
                  .start(() -> {
                    try {
                      loop.runUntilComplete(async(event::set));
                    } catch (IllegalStateException e) {
                      refused.add(e);
                    }
                  }));
        }
        threads.forEach(LoopBoundTest::join);
        assertThat(refused).hasSize(1);
      }
    }
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void isSetUpBeforeTheLoopRunsAndLookedAtAfterwards() {
    Queue<String> queue = new Queue<>();
    queue.putNowait("before");
    try (EventLoop loop = loop()) {
      loop.runUntilComplete(
          async(() -> {
            assertThat(await(queue.get())).isEqualTo("before");
            await(queue.put("after"));
          }));
      assertThat(queue.getNowait()).isEqualTo("after");
      queue.putNowait("between");
      assertThat(loop.<String>runUntilComplete(queue.get())).isEqualTo("between");
    }
    queue.putNowait("closed");
    assertThat(queue.getNowait()).isEqualTo("closed");
  }

  @Test
  void goesToTheNextLoopWhenItsOwnIsClosed() {
    Queue<Integer> queue = new Queue<>();
    for (int i = 0; i < 3; i++) {
      int item = i;
      run(() -> {
        await(queue.put(item));
        assertThat(await(queue.get())).isEqualTo(item);
      });
    }
  }

  @Test
  void whatATaskHasWaitedForIsNotWaitedForOnAnotherLoop() {
    Event event = new Event();
    run(() -> {
      Task<?> waiter = createTask(event.waitSet());
      turns(1);
      event.set();
      await(waiter);
    });
    run(() -> {
      await(event.waitSet()); // need not wait
      event.clear();
      assertThatThrownBy(() -> await(event.waitSet()))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageMatching(
              "<Event .*> is bound to a different event loop: a task has waited for it on"
                  + " <EventLoop .* closed>, and now one on <EventLoop .* running> has to.*");
      assertThat(event.statistics().waiting()).isZero();
    });
  }

  @Test
  void lookingAtItIsFree() {
    Queue<String> queue = fullQueue();
    run(() -> {
      queue.putNowait("second");
      List<Object> seen = new ArrayList<>();
      Thread.ofPlatform()
          .start(() -> {
            seen.add(queue.qsize());
            seen.add(queue.full());
            seen.add(queue.statistics().size());
          })
          .join();
      assertThat(seen).containsExactly(2, true, 2);
      assertThat(getRunningLoop()).isSameAs(EventLoop.runningOrNull());
      await(sleep(Duration.ZERO));
    });
    assertThat(EventLoop.runningOrNull()).isNull();
  }
}
