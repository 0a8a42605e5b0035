package jasyncio.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeadersTest {
  @Test
  void namesCountTheSameInUpperAndLowerCase() {
    Headers headers = Headers.of("Content-Type", "text/plain");

    assertThat(headers.get("content-TYPE")).isEqualTo("text/plain");
    assertThat(headers.contains("CONTENT-TYPE")).isTrue();
    assertThat(headers.getAll("content-type")).containsExactly("text/plain");
    assertThat(headers.get("content")).isNull();
  }

  @Test
  void aNameMayOccurMoreThanOnce() {
    Headers headers = Headers.of("Set-Cookie", "a=1", "X", "y", "set-cookie", "b=2");

    assertThat(headers.get("Set-Cookie")).isEqualTo("a=1");
    assertThat(headers.getAll("Set-Cookie")).containsExactly("a=1", "b=2");
    assertThat(headers.names()).containsExactly("set-cookie", "x");
    assertThat(headers.size()).isEqualTo(3);
  }

  @Test
  void withReplacesAllInThePlaceOfTheFirst() {
    Headers headers = Headers.of("A", "1", "B", "2", "a", "3").with("A", "4");

    assertThat(headers).isEqualTo(Headers.of("A", "4", "B", "2"));
  }

  @Test
  void changesMakeCopies() {
    Headers headers = Headers.of("A", "1");

    assertThat(headers.plus("A", "2").getAll("a")).containsExactly("1", "2");
    assertThat(headers.without("a")).isEqualTo(Headers.of()).hasSize(0);
    assertThat(headers.withDefault("a", "2")).isSameAs(headers);
    assertThat(headers.withDefault("B", "2").get("b")).isEqualTo("2");
    assertThat(headers.withAll(Headers.of("a", "3", "a", "4")).getAll("A"))
        .containsExactly("3", "4");
    assertThat(headers).hasToString("[A: 1]").hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"a\r\nX: y", "a\nb", "a\rb", "a\0b", "\u000b", "\u007f", "caf\u00e9 \u20ac"})
  void valuesThatCouldBreakOutOfTheFieldAreRefused(String value) {
    assertThatThrownBy(() -> Headers.of("X", value))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("X");
    assertThatThrownBy(() -> Headers.of().with("X", value))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Headers.of().plus("X", value))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "a:b", "a\r\n", "\u00e9", "a\0", "(x)", "a\tb"})
  void namesThatAreNoTokensAreRefused(String name) {
    assertThatThrownBy(() -> Headers.of(name, "v")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void theMessageNamesTheCharacterAndDoesNotRepeatIt() {
    assertThatThrownBy(() -> Headers.of("X", "a\nb"))
        .hasMessageStartingWith(
            "Newline, carriage return, or null byte detected in headers. Potential header injection"
                + " attack.")
        .hasMessageContaining("U+000A at index 1")
        .message()
        .doesNotContain("\n");
  }

  @Test
  void latin1AndTabsAreAllowed() {
    assertThat(Headers.of("X", "caf\u00e9\tx").get("x")).isEqualTo("caf\u00e9\tx");
  }

  @Test
  void anOddNumberIsRefused() {
    assertThatThrownBy(() -> Headers.of("a", "b", "c"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
