package jasyncio.net.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TlsProviderTest {
  private final String before = System.getProperty("jasyncio.tls", "");

  @AfterEach
  void putBack() {
    System.setProperty("jasyncio.tls", before);
  }

  private static TlsProvider with(String property) {
    System.setProperty("jasyncio.tls", property);
    return TlsProvider.select();
  }

  @Test
  void boringSslIsUsedWhereItIsThere() {
    assertThat(with("").name()).isEqualTo("boringssl");
    assertThat(with("").reason()).isEqualTo("it is available, and the fastest");
  }

  @Test
  void thePropertyDecides() {
    assertThat(with("jdk").name()).isEqualTo("jdk");
    assertThat(with("jdk").reason()).isEqualTo("-Djasyncio.tls=jdk");
    assertThat(with("boringssl").name()).isEqualTo("boringssl");
    assertThatThrownBy(() -> with("other"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("the names are jdk, boringssl");
  }
}
