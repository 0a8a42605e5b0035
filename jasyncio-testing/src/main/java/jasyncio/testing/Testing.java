package jasyncio.testing;

import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.sleep;

import jasyncio.AsyncAction;
import jasyncio.Asyncio;
import jasyncio.CheckReturnValue;
import jasyncio.Coroutine;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/// What a test can do with the time of its loop. Everything here is called in a test: of
/// [AsyncTest], [Explorer] or [CancelSweep].
///
/// ```java
/// Cache cache = new Cache(clock());
/// cache.put("key", "value", seconds(60));
/// await(advance(seconds(61)));
/// assertThat(cache.get("key")).isNull();
/// ```
///
/// Counterpart: `trio.testing`, which has `MockClock` and `wait_all_tasks_blocked`.
public final class Testing {
  /// What [#clock()] shows when virtual time begins.
  private static final Instant START = Instant.parse("2000-01-01T00:00:00Z");

  private Testing() {}

  /// Lets virtual time go on for so long, and then everything run that is due by then: afterwards
  /// all other tasks wait, for something later or for something else.
  ///
  /// Suspends. Cancel-safe: the time that has passed has passed.
  ///
  /// @param time how far; zero is [#runUntilIdle()]
  /// @return a coroutine that does so when awaited
  /// @throws IllegalArgumentException if the time is negative
  /// @throws IllegalStateException when awaited, if the loop is not a test's on virtual time
  @CheckReturnValue
  public static Coroutine<@Nullable Void> advance(Duration time) {
    if (time.isNegative()) {
      throw new IllegalArgumentException("time does not go back: " + time);
    }
    return Asyncio.async(
        (AsyncAction)
            () -> {
              TestTime clock = virtualTime("advance");
              if (!time.isZero()) {
                await(sleep(time));
              }
              await(clock.idle());
            });
  }

  /// Lets everything run that can run now, until all other tasks wait for a time to come or for
  /// something else. No time passes.
  ///
  /// A task that polls without a pause never waits, so this would not end: then the test fails.
  ///
  /// Suspends. Cancel-safe.
  ///
  /// @return a coroutine that does so when awaited
  /// @throws IllegalStateException when awaited, if the loop is not a test's on virtual time
  @CheckReturnValue
  public static Coroutine<@Nullable Void> runUntilIdle() {
    return advance(Duration.ZERO);
  }

  /// {@return the clock of this test for code that takes an [InstantSource]} On virtual time it
  /// begins with the year 2000, in UTC, and goes with the loop's; on real time it is the system's.
  ///
  /// @throws IllegalStateException if no test's loop runs here
  public static InstantSource clock() {
    TestTime time = Resources.ofRunningLoop("clock").time();
    return time == null ? InstantSource.system() : () -> START.plusNanos(time.nanoTime());
  }

  /// Allows something to be left open at the end of the test: an executor or another resource that
  /// several tests share.
  ///
  /// @param <T> its type
  /// @param resource what may be left open
  /// @return the resource
  /// @throws IllegalStateException if no test's loop runs here
  public static <T> T leavingOpen(T resource) {
    Resources.ofRunningLoop("leavingOpen").allow(resource);
    return resource;
  }

  private static TestTime virtualTime(String operation) {
    TestTime time = Resources.ofRunningLoop(operation).time();
    if (time == null) {
      throw new IllegalStateException(
          operation + " needs virtual time, and this test runs on real time");
    }
    return time;
  }
}
