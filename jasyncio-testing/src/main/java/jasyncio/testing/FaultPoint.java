package jasyncio.testing;

import jasyncio.Asyncio;
import jasyncio.EventLoop;
import jasyncio.Explore;
import jasyncio.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// An answer of something outside, for fakes: it comes soon; but while schedules are explored it
/// may also come late, or be a failure.
///
/// ```java
/// FaultPoint disk = FaultPoint.of("disk")
///     .late(millis(200))
///     .failing(() -> new IOException("no space left"));
///
/// Future<byte[]> read(String file) {
///   return disk.answer(files.get(file));
/// }
/// ```
///
/// Immutable: each method that adds something returns a changed copy.
public final class FaultPoint {
  private final String name;
  private final List<Duration> delays;
  private final List<Supplier<? extends Throwable>> failures;

  private FaultPoint(
      String name, List<Duration> delays, List<Supplier<? extends Throwable>> failures) {
    this.name = name;
    this.delays = delays;
    this.failures = failures;
  }

  /// {@return a point whose answers are never late and never fail}
  ///
  /// @param name what it is called in the timeline of a failure
  public static FaultPoint of(String name) {
    return new FaultPoint(Objects.requireNonNull(name, "name"), List.of(), List.of());
  }

  /// Lets the answer come late in some schedules.
  ///
  /// @param delay how late on the loop's clock
  /// @return a copy with that
  /// @throws IllegalArgumentException if the delay is negative
  public FaultPoint late(Duration delay) {
    if (delay.isNegative()) {
      throw new IllegalArgumentException("an answer does not come before its question: " + delay);
    }
    return new FaultPoint(name, plus(delays, delay), failures);
  }

  /// Lets the answer be a failure in some schedules.
  ///
  /// @param failure makes a new exception for each
  /// @return a copy with that
  public FaultPoint failing(Supplier<? extends Throwable> failure) {
    return new FaultPoint(name, delays, plus(failures, failure));
  }

  private static <E> List<E> plus(List<E> some, E one) {
    List<E> more = new ArrayList<>(some);
    more.add(Objects.requireNonNull(one));
    return List.copyOf(more);
  }

  /// Answers. Does not suspend.
  ///
  /// @param <T> the type of the answer
  /// @param value the answer, if it is none of the failures
  /// @return a future that is done on the next turn of the running loop, or later, if the schedule
  ///   says so
  /// @throws IllegalStateException if no loop runs here
  public <T extends @Nullable Object> Future<T> answer(T value) {
    EventLoop loop = Asyncio.getRunningLoop();
    Future<T> answer = loop.createFuture();
    int way = Explore.choice(name, 1 + delays.size() + failures.size());
    int failure = way - 1 - delays.size();
    Runnable come =
        () -> {
          if (answer.done()) {
            return; // nobody wants it any more
          }
          if (failure < 0) {
            answer.setResult(value);
          } else {
            answer.setException(failures.get(failure).get());
          }
        };
    if (way > 0 && failure < 0) {
      loop.callLater(delays.get(way - 1), come);
    } else {
      loop.callSoon(come);
    }
    return answer;
  }
}
