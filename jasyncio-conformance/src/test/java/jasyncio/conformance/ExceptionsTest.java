package jasyncio.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import jasyncio.CancelledError;
import jasyncio.TimeoutError;
import jasyncio.sync.BrokenBarrierError;
import jasyncio.sync.QueueFull;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ExceptionsTest {
  private final Exceptions exceptions = new Exceptions();

  private Throwable raise(String type, String message) {
    Map<String, Object> spec = new HashMap<>(Map.of("type", type));
    if (message != null) {
      spec.put("msg", message);
    }
    return exceptions.make(spec);
  }

  @Test
  void adviceBehindTheTextOfCpythonIsCutOff() {
    assertThat(show(new IllegalStateException("Lock is not acquired. Acquire it first.")))
        .isEqualTo("[RuntimeError, Lock is not acquired.]");
    assertThat(
            show(
                new IllegalStateException("TaskGroup <TaskGroup a> is finished. Make <b> another")))
        .isEqualTo("[RuntimeError, TaskGroup <> is finished]");
    assertThat(show(new BrokenBarrierError("Barrier aborted, so what")))
        .isEqualTo("[BrokenBarrierError, Barrier aborted]");
  }

  @Test
  void typeOfAnIllegalArgumentIsThatOfTheText() {
    assertThat(
            show(
                new IllegalArgumentException(
                    "can't send non-None value to a just-started async generator")))
        .startsWith("[TypeError, ");
    assertThat(show(new IllegalArgumentException("Set of Tasks/Futures is empty.")))
        .startsWith("[ValueError, ");
  }

  @Test
  void otherTextsAreNotTouched() {
    assertThat(show(new IllegalStateException("The Lock is not acquired.")))
        .isEqualTo("[RuntimeError, The Lock is not acquired.]");
    assertThat(show(new CancelledError("Barrier aborted, so what")))
        .isEqualTo("[CancelledError, Barrier aborted, so what]");
  }

  @Test
  void whatTheProgramRaisedIsShownAsItIs() {
    assertThat(show(raise("TimeoutError", "mine"))).isEqualTo("[TimeoutError, mine]");
    assertThat(show(new TimeoutError("ours"))).isEqualTo("[TimeoutError, ]");
    assertThat(show(raise("QueueFull", "mine"))).isEqualTo("[QueueFull, mine]");
    assertThat(show(new QueueFull("ours"))).isEqualTo("[QueueFull, ]");
    assertThat(show(raise("RuntimeError", "Lock is not acquired. Mine")))
        .isEqualTo("[RuntimeError, Lock is not acquired. Mine]");
    assertThat(show(raise("KeyError", null))).isEqualTo("[KeyError, ]");
  }

  @Test
  void handlersFollowPythonsHierarchy() {
    assertThat(exceptions.isInstance(raise("KeyError", "k"), List.of("LookupError"))).isTrue();
    assertThat(exceptions.isInstance(raise("TimeoutError", "t"), List.of("OSError"))).isTrue();
    assertThat(exceptions.isInstance(new BrokenBarrierError(), List.of("RuntimeError"))).isTrue();
    assertThat(exceptions.isInstance(new CancelledError(), List.of("Exception"))).isFalse();
    assertThat(exceptions.isInstance(new CancelledError(), List.of("BaseException"))).isTrue();
    assertThat(exceptions.isInstance(new IllegalStateException(), List.of("ValueError"))).isFalse();
  }

  private String show(Throwable t) {
    return String.valueOf(exceptions.show(t));
  }
}
