package jasyncio.conformance;

import org.jspecify.annotations.Nullable;

/// The scenario, or the file it comes from, is not as it should be.
final class ScenarioError extends RuntimeException {
  private static final long serialVersionUID = 1;

  ScenarioError(String message) {
    this(message, null);
  }

  ScenarioError(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
