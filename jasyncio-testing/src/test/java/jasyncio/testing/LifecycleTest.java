package jasyncio.testing;

import static jasyncio.testing.Kit.assertPasses;
import static jasyncio.testing.Kit.failure;
import static jasyncio.testing.Kit.neverRun;
import static jasyncio.testing.LifecycleSamples.LOG;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LifecycleTest {
  @BeforeEach
  void forget() {
    LOG.clear();
  }

  @Test
  void beforeAllAndAfterAllAwaitOnALoopOfTheClass() {
    assertPasses(LifecycleSamples.All.class, 1);
    assertThat(LOG).containsExactly("before all at 5", "test at 0", "after all at 6");
  }

  @Test
  void whatBeforeAllLeavesFailsTheClass() {
    assertThat(failure(LifecycleSamples.LeakingAll.class))
        .hasMessageContaining("a task was left running")
        .hasMessageContaining("of all was made at ")
        .hasMessageContaining("LeakingAll.leavesATask(");
  }

  @Test
  void deadlockInBeforeAllFailsTheClass() {
    assertThat(failure(LifecycleSamples.DeadlockedAll.class))
        .hasMessageContaining("deadlock at 0.0 s")
        .hasMessageContaining("waitsForEver");
    assertThat(LOG).isEmpty();
  }

  @Test
  void everyKindOfTestAwaits() {
    assertPasses(LifecycleSamples.Kinds.class, 8);
  }

  @Test
  void limitShowsTheTreeOfTasksWithEveryAwait() {
    assertThat(failure(LifecycleSamples.Late.class))
        .hasMessageContaining("not done within PT10S of virtual time")
        .hasMessageContaining("* Task(name='waits for a future'")
        .hasMessageContaining("LifecycleSamples$Late$Inside.lambda$takesTooLong$")
        .hasMessageContaining("* Task(name='sleeps'")
        .hasMessageContaining("LifecycleSamples$Late.lambda$third$")
        .hasMessageContaining("  + Awaited by:\n    * Task(name='Task-1'")
        .hasMessageContaining("LifecycleSamples$Late$Inside.takesTooLong()");
  }

  @Test
  void testThatJUnitWouldPassOverIsNotPassedOver() {
    assertPasses(LifecycleSamples.Returning.class, 1);
    String returns = " is never run, since it returns Coroutine and JUnit wants void: await the";
    assertThat(neverRun(LifecycleSamples.Returning.class))
        .containsExactlyInAnyOrder(
            "returnsACoroutine" + returns + " coroutine in the test",
            "doesSoToo" + returns + " coroutine in the test",
            "isPrivate is never run, since it is private: take that word away",
            "isStatic is never run, since it is static: take that word away",
            "isInside" + returns + " coroutine in the test");
  }

  @Test
  void classOfWhichJUnitRunsNothingIsNotPassedOverEither() {
    assertThat(neverRun(LifecycleSamples.Returning.OnlyThis.class)).hasSize(1);
    assertThat(neverRun(LifecycleSamples.Kinds.class)).isEmpty();
  }

  @Test
  void methodSaysMoreThanItsClass() {
    assertPasses(LifecycleSamples.OverridesItsClass.Class5.class, 1);
  }

  @Test
  void subclassInheritsIt() {
    assertPasses(LifecycleSamples.Derived.class, 2);
  }
}
