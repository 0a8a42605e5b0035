package jasyncio.testing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// The extension's tests run on the JUnit that their module is about: see
/// `jasyncio-testing-junit5`.
class JUnitVersionTest {
  @Test
  void isTheOneAskedFor() {
    assertThat(Test.class.getPackage().getImplementationVersion())
        .startsWith(Integer.getInteger("junit.major", 6) + ".");
  }
}
