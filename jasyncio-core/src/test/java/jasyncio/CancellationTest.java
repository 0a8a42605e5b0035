package jasyncio;

import static jasyncio.Asyncio.async;
import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.createTask;
import static jasyncio.Asyncio.currentTask;
import static jasyncio.Asyncio.gather;
import static jasyncio.Asyncio.getRunningLoop;
import static jasyncio.Asyncio.seconds;
import static jasyncio.Asyncio.shield;
import static jasyncio.Asyncio.sleep;
import static jasyncio.Virtual.turns;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Cancelling tasks: CPython's test_tasks, as behaviours.
class CancellationTest {
  private final List<String> log = new ArrayList<>();

  private static void awaitCancelled(Future<?> future) {
    assertThatThrownBy(() -> await(future)).isInstanceOf(CancelledError.class);
    assertThat(future.cancelled()).isTrue();
  }

  @Test
  void taskCancelledBeforeItsFirstStepNeverRuns() {
    Virtual.run(() -> {
      Task<?> task = createTask(() -> log.add("ran"));
      assertThat(task.cancel()).isTrue();
      assertThat(task.done()).isFalse(); // only asked so far
      awaitCancelled(task);
    });
    assertThat(log).isEmpty();
  }

  @Test
  void waitingTaskGetsTheErrorWithTheMessageWhereItWaits() {
    Virtual.run(() -> {
      Task<?> task =
          createTask(() -> {
            try {
              await(sleep(seconds(10)));
            } catch (CancelledError e) {
              log.add(String.valueOf(e.getMessage()));
              throw e;
            }
          });
      turns(1);
      task.cancel("enough");
      assertThatThrownBy(() -> await(task)).isInstanceOf(CancelledError.class).hasMessage("enough");
      assertThat(log).containsExactly("enough");
      assertThat(getRunningLoop().time().nanos()).isZero();
    });
  }

  @Test
  void taskThatYieldsOnlyIsCancelledAtItsNextStep() {
    Virtual.run(() -> {
      Task<?> task =
          createTask(() -> {
            while (true) {
              await(sleep(Duration.ZERO));
              log.add("step");
            }
          });
      turns(3);
      int steps = log.size();
      task.cancel();
      awaitCancelled(task);
      assertThat(log).hasSize(steps);
    });
  }

  @Test
  void taskMayTurnACancellationDown() {
    Virtual.run(() -> {
      Task<String> task =
          createTask(() -> {
            try {
              await(sleep(seconds(10)));
            } catch (CancelledError e) {
              return "not today";
            }
            return "slept";
          });
      turns(1);
      task.cancel();
      assertThat(await(task)).isEqualTo("not today");
      assertThat(task.cancelled()).isFalse();
      assertThat(task.cancelling()).isEqualTo(1);
    });
  }

  @Test
  void errorRaisedWhileItUnwindsReplacesTheCancellation() {
    Virtual.run(() -> {
      Task<?> task =
          createTask(() -> {
            try {
              await(sleep(seconds(10)));
            } finally {
              fail();
            }
          });
      turns(1);
      task.cancel();
      assertThatThrownBy(() -> await(task)).hasMessage("while unwinding");
      assertThat(task.cancelled()).isFalse();
    });
  }

  private static void fail() {
    throw new IllegalArgumentException("while unwinding");
  }

  @Test
  void taskMayCancelItself() {
    Virtual.run(() -> {
      Task<?> task =
          createTask(() -> {
            currentTask().cancel();
            log.add("goes on");
            await(sleep(seconds(1)));
            log.add("never");
          });
      awaitCancelled(task);
    });
    assertThat(log).containsExactly("goes on");
  }

  @Test
  void taskThatCancelsItselfAndReturnsIsCancelled() {
    Virtual.run(() -> {
      Task<String> task =
          createTask(() -> {
            currentTask().cancel("last words");
            return "result";
          });
      assertThatThrownBy(() -> await(task))
          .isInstanceOf(CancelledError.class)
          .hasMessage("last words");
      assertThat(task.cancelled()).isTrue();
    });
  }

  @Test
  void pendingCancellationDoesNotTouchAFutureThatIsDone() {
    Virtual.run(() -> {
      Future<String> done = getRunningLoop().createFuture();
      done.setResult("here already");
      currentTask().cancel("later");
      assertThat(await(done)).isEqualTo("here already"); // does not suspend
      assertThatThrownBy(() -> await(sleep(Duration.ZERO)))
          .isInstanceOf(CancelledError.class)
          .hasMessage("later");
      currentTask().uncancel();
    });
  }

