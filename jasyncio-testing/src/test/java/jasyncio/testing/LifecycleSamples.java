package jasyncio.testing;

import static jasyncio.Asyncio.async;
import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.createTask;
import static jasyncio.Asyncio.getRunningLoop;
import static jasyncio.Asyncio.seconds;
import static jasyncio.Asyncio.sleep;
import static org.assertj.core.api.Assertions.assertThat;

import jasyncio.Coroutine;
import jasyncio.Future;
import jasyncio.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Test classes that [LifecycleTest] runs.
final class LifecycleSamples {
  static final List<String> LOG = new ArrayList<>();

  private LifecycleSamples() {}

  @AsyncTest
  static class All {
    private static @Nullable Task<?> served;

    @BeforeAll
    static void openAll() {
      await(sleep(seconds(5)));
      served = createTask(() -> await(sleep(seconds(1))));
      LOG.add("before all at " + seconds());
    }

    @Test
    void hasALoopOfItsOwn() {
      LOG.add("test at " + seconds());
    }

    @AfterAll
    static void closeAll() {
      await(served);
      LOG.add("after all at " + seconds());
    }

    private static long seconds() {
      return getRunningLoop().time().nanos() / 1_000_000_000;
    }

    private static java.time.Duration seconds(int n) {
      return java.time.Duration.ofSeconds(n);
    }
  }

  @AsyncTest
  static class LeakingAll {
    @BeforeAll
    static void leavesATask() {
      createTask(() -> await(sleep(seconds(1)))).setName("of all");
    }

    @Test
    void passes() {}
  }

  @AsyncTest
  static class DeadlockedAll {
    @BeforeAll
    static void waitsForEver() {
      await(getRunningLoop().createFuture());
    }

    @Test
    void isNotRun() {
      LOG.add("run");
    }
  }

  @AsyncTest(limitSeconds = 10)
  static class Kinds {
    @Test
    void plain() {
      await(sleep(seconds(1)));
    }

    @RepeatedTest(2)
    void repeated() {
      assertThat(getRunningLoop().time().nanos()).isZero();
      await(sleep(seconds(1)));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void parameterized(int seconds) {
      await(sleep(seconds(seconds)));
    }

    @TestFactory
    Stream<DynamicTest> dynamic() {
      await(sleep(seconds(1)));
      return Stream.of(1, 2)
          .map(n -> DynamicTest.dynamicTest("sleeps " + n, () -> await(sleep(seconds(n)))));
    }

    @Nested
    class Inside {
      @BeforeEach
      void setUp() {
        await(sleep(seconds(1)));
      }

      @Test
      void nested() {
        assertThat(getRunningLoop().time().nanos()).isEqualTo(1_000_000_000);
      }
    }

    @AfterEach
    void tearDown() {
      await(sleep(seconds(1)));
    }
  }

  @AsyncTest(limitSeconds = 10)
  static class Late {
    private Coroutine<@Nullable Void> third() {
      return async(() -> {
        await(sleep(seconds(60)));
      });
    }

    @Nested
    class Inside {
      @Test
      void takesTooLong() {
        Future<String> never = getRunningLoop().createFuture();
        Task<?> first = createTask(() -> await(never));
        first.setName("waits for a future");
        Task<?> second = createTask(third());
        second.setName("sleeps");
        await(second);
      }
    }
  }

  static class OverridesItsClass {
    @AsyncTest(limitSeconds = 5)
    static class Class5 {
      @AsyncTest(limitSeconds = 100)
      void mayTakeLonger() {
        await(sleep(seconds(60)));
      }
    }
  }

  static class Returning {
    @AsyncTest
    Coroutine<String> returnsACoroutine() {
      return async(() -> "never run");
    }

    @Test
    Coroutine<String> doesSoToo() {
      return async(() -> "never run");
    }

    @AsyncTest
    private void isPrivate() {}

    @AsyncTest
    static void isStatic() {}

    @AsyncTest
    void isRun() {}

    @Nested
    class Inside {
      @AsyncTest
      Coroutine<String> isInside() {
        return async(() -> "never run");
      }
    }

    static class OnlyThis {
      @AsyncTest
      Coroutine<String> isAlone() {
        return async(() -> "never run");
      }
    }
  }

  @AsyncTest
  static class Base {
    @Test
    void awaits() {
      await(sleep(seconds(1)));
    }
  }

  static class Derived extends Base {
    @Test
    void awaitsToo() {
      await(sleep(seconds(1)));
    }
  }
}
