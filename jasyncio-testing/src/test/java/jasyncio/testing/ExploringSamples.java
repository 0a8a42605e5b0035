package jasyncio.testing;

import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.createTask;
import static jasyncio.Asyncio.gather;
import static jasyncio.Asyncio.seconds;
import static jasyncio.Asyncio.sleep;
import static org.assertj.core.api.Assertions.assertThat;

import jasyncio.Explore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.opentest4j.TestAbortedException;

/// Test classes that [ExploringTest] runs.
final class ExploringSamples {
  static final List<String> LOG = new ArrayList<>();

  private ExploringSamples() {}

  /// The balance of an account that is read and written with an await in between.
  static class Account {
    int balance;

    void add(int amount) {
      int before = balance;
      Explore.point("after read");
      balance = before + amount;
    }
  }

  static class Racing {
    private final Account account = new Account();

    @BeforeEach
    void setUp() {
      await(sleep(seconds(1)));
      account.add(1);
    }

    @AsyncTest(schedules = 1000)
    void paysInTwice() {
      var first = createTask(() -> account.add(1));
      await(first);
      var second = createTask(() -> account.add(1));
      await(sleep(Duration.ZERO));
      await(sleep(Duration.ZERO));
      account.add(1);
      await(second);
      LOG.add("balance " + account.balance);
      assertThat(account.balance).isEqualTo(4);
    }

    @AfterEach
    void tearDown() {
      await(sleep(seconds(1)));
      LOG.add("tearDown");
    }
  }

  static class Replaying {
    @AsyncTest(replay = "0:2")
    void lastIsFirst() {
      StringBuilder order = new StringBuilder();
      await(gather(() -> order.append('a'), () -> order.append('b'), () -> order.append('c')));
      LOG.add(order.toString());
    }
  }

  static class Passing {
    private final StringBuilder order = new StringBuilder();

    @AsyncTest(schedules = 50, search = Search.EXHAUSTIVE)
    void runsEachOrderOnANewInstance(TestInfo info) {
      assertThat(info.getTestMethod()).isPresent();
      assertThat(order).isEmpty();
      await(gather(() -> order.append('a'), () -> order.append('b')));
      LOG.add(order.toString());
    }
  }

  @AsyncTest(schedules = 10)
  static class Many {
    @ParameterizedTest
    @ValueSource(ints = {3, 4})
    void parameterized(int n) {
      LOG.add("run with " + n);
      await(sleep(seconds(n)));
    }

    @Nested
    class Inside {
      private final List<String> mine = new ArrayList<>();

      @BeforeEach
      void setUp() {
        mine.add("inner");
      }

      @org.junit.jupiter.api.Test
      void nested() {
        assertThat(mine).containsExactly("inner");
        LOG.add("nested");
      }
    }
  }

  @TestInstance(TestInstance.Lifecycle.PER_CLASS)
  static class OneInstance {
    private int runs;

    @AsyncTest(schedules = 10)
    void countsItsRuns() {
      LOG.add("run " + ++runs);
    }
  }

  static class FailingTearDown {
    @AsyncTest(schedules = 5)
    void fails() {
      throw new IllegalStateException("test");
    }

    @AfterEach
    void tearDown() {
      throw new IllegalStateException("tear down");
    }
  }

  static class Assuming {
    @AsyncTest(schedules = 5)
    void doesNotApply() {
      LOG.add("run");
      throw new TestAbortedException("not here");
    }
  }

  static class OnRealTime {
    @AsyncTest(schedules = 5, realTime = true)
    void isRefused() {}
  }

  static class NoSchedule {
    @AsyncTest(schedules = 0)
    void isRefused() {}
  }

  static class BadReplay {
    @AsyncTest(replay = "seed 5")
    void isRefused() {}
  }

  @AsyncTest(schedules = 5)
  static class Factory {
    @TestFactory
    List<org.junit.jupiter.api.DynamicTest> isRefused() {
      return List.of();
    }
  }
}
