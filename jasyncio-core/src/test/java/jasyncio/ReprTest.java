package jasyncio;

import static jasyncio.Asyncio.allTasks;
import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.createTask;
import static jasyncio.Asyncio.getRunningLoop;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Texts of futures and tasks, whatever their results are.
class ReprTest {
  private static Future<Object> futureOf(Object result) {
    Future<Object> future = getRunningLoop().createFuture();
    future.setResult(result);
    return future;
  }

  @Test
  void futureThatContainsItselfIsPrintedOnce() {
    Virtual.run(() -> {
      Future<Object> self = getRunningLoop().createFuture();
      self.setResult(self);
      assertThat(self).hasToString("<Future finished result=...>");
      Future<Object> one = getRunningLoop().createFuture();
      one.setResult(List.of(futureOf(List.of(one))));
      assertThat(one).hasToString("<Future finished result=[<Future finished result=[...]>]>");
      Future<Object> failed = getRunningLoop().createFuture();
      failed.setException(new SpeakingException(failed));
      assertThat(failed).hasToString("<Future finished exception=about ...>");
      failed.exception();
    });
  }

  private static final class SpeakingException extends RuntimeException {
    private static final long serialVersionUID = 1;
    private final transient Object about;

    SpeakingException(Object about) {
      this.about = about;
    }

    @Override
    public String toString() {
      return "about " + about;
    }
  }

  @Test
  void taskWhoseResultContainsItIsPrintedOnce() {
    Virtual.run(() -> {
      Task<Set<Task<?>>> task = createTask(() -> allTasks());
      await(task);
      assertThat(task.toString())
          .startsWith("<Task finished name='Task-2'")
          .contains("result=[<Task pending name='Task-1'", ", ...]>");
    });
  }

  @Test
  void longResultsAreCutShort() {
    Virtual.run(() -> {
      assertThat(futureOf("x".repeat(1_000_000)).toString()).hasSizeLessThan(300).contains("x...x");
      assertThat(futureOf(Collections.nCopies(1_000_000, 1)))
          .hasToString("<Future finished result=[1, 1, 1, 1, 1, 1, ...]>");
      assertThat(futureOf(Map.of("key", List.of("value"))))
          .hasToString("<Future finished result={key=[value]}>");
    });
  }

  @Test
  void deepAndCircularResultsAreCutShort() {
    Virtual.run(() -> {
      List<Object> circle = new ArrayList<>();
      circle.add(List.of(circle));
      assertThat(futureOf(circle).toString()).endsWith("[[[[[[[...]]]]]]]>");
      Future<Object> chain = futureOf("the end");
      for (int i = 0; i < 100_000; i++) {
        chain = futureOf(chain);
      }
      assertThat(chain.toString()).hasSizeLessThan(300).contains("...");
    });
  }

  @Test
  void resultThatCannotBePrintedIsNamed() {
    Object broken =
        new Object() {
          @Override
          public String toString() {
            throw new IllegalStateException("no text");
          }
        };
    Virtual.run(() ->
        assertThat(futureOf(broken).toString())
            .startsWith("<Future finished result=jasyncio.ReprTest$1 that cannot be printed")
            .contains("IllegalStateException"));
  }
}
