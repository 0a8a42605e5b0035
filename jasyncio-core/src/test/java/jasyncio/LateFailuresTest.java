package jasyncio;

import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.createTask;
import static jasyncio.Asyncio.gatherReturningExceptions;
import static jasyncio.Asyncio.millis;
import static jasyncio.Asyncio.shield;
import static jasyncio.Asyncio.sleep;
import static org.assertj.core.api.Assertions.assertThat;

import jasyncio.parity.Parity;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Failures that come when nobody waits for them any more.
class LateFailuresTest {
  private final List<String> reports = new ArrayList<>();

  private void run(AsyncAction body) {
    Asyncio.run(
        Asyncio.async(() -> {
          Asyncio.getRunningLoop()
              .setExceptionHandler((_, context) -> reports.add(context.message()));
          body.run();
        }),
        LoopConfig.defaults().withVirtualTime());
  }

  /// Vector rpublic-00574.
  @Test
  @Parity("CMB-06")
  void severalCancelledShieldsReportOneFailureOnce() {
    run(() -> {
      Future<Object> inner = Asyncio.getRunningLoop().createFuture();
      shield(inner).cancel();
      shield(inner).cancel();
      await(sleep(millis(1)));
      inner.setException(new java.io.IOException("late"));
      await(sleep(millis(1)));
    });
    assertThat(reports).containsExactly("IOException exception in shielded future");
  }

  /// Vector rpublic-00382.
  @Test
  @Parity("CMB-01")
  void cancelledGatherHasLookedAtTheFailuresOfItsChildren() {
    run(() -> {
      Task<Object> child =
          createTask(() -> {
            try {
              return await(sleep(millis(5), (Object) "never"));
            } catch (CancelledError e) {
              throw new java.io.IOException("instead");
            }
          });
      var gathering = gatherReturningExceptions(child);
      await(sleep(millis(1)));
      gathering.cancel();
      await(sleep(millis(1)));
      assertThat(gathering.exception()).isInstanceOf(CancelledError.class);
      assertThat(child.state()).isEqualTo(java.util.concurrent.Future.State.FAILED);
    });
    assertThat(reports).isEmpty();
  }

  @Test
  @Parity("FUT-08")
  void stateDoesNotCountAsALook() {
    run(() -> {
      Future<Object> failed = Asyncio.getRunningLoop().createFuture();
      assertThat(failed.state()).isEqualTo(java.util.concurrent.Future.State.RUNNING);
      failed.setException(new java.io.IOException("unseen"));
      assertThat(failed.state()).isEqualTo(java.util.concurrent.Future.State.FAILED);
    });
    assertThat(reports)
        .singleElement()
        .asString()
        .startsWith("Future exception was never retrieved");
  }
}
