package jasyncio.http.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RouterTest {
  private static final Handler A = _ -> Response.text("a");
  private static final Handler B = _ -> Response.text("b");

  private static Map<String, String> variables(String pattern, String path) {
    Router router = new Router();
    router.add("GET", pattern, A);
    try {
      return router.match("GET", path).variables();
    } catch (HttpException e) {
      assertThat(e.response().status()).isEqualTo(404);
      return null;
    }
  }

  @ParameterizedTest
  @CsvSource({
    "/, /",
    "/a/b, /a/b",
    "/a b, /a%20b",
    "/caf\u00e9, /caf%C3%A9",
    "/caf\u00e9, /caf%c3%a9",
    "/%41, /A",
    "/A, /%41",
    "/a|b, /a%7Cb",
    "/a%2Fb, /a%2fb",
  })
  void plainPathsFitTheirOtherSpellings(String pattern, String path) {
    assertThat(variables(pattern, path)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "/, ''",
    "/a, /a/",
    "/a/, /a",
    "/a/b, /a%2Fb",
    "/a%2Fb, /a/b",
    "/a, /A",
    "/a.b, /axb"
  })
  void otherPathsDoNotFit(String pattern, String path) {
    assertThat(variables(pattern, path)).isNull();
  }

  @Test
  void variablesStandForOneSegment() {
    assertThat(variables("/user/{name}", "/user/ann")).containsEntry("name", "ann");
    assertThat(variables("/user/{name}", "/user/a%2Fb%20c")).containsEntry("name", "a/b c");
    assertThat(variables("/user/{name}", "/user/%C3%A9")).containsEntry("name", "\u00e9");
    assertThat(variables("/user/{name}", "/user/")).isNull();
    assertThat(variables("/user/{name}", "/user/a/b")).isNull();
    assertThat(variables("/{a_b}/{c}.txt", "/x/y.txt")).isEqualTo(Map.of("a_b", "x", "c", "y"));
  }

  @Test
  void variablesMayHaveConditions() {
    assertThat(variables("/n/{id:\\d{2,3}}", "/n/123")).containsEntry("id", "123");
    assertThat(variables("/n/{id:\\d{2,3}}", "/n/1")).isNull();
    assertThat(variables("/n/{id:[a-z]+}", "/n/A")).isNull();
    assertThat(variables("/files/{rest:.*}", "/files/a/b/c")).containsEntry("rest", "a/b/c");
    assertThat(variables("/files/{rest:(a|b)+}", "/files/abba")).containsEntry("rest", "abba");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a", "/{", "/}", "/{a", "/{a b}", "/{1}", "/{a:[}", "/{}", "/{{a}}"})
  void pathsThatAreNoneAreRefused(String path) {
    assertThatThrownBy(() -> new Router().add("GET", path, A))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void theFirstThatFitsWins() {
    Router router = new Router();
    router.add("GET", "/x/{any}", A);
    router.add("GET", "/x/special", B);
    router.add("POST", "/x/special", B);

    assertThat(router.match("GET", "/x/special").handler()).isSameAs(A);
    assertThat(router.match("POST", "/x/special").handler()).isSameAs(B);
  }

  @Test
  void theOrderCountsAmongPlainPathsAndThoseWithVariables() {
    Handler c = _ -> Response.text("c");
    Handler d = _ -> Response.text("d");
    Router router = new Router();
    router.add("GET", "/%41", A);
    router.add("PUT", "/{x}", B);
    router.add("GET", "/A", c);
    router.add("PUT", "/A", c);
    router.add("POST", "/A", c);
    router.add("POST", "/{y}", d);

    assertThat(router.match("GET", "/A").handler()).isSameAs(A);
    assertThat(router.match("HEAD", "/A").handler()).isSameAs(A);
    assertThat(router.match("PUT", "/%41").handler()).isSameAs(B);
    assertThat(router.match("POST", "/A").handler()).isSameAs(c);
    assertThat(router.match("POST", "/B").handler()).isSameAs(d);
    assertThat(router.match("POST", "/B").variables()).containsExactly(Map.entry("y", "B"));
    assertThatThrownBy(() -> router.match("DELETE", "/A"))
        .isInstanceOfSatisfying(
            HttpException.class,
            e -> assertThat(e.response().headers().get("Allow")).isEqualTo("GET, HEAD, POST, PUT"));
  }

  @Test
  void aRouteIsAddedOnce() {
    Router router = new Router();
    router.add("get", "/x", A);

    assertThatThrownBy(() -> router.add("GET", "/x", B))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("Added route will never be executed, method GET is already");
  }

  @Test
  void headIsAnsweredByGet() {
    Router router = new Router();
    router.add("GET", "/x", A);
    router.add("POST", "/y", A);

    assertThat(router.match("HEAD", "/x").handler()).isSameAs(A);
    assertThatThrownBy(() -> router.match("HEAD", "/y"))
        .isInstanceOfSatisfying(
            HttpException.class, e -> assertThat(e.response().status()).isEqualTo(405));
  }

  @Test
  void anotherMethodIsToldWhichOnesThereAre() {
    Router router = new Router();
    router.add("POST", "/x", A);
    router.add("GET", "/{y}", A);

    assertThatThrownBy(() -> router.match("DELETE", "/x"))
        .isInstanceOfSatisfying(
            HttpException.class,
            e -> {
              assertThat(e.response().status()).isEqualTo(405);
              assertThat(e.response().headers().get("Allow")).isEqualTo("GET, HEAD, POST");
            });
  }
}
