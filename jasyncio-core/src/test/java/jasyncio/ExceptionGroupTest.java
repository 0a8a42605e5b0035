package jasyncio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jasyncio.parity.Parity;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Several exceptions as one.
@Parity("EXC-04")
class ExceptionGroupTest {
  private final IOException io = new IOException("io");
  private final FileNotFoundException file = new FileNotFoundException("file");
  private final IllegalStateException state = new IllegalStateException("state");
  private final ExceptionGroup inner = new ExceptionGroup("inner", List.of(file, state));
  private final ExceptionGroup group = new ExceptionGroup("outer", List.of(io, inner));

  @Test
  void splitKeepsTheShapeOfTheTree() {
    BaseExceptionGroup.Split split = group.split(IOException.class);
    assertThat(split.matching().message()).isEqualTo("outer");
    assertThat(split.matching().exceptions().getFirst()).isSameAs(io);
    assertThat(split.matching().exceptions().get(1))
        .isInstanceOfSatisfying(
            ExceptionGroup.class,
            part -> {
              assertThat(part.message()).isEqualTo("inner");
              assertThat(part.exceptions()).containsExactly(file);
            });
    assertThat(split.rest().exceptions())
        .singleElement()
        .isInstanceOfSatisfying(
            ExceptionGroup.class, part -> assertThat(part.exceptions()).containsExactly(state));
  }

  @Test
  void subgroupOfNothingIsNull() {
    assertThat(group.subgroup(ArithmeticException.class)).isNull();
    assertThat(group.split(ArithmeticException.class).rest()).isNotNull();
  }

  @Test
  void groupThatMatchesItselfIsKeptWhole() {
    assertThat(group.subgroup(ExceptionGroup.class)).isSameAs(group);
    assertThat(group.split(Exception.class).rest()).isNull();
  }

  @Test
  void derivedGroupKeepsMessageTraceAndCause() {
    Throwable cause = group.initCause(new IOException("cause")).getCause();
    Throwable derived = group.derive(List.of(state)).asThrowable();
    assertThat(derived).hasMessageContaining("outer").hasCause(cause);
    assertThat(derived.getStackTrace()).isEqualTo(group.getStackTrace());
  }

  @Test
  void errorAmongThemMakesAnErrorGroup() {
    BaseExceptionGroup mixed =
        BaseExceptionGroup.of("mixed", List.of(io, new CancelledError("stop")));
    assertThat(mixed).isInstanceOf(ErrorGroup.class);
    assertThat(mixed.subgroup(IOException.class)).isInstanceOf(ExceptionGroup.class);
    assertThatThrownBy(() -> new ExceptionGroup("none", List.of(new CancelledError("stop"))))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void emptyGroupIsRefused() {
    assertThatThrownBy(() -> BaseExceptionGroup.of("empty", List.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void membersArePrintedWithTheirTraces() {
    assertThat(group.getSuppressed()).containsExactly(io, inner);
    assertThat(inner.getSuppressed()).containsExactly(file, state);
    assertThat(group).hasMessageStartingWith("outer (2 sub-exceptions)");
  }
}
