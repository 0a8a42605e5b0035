package jasyncio.engine;

import static jasyncio.engine.Fibers.fiber;
import static jasyncio.engine.Fibers.inLoop;
import static jasyncio.engine.Fibers.runInTurn;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class StackOverflowTest {
  private int depth;

  @SuppressWarnings("InfiniteRecursion")
  private void recurse() {
    depth++;
    recurse();
  }

  @Test
  void fiberThatOverflowsItsStackCanCatchItAndSuspendAfterwards() {
    int[] survived = new int[1];
    inLoop(carrier -> {
      Fiber other =
          fiber(
              carrier,
              self -> {
                for (int i = 0; i < 20; i++) {
                  self.suspend();
                }
              });
      Fiber overflowing =
          fiber(
              carrier,
              self -> {
                for (int i = 0; i < 20; i++) {
                  try {
                    recurse();
                  } catch (StackOverflowError e) {
                    survived[0]++;
                  }
                  self.suspend();
                }
              });
      runInTurn(overflowing, other);
    });
    assertThat(survived[0]).isEqualTo(20);
    assertThat(depth).isPositive();
  }

  /// Overflows the stack, and on the way back tries to suspend at every level: refused where there
  /// is no room for it, and working as soon as there is.
  private static void suspendWhereTheStackEnds(int[] levels, int[] suspensions, Fiber self) {
    try {
      suspendWhereTheStackEnds(levels, suspensions, self);
    } finally {
      if (levels[0] > 0) {
        levels[0]--;
        self.suspend();
        suspensions[0]++;
      }
    }
  }

  @RepeatedTest(5)
  void suspensionWhereTheStackEndsIsRefusedOrWorks() {
    inLoop(carrier -> {
      int[] suspensions = new int[1];
      int[] steps = new int[1];
      Fiber deep =
          fiber(
              carrier,
              self -> {
                for (int i = 0; i < 5; i++) {
                  int[] levels = {300};
                  try {
                    suspendWhereTheStackEnds(levels, suspensions, self);
                  } catch (StackOverflowError e) {
                    depth++;
                  }
                  self.suspend();
                  suspensions[0]++;
                }
              });
      Fiber bystander =
          fiber(
              carrier,
              self -> {
                while (!deep.isDone()) {
                  steps[0]++;
                  self.suspend();
                }
              });
      int resumes = 0;
      while (!deep.isDone()) {
        deep.resume();
        bystander.resume();
        resumes++;
      }
      assertThat(bystander.isDone()).isTrue();
      assertThat(resumes).isEqualTo(suspensions[0] + 1);
      assertThat(steps[0]).isGreaterThanOrEqualTo(resumes - 1);
    });
    assertThat(depth).isEqualTo(5);
  }

  /// Fibers of the thread engine have a stack each, so mounting them inside each other overflows
  /// none.
  @Test
  @Tag("continuation-engine")
  void overflowInsideAFiberStaysInsideIt() {
    inLoop(carrier -> {
      boolean[] caught = new boolean[1];
      Fiber overflowing =
          carrier.newFiber(() -> {
            try {
              suspendAtEveryLevel(carrier);
            } catch (StackOverflowError e) {
              caught[0] = true;
            }
          });
      overflowing.resume();
      assertThat(overflowing.isDone()).isTrue();
      assertThat(caught[0]).isTrue();
      int[] steps = new int[1]; // and the loop goes on
      runInTurn(
          fiber(
              carrier,
              self -> {
                steps[0]++;
                self.suspend();
                steps[0]++;
              }));
      assertThat(steps[0]).isEqualTo(2);
    });
  }

  /// Mounts a fiber at every level of an endless recursion, so that the overflow comes up in the
  /// engine's own code as often as not.
  private static void suspendAtEveryLevel(Carrier carrier) {
    Fiber child = fiber(carrier, Fiber::suspend);
    child.resumeNested();
    suspendAtEveryLevel(carrier);
    child.resumeNested();
  }

  private boolean ended;

  /// Goes to the end of the stack, comes back `slack` levels, and suspends there.
  private int suspendNearTheEnd(Fiber self, int slack) {
    int level;
    try {
      level = suspendNearTheEnd(self, slack);
    } catch (StackOverflowError e) {
      if (ended) {
        throw e;
      }
      ended = true;
      level = -slack;
    }
    if (level >= 0) {
      return level;
    }
    if (level == -1) {
      self.suspend();
    }
    return level + 1;
  }

  /// The JVM crashes where a stack is brought back that does not fit: see [StackRoom].
  @Test
  @Tag("continuation-engine")
  void stackThatDoesNotFitAnyMoreIsNotResumed() {
    int[] outcomes = new int[3];
    onSmallStack(() ->
        inLoop(carrier -> {
          for (int round = 0; round < 1500; round++) { // interpreted at first, compiled later
            ended = false;
            int slack = 1 + round % 150;
            Fiber deep =
                fiber(
                    carrier,
                    self -> {
                      try {
                        suspendNearTheEnd(self, slack);
                      } catch (StackOverflowError e) {
                        outcomes[0]++; // no room to suspend
                      }
                    });
            deep.resume();
            if (!deep.isDone()) {
              try {
                deep.resume();
                outcomes[1]++;
              } catch (StackOverflowError e) {
                assertThat(e).hasMessageContaining("could not resume it");
                assertThat(deep.isDone()).isFalse();
                outcomes[2]++;
              }
            }
          }
        }));
    assertThat(outcomes[0] + outcomes[1] + outcomes[2]).isEqualTo(1500);
    assertThat(outcomes[1]).isPositive();
  }

  private static void onSmallStack(Runnable job) {
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    Thread thread = new Thread(null, job, "small", 400_000);
    thread.setUncaughtExceptionHandler((t, e) -> thrown.set(e));
    thread.start();
    Fibers.join(thread);
    assertThat(thrown.get()).isNull();
  }

  @Test
  void fiberThatFitsNoMoreWhereItsResumerStandsCanBeResumedFurtherUp() {
    inLoop(carrier -> {
      int[] resumed = new int[1];
      for (int round = 0; round < 5; round++) {
        Fiber deep =
            fiber(
                carrier,
                self -> {
                  suspendAt(200, self);
                  resumed[0]++;
                });
        deep.resumeNested();
        try {
          resumeWhereTheStackEnds(deep);
        } catch (StackOverflowError e) {
          // nobody was there
        }
        if (!deep.isDone()) {
          deep.resumeNested();
        }
      }
      assertThat(resumed[0]).isEqualTo(5);
    });
  }

  private static int suspendAt(int level, Fiber self) {
    if (level == 0) {
      self.suspend();
      return 0;
    }
    return suspendAt(level - 1, self) + 1;
  }

  private static void resumeWhereTheStackEnds(Fiber deep) {
    try {
      resumeWhereTheStackEnds(deep);
    } catch (StackOverflowError e) {
      if (!deep.isDone()) {
        deep.resumeNested();
      }
      throw e;
    }
  }
}
