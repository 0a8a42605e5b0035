package jasyncio.sweeps;

import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.seconds;
import static jasyncio.Asyncio.sleep;
import static jasyncio.sweeps.CancelSafety.Safe.AS_THE_BODY;
import static jasyncio.sweeps.CancelSafety.Safe.YES;
import static jasyncio.sweeps.Sweeps.sweep;
import static jasyncio.sweeps.Sweeps.turns;
import static org.assertj.core.api.Assertions.assertThat;

import jasyncio.AsyncAction;
import jasyncio.Coroutine;
import jasyncio.sync.BoundedSemaphore;
import jasyncio.sync.Condition;
import jasyncio.sync.Held;
import jasyncio.sync.Lock;
import jasyncio.sync.Semaphore;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Topic("Locks and semaphores")
class HoldSweepTest {

  /// What the four have in common; they have no public type for it.
  private record Door(
      Supplier<Coroutine<Boolean>> acquire,
      Supplier<Coroutine<Held>> hold,
      Function<AsyncAction, Coroutine<@Nullable Void>> with,
      Runnable release,
      BooleanSupplier locked,
      IntSupplier waiting) {}

  /// Each lets one in at a time.
  enum Kind {
    LOCK,
    CONDITION,
    SEMAPHORE,
    BOUNDED_SEMAPHORE;

    private Door make() {
      return switch (this) {
        case LOCK -> {
          Lock it = new Lock();
          yield new Door(
              it::acquire,
              it::hold,
              it::with,
              it::release,
              it::locked,
              () -> it.statistics().waiting());
        }
        case CONDITION -> {
          Condition it = new Condition();
          yield new Door(
              it::acquire,
              it::hold,
              it::with,
              it::release,
              it::locked,
              () -> it.statistics().lock().waiting());
        }
        case SEMAPHORE -> {
          Semaphore it = new Semaphore();
          yield new Door(
              it::acquire,
              it::hold,
              it::with,
              it::release,
              it::locked,
              () -> it.statistics().waiting());
        }
        case BOUNDED_SEMAPHORE -> {
          BoundedSemaphore it = new BoundedSemaphore();
          yield new Door(
              it::acquire,
              it::hold,
              it::with,
              it::release,
              it::locked,
              () -> it.statistics().waiting());
        }
      };
    }
  }

  /// The three ways to go through the door.
  enum Way {
    ACQUIRE {
      @Override
      void through(Door door, AsyncAction body) throws Throwable {
        await(door.acquire().get());
        try {
          body.run();
        } finally {
          door.release().run();
        }
      }
    },
    HOLD {
      @Override
      void through(Door door, AsyncAction body) throws Throwable {
        try (Held _ = await(door.hold().get())) {
          body.run();
        }
      }
    },
    WITH {
      @Override
      void through(Door door, AsyncAction body) {
        await(door.with().apply(body));
      }
    };

    abstract void through(Door door, AsyncAction body) throws Throwable;
  }

  /// The victim competes with tasks before and after it, in all three ways.
  private static void sweepAll(Kind kind, Way way, int before, int after) {
    sweep(
        way + " of " + kind + ", " + before + " before, " + after + " after",
        world -> {
          Door door = kind.make();
          int[] inside = {0};
          AsyncAction visit =
              () ->
                  way.through(
                      door,
                      () -> {
                        assertThat(++inside[0]).as("inside").isEqualTo(1);
                        try {
                          await(sleep(seconds(1)));
                        } finally {
                          inside[0]--;
                        }
                      });
          for (int i = 0; i < before; i++) {
            world.helper(visit);
          }
          world.victim(() -> {
            turns(1);
            visit.run();
          });
          for (int i = 0; i < after; i++) {
            world.helper(() -> {
              turns(2);
              visit.run();
            });
          }
          world.check(() -> {
            assertThat(door.locked().getAsBoolean()).as("locked").isFalse();
            assertThat(door.waiting().getAsInt()).as("waiting").isZero();
            visit.run();
          });
        });
  }

  private static void sweepAll(Kind kind, Way way) {
    sweepAll(kind, way, 1, 1);
    sweepAll(kind, way, 1, 0);
    sweepAll(kind, way, 2, 2);
  }

  @ParameterizedTest
  @EnumSource
  @CancelSafety(
      of = {
        "Lock.acquire",
        "Condition.acquire",
        "Semaphore.acquire",
        "BoundedSemaphore.acquire",
      },
      safe = YES,
      then = "It is not acquired, and the next one who waits gets it.")
  void acquireLetsTheNextOneThrough(Kind kind) {
    sweepAll(kind, Way.ACQUIRE);
  }

  @ParameterizedTest
  @EnumSource
  @CancelSafety(
      of = {"Lock.hold", "Condition.hold", "Semaphore.hold", "BoundedSemaphore.hold"},
      safe = YES,
      then = "As `acquire`. Cancelled inside the statement, it is released.")
  void holdReleases(Kind kind) {
    sweepAll(kind, Way.HOLD);
  }

  @ParameterizedTest
  @EnumSource
  @CancelSafety(
      of = {"Lock.with", "Condition.with", "Semaphore.with", "BoundedSemaphore.with"},
      safe = AS_THE_BODY,
      then = "As `acquire`, until the body runs; then the body is cancelled, and it is released.")
  void withReleases(Kind kind) {
    sweepAll(kind, Way.WITH);
  }

  @ParameterizedTest
  @EnumSource(names = {"SEMAPHORE", "BOUNDED_SEMAPHORE"})
  void permitsAreNeitherLostNorMultiplied(Kind kind) {
    sweep(
        kind + " of two permits",
        world -> {
          Semaphore semaphore = kind == Kind.SEMAPHORE ? new Semaphore(2) : new BoundedSemaphore(2);
          int[] inside = {0};
          AsyncAction visit =
              () ->
                  await(
                      semaphore.with(() -> {
                        assertThat(++inside[0]).as("inside").isLessThanOrEqualTo(2);
                        try {
                          await(sleep(Duration.ofMillis(700 + 100 * inside[0])));
                        } finally {
                          inside[0]--;
                        }
                      }));
          world.helper(visit);
          world.helper(visit);
          world.helper(visit);
          world.victim(visit);
          world.helper(visit);
          world.helper(visit);
          world.check(
              () -> assertThat(semaphore.statistics()).isEqualTo(new Semaphore.Statistics(2, 0)));
        });
  }

  @ParameterizedTest
  @EnumSource
  void releaseWhileAWokenWaiterIsCancelledReachesTheNextOne(Kind kind) {
    sweep(
        "release in the same turn, " + kind,
        world -> {
          Door door = kind.make();
          await(door.acquire().get());
          world.victim(() -> Way.ACQUIRE.through(door, () -> {}));
          world.helper(() -> Way.ACQUIRE.through(door, () -> {}));
          world.helper(() -> {
            turns(3);
            door.release().run();
            turns(1); // who comes now queues up behind those who wait
            Way.ACQUIRE.through(door, () -> turns(1));
          });
          world.check(() -> assertThat(door.locked().getAsBoolean()).as("locked").isFalse());
        });
  }
}
