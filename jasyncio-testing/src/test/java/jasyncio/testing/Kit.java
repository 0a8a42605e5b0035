package jasyncio.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;

/// Runs test classes that are samples.
final class Kit {
  private Kit() {}

  static EngineExecutionResults execute(Class<?> tests) {
    return EngineTestKit.engine("junit-jupiter").selectors(selectClass(tests)).execute();
  }

  /// All tests of the class pass, and there are so many.
  static void assertPasses(Class<?> tests, int count) {
    EngineExecutionResults results = execute(tests);
    assertThat(failures(results)).isEmpty();
    results.testEvents().assertStatistics(stats -> stats.started(count).succeeded(count));
  }

  /// What each failed test or class failed with.
  static List<Throwable> failures(Class<?> tests) {
    return failures(execute(tests));
  }

  /// What the only test of the class that fails fails with.
  static Throwable failure(Class<?> tests) {
    List<Throwable> failures = failures(tests);
    assertThat(failures).hasSize(1);
    return failures.getFirst();
  }

  /// The complaints about tests of the class that JUnit does not run.
  static List<@Nullable String> neverRun(Class<?> tests) {
    EngineExecutionResults results =
        EngineTestKit.engine("jasyncio-never-run").selectors(selectClass(tests)).execute();
    return failures(results).stream().map(Throwable::getMessage).toList();
  }

  private static List<Throwable> failures(EngineExecutionResults results) {
    return results.allEvents().failed().stream()
        .map(Event::getPayload)
        .map(payload -> ((TestExecutionResult) payload.orElseThrow()).getThrowable().orElseThrow())
        .toList();
  }
}
