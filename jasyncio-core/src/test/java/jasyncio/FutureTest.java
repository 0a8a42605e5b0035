package jasyncio;

import static jasyncio.Asyncio.async;
import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.createTask;
import static jasyncio.Asyncio.getRunningLoop;
import static jasyncio.Asyncio.sleep;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jasyncio.parity.Parity;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/// Futures, beyond what the recorded traces show.
class FutureTest {
  private final List<ExceptionContext> reports = new ArrayList<>();

  private void run(AsyncAction body) {
    run(body, LoopConfig.defaults().withVirtualTime());
  }

  private void run(AsyncAction body, LoopConfig config) {
    Asyncio.run(
        async(() -> {
          getRunningLoop().setExceptionHandler((_, context) -> reports.add(context));
          body.run();
        }),
        config);
  }

  @Test
  @Parity({"FUT-01", "FUT-05", "FAC-01"})
  void everyAwaitGivesTheSameOutcome() {
    run(() -> {
      Future<Integer> future = getRunningLoop().createFuture();
      assertThat(future.getLoop()).isSameAs(getRunningLoop());
      assertThat(future.done()).isFalse();
      future.setResult(5);
      assertThat(await(future) + await(future)).isEqualTo(10);
      assertThat(future.done()).isTrue();
      assertThat(future.cancelled()).isFalse();
    });
  }

  @Test
  @Parity("FUT-06")
  void doneCallbackRunsLaterInTheContextOfItsRegistration() {
    run(() -> {
      ContextVar<String> variable = ContextVar.withDefault("variable", "at first");
      List<String> log = new ArrayList<>();
      Future<String> future = getRunningLoop().createFuture();
      future.addDoneCallback(_ -> log.add(variable.get()));
      Context other = Context.copyOfCurrent();
      other.run(() -> variable.set("elsewhere"));
      future.addDoneCallback(_ -> log.add(variable.get()), other);
      variable.set("since then");
      future.addDoneCallback(_ -> log.add(variable.get()));
      future.setResult("done");
      assertThat(log).isEmpty();
      await(sleep(Duration.ZERO));
      assertThat(log).containsExactly("at first", "elsewhere", "since then");
    });
  }

  @Test
  @Parity("FUT-07")
  void everyRegistrationOfACallbackIsRemoved() {
    run(() -> {
      List<String> log = new ArrayList<>();
      Consumer<Future<String>> callback = _ -> log.add("called");
      Future<String> future = getRunningLoop().createFuture();
      future.addDoneCallback(callback);
      future.addDoneCallback(_ -> log.add("another"));
      future.addDoneCallback(callback);
      assertThat(future.removeDoneCallback(callback)).isEqualTo(2);
      assertThat(future.removeDoneCallback(callback)).isZero();
      future.setResult("done");
      await(sleep(Duration.ZERO));
      assertThat(log).containsExactly("another");
    });
  }

  @Test
  @Parity({"FUT-08", "DBG-05"})
  void failureNobodyLooksAtIsReportedWithWhereItsTaskWasMade() {
    run(
        () -> {
          createTask(() -> {
            throw new IOException("unseen");
          });
          await(sleep(Duration.ZERO));
        },
        LoopConfig.defaults().withVirtualTime().withDebug(true));
    assertThat(reports)
        .singleElement()
        .satisfies(report -> {
          assertThat(report.message()).startsWith("Task exception was never retrieved");
          assertThat(report.exception()).hasMessage("unseen");
          assertThat(report.source().getStackTrace()[0].getClassName())
              .isEqualTo(FutureTest.class.getName());
        });
  }

  @Test
  @Parity({"FUT-02", "FUT-08"})
  void failureSomebodyLookedAtIsNotReported() {
    run(() -> {
      Future<String> future = getRunningLoop().createFuture();
      future.setException(new IOException("seen"));
      assertThat(future.exception()).hasMessage("seen");
    });
    assertThat(reports).isEmpty();
  }

  @Test
  @Parity("FUT-11")
  void nothingWaitsOnAThreadForAFuture() {
    run(() -> {
      Future<String> future = getRunningLoop().createFuture();
      assertThat((Object) future).isNotInstanceOf(java.util.concurrent.Future.class);
      assertThatThrownBy(future::result)
          .isInstanceOf(InvalidStateError.class)
          .hasMessageMatching(
              "Result is not ready: <Future pending.*> is pending\\. Await it, or "
                  + "ask done\\(\\) first");
    });
  }
}
