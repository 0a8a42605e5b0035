package jasyncio.testing;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/// How one test is run: what the nearest [AsyncTest] says, on the method, its class or a class
/// around that.
///
/// @param limit how long each part may take on the loop's clock
/// @param schedules how many to explore; 1 for none but order of arrival
/// @param replay the one schedule to run; null to search
record TestSettings(
    boolean realTime, Duration limit, int schedules, Search search, @Nullable Schedule replay) {
  private static final Duration VIRTUAL_LIMIT = Duration.ofDays(1);
  private static final Duration REAL_LIMIT = Duration.ofMinutes(1);

  private static final TestSettings DEFAULTS =
      new TestSettings(false, VIRTUAL_LIMIT, 1, Search.MIXED, null);

  /// Of a test, or of a class for its `@BeforeAll` methods.
  ///
  /// @throws IllegalArgumentException if they contradict each other
  static TestSettings of(ExtensionContext context) {
    Optional<AsyncTest> asked =
        AnnotationSupport.findAnnotation(context.getTestMethod(), AsyncTest.class);
    for (Class<?> type = context.getTestClass().orElse(null);
        asked.isEmpty() && type != null;
        type = type.getEnclosingClass()) {
      asked = AnnotationSupport.findAnnotation(type, AsyncTest.class);
    }
    return asked.map(TestSettings::of).orElse(DEFAULTS);
  }

  private static TestSettings of(AsyncTest asked) {
    long seconds = asked.limitSeconds();
    if (seconds < 0) {
      throw new IllegalArgumentException("limitSeconds must not be negative: " + seconds);
    }
    if (asked.schedules() < 1) {
      throw new IllegalArgumentException("schedules must be at least 1, not " + asked.schedules());
    }
    Schedule replay = asked.replay().isEmpty() ? null : Schedule.parse(asked.replay());
    if (asked.realTime() && (asked.schedules() > 1 || replay != null)) {
      throw new IllegalArgumentException(
          "schedules are explored and replayed on virtual time only: take out realTime, or the"
              + " schedules");
    }
    Duration whole = asked.realTime() ? REAL_LIMIT : VIRTUAL_LIMIT;
    return new TestSettings(
        asked.realTime(),
        seconds == 0 ? whole : Duration.ofSeconds(seconds),
        asked.schedules(),
        asked.search(),
        replay);
  }

  boolean explores() {
    return schedules > 1 || replay != null;
  }
}