  @Test
  void cancellationGoesThroughToTheFutureThatIsWaitedFor() {
    Virtual.run(() -> {
      Future<String> future = getRunningLoop().createFuture();
      Task<String> inner = createTask(() -> await(future));
      Task<String> outer = createTask(() -> await(inner));
      turns(2);
      outer.cancel("through and through");
      awaitCancelled(outer);
      assertThat(inner.cancelled()).isTrue();
      assertThat(future.cancelled()).isTrue();
      assertThatThrownBy(future::result)
          .isInstanceOf(CancelledError.class)
          .hasMessage("through and through");
    });
  }

  @Test
  void cancellationThatCrossesTheResultWins() {
    Virtual.run(() -> {
      Future<String> future = getRunningLoop().createFuture();
      Task<String> task = createTask(() -> await(future));
      turns(1);
      future.setResult("on its way");
      task.cancel("faster"); // the future is done, so the next step is told
      assertThatThrownBy(() -> await(task)).isInstanceOf(CancelledError.class).hasMessage("faster");
    });
  }

  @Test
  void cancellationThatCrossesAFailureWinsAndTheFailureCountsAsSeen() {
    List<String> reports = new ArrayList<>();
    Virtual.run(() -> {
      Virtual.collect(getRunningLoop(), reports);
      Future<String> future = getRunningLoop().createFuture();
      Task<String> task = createTask(() -> await(future));
      turns(1);
      future.setException(new IllegalStateException("on its way"));
      task.cancel();
      awaitCancelled(task);
    });
    assertThat(reports).isEmpty();
  }

  @Test
  void repeatedCancellationsAreCountedAndOneIsDelivered() {
    Virtual.run(() -> {
      Task<?> task =
          createTask(() -> {
            for (int i = 0; i < 2; i++) {
              try {
                await(sleep(seconds(10)));
                log.add("slept");
              } catch (CancelledError e) {
                log.add(e.getMessage() + " of " + currentTask().cancelling());
              }
            }
          });
      turns(1);
      task.cancel("first");
      task.cancel("second");
      await(task);
    });
    // the first cancels the future; the second finds it done and stays for the next step
    assertThat(log).hasSize(2).first().isEqualTo("first of 2");
  }

  @Test
  void cancellationOfAFinishedTaskDoesNothing() {
    Virtual.run(() -> {
      Task<String> task = createTask(() -> "done");
      await(task);
      assertThat(task.cancel()).isFalse();
      assertThat(task.cancelling()).isZero();
      assertThat(task.result()).isEqualTo("done");
    });
  }

  @Test
  void uncancelTakesRequestsBackAndAtZeroTheUndeliveredOne() {
    Virtual.run(() -> {
      Task<?> me = currentTask();
      assertThat(me.uncancel()).isZero();
      me.cancel();
      me.cancel();
      assertThat(me.cancelling()).isEqualTo(2);
      assertThat(me.uncancel()).isEqualTo(1);
      assertThat(me.uncancel()).isZero();
      await(sleep(seconds(1))); // nothing is delivered any more
      me.cancel("kept");
      me.cancel("kept");
      me.uncancel();
      assertThatThrownBy(() -> await(sleep(seconds(1))))
          .isInstanceOf(CancelledError.class)
          .hasMessage("kept");
      me.uncancel();
    });
  }

  @Test
  void catchOfExceptionDoesNotSwallowACancellation() {
    Virtual.run(() -> {
      Task<?> task =
          createTask(() -> {
            while (true) {
              try {
                await(sleep(seconds(1)));
              } catch (Exception e) {
                log.add("caught");
              }
            }
          });
      turns(1);
      task.cancel();
      awaitCancelled(task);
    });
    assertThat(log).isEmpty();
  }

  @Test
  void cleanupMayAwaitAndMayBeCancelledAgain() {
    Virtual.run(() -> {
      Task<?> task =
          createTask(() -> {
            try {
              await(sleep(seconds(10)));
            } finally {
              try {
                await(sleep(seconds(5)));
                log.add("cleaned up");
              } catch (CancelledError e) {
                log.add("cleanup cancelled " + e.getMessage());
              }
            }
          });
      turns(1);
      task.cancel();
      await(sleep(seconds(1)));
      assertThat(task.done()).isFalse();
      task.cancel("again");
      awaitCancelled(task);
    });
    assertThat(log).containsExactly("cleanup cancelled again");
  }

