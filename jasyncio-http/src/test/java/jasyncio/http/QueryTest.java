package jasyncio.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QueryTest {
  @Test
  void fieldsAreDecoded() {
    Query query = Query.parse("a=1&b=x+y%2Bz&a=2&c&d=%C3%A9&=e&&f=g=h");

    assertThat(query.get("a")).isEqualTo("1");
    assertThat(query.getAll("a")).containsExactly("1", "2");
    assertThat(query.get("b")).isEqualTo("x y+z");
    assertThat(query.get("c")).isEmpty();
    assertThat(query.get("d")).isEqualTo("\u00e9");
    assertThat(query.get("")).isEqualTo("e");
    assertThat(query.get("f")).isEqualTo("g=h");
    assertThat(query.get("g")).isNull();
    assertThat(query.size()).isEqualTo(7);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a=%", "a=%4", "a=%zz", "%%%=%", "a=%\u0664\u0661"})
  void brokenCodesStayAsTheyAre(String raw) {
    assertThat(Query.parse(raw).size()).isEqualTo(1);
    assertThat(Query.parse(Query.parse(raw).toString())).isEqualTo(Query.parse(raw));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a b", "a&b=c", "a+b", "100%", "\u00e9\ud83d\ude00", "a#b?c/d", "\r\n"})
  void whatIsWrittenIsReadAgain(String text) {
    Query query = Query.of(text, text).plus("x", text);

    assertThat(query.toString()).matches("[!-~]*").doesNotContain("#");
    assertThat(Query.parse(query.toString())).isEqualTo(query).hasSameHashCodeAs(query);
  }

  @Test
  void nothingIsNoField() {
    assertThat(Query.parse(null)).isEmpty();
    assertThat(Query.parse("")).isEmpty();
    assertThat(Query.parse("&&")).isEmpty();
    assertThat(Query.of().isEmpty()).isTrue();
    assertThatThrownBy(() -> Query.of("a")).isInstanceOf(IllegalArgumentException.class);
  }
}
