package jasyncio;

import jasyncio.parity.DefaultSignals;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// Gives a test that raises signals the default ones, whoever has started the build.
final class SignalsAtDefault implements BeforeEachCallback, AfterEachCallback {
  private @Nullable DefaultSignals signals;

  @Override
  public void beforeEach(ExtensionContext context) throws Exception {
    signals = DefaultSignals.restore();
  }

  @Override
  public void afterEach(ExtensionContext context) {
    if (signals != null) {
      signals.close();
    }
  }
}