  @Test
  void cancellingTheShieldLeavesTheTaskRunning() {
    Virtual.run(() -> {
      Task<String> inner =
          createTask(() -> {
            await(sleep(seconds(5)));
            return "done all the same";
          });
      Task<?> outer = createTask(() -> await(shield(inner)));
      turns(1);
      outer.cancel();
      awaitCancelled(outer);
      assertThat(inner.done()).isFalse();
      assertThat(await(inner)).isEqualTo("done all the same");
    });
  }

  @Test
  void cancellingAGatherCancelsAllChildrenThatAreNotDone() {
    Virtual.run(() -> {
      Task<String> quick = createTask(() -> "quick");
      Task<?> slow = createTask(() -> await(sleep(seconds(5))));
      Task<?> slower = createTask(() -> await(sleep(seconds(6))));
      Future<?> all = gather(quick, slow, slower);
      turns(2);
      assertThat(all.cancel("stop")).isTrue();
      assertThat(all.done()).isFalse(); // it ends when its children report
      assertThatThrownBy(() -> await(all)).isInstanceOf(CancelledError.class);
      assertThat(quick.result()).isEqualTo("quick");
      assertThat(slow.cancelled()).isTrue();
      assertThat(slower.cancelled()).isTrue();
      assertThat(all.cancel()).isFalse();
    });
  }

  @Test
  void taskCancelledTogetherWithTheFutureItWaitsForSeesOneCancellation() {
    Virtual.run(() -> {
      Future<String> future = getRunningLoop().createFuture();
      Task<String> task =
          createTask(() -> {
            try {
              return await(future);
            } catch (CancelledError e) {
              log.add("cancelled " + e.getMessage());
            }
            await(sleep(seconds(1)));
            return "went on";
          });
      turns(1);
      future.cancel("the future");
      assertThat(await(task)).isEqualTo("went on");
      assertThat(task.cancelling()).isZero();
    });
    assertThat(log).containsExactly("cancelled the future");
  }

  @Test
  void cancelFromAForeignThreadIsRefusedAndNamesTheWayOut() {
    Virtual.run(() -> {
      Task<?> task = createTask(() -> await(sleep(seconds(10))));
      turns(1);
      List<Throwable> thrown = new ArrayList<>();
      Thread thread =
          Thread.ofPlatform()
              .start(() -> {
                try {
                  task.cancel();
                } catch (IllegalStateException e) {
                  thrown.add(e);
                }
              });
      thread.join();
      assertThat(thrown).hasSize(1);
      assertThat(thrown.getFirst())
          .hasMessageStartingWith("Non-thread-safe operation invoked on an event loop")
          .hasMessageContaining("Thread[#" + thread.threadId())
          .hasMessageContaining(getRunningLoop().toString())
          .hasMessageContaining("callSoonThreadsafe");
      task.cancel();
      awaitCancelled(task);
    });
  }

  @Test
  void sameErrorObjectArrivesOnceAndCopiesAfterwards() {
    Virtual.run(() -> {
      CancelledError[] own = new CancelledError[1];
      Task<?> task =
          createTask(() -> {
            own[0] = new CancelledError("mine");
            throw own[0];
          });
      assertThatThrownBy(() -> await(task)).isSameAs(own[0]);
      assertThatThrownBy(() -> await(task)).isInstanceOf(CancelledError.class).isNotSameAs(own[0]);
    });
  }

  @Test
  void allTasksEndWhenEachCancelsTheNext() {
    Virtual.run(() -> {
      List<Task<?>> ring = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        int me = i;
        ring.add(
            createTask(
                async(() -> {
                  try {
                    await(sleep(seconds(me == 0 ? 1 : 100)));
                  } finally {
                    ring.get((me + 1) % ring.size()).cancel();
                  }
                })));
      }
      await(Asyncio.wait(ring));
      assertThat(ring.subList(1, 20)).allMatch(Future::cancelled);
      assertThat(getRunningLoop().time().nanos()).isEqualTo(seconds(1).toNanos());
    });
  }
}
