package jasyncio.net.netty;

import static jasyncio.Asyncio.async;
import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.getRunningLoop;
import static jasyncio.Asyncio.millis;
import static jasyncio.Asyncio.run;
import static jasyncio.Asyncio.sleep;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import jasyncio.AsyncAction;
import jasyncio.ExceptionContext;
import jasyncio.LoopConfig;
import jasyncio.parity.Parity;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// How long a listening socket rests.
class AcceptBackoffTest {
  private final List<ExceptionContext> reports = new ArrayList<>();

  private EmbeddedChannel listening() {
    getRunningLoop().setExceptionHandler((_, report) -> reports.add(report));
    return new EmbeddedChannel(new AcceptBackoff(getRunningLoop()));
  }

  private static void onVirtualTime(AsyncAction test) {
    run(async(test), LoopConfig.defaults().withVirtualTime());
  }

  @Test
  @Parity({"CST-06", "SRV-03"})
  void aSocketThatFindsNoDescriptorRestsForASecond() {
    onVirtualTime(() -> {
      EmbeddedChannel listening = listening();
      IOException lack = new IOException("Too many open files");
      for (int round = 1; round <= 3; round++) {
        listening.pipeline().fireExceptionCaught(lack);
        listening.pipeline().fireExceptionCaught(lack); // of the same attempt
        await(sleep(millis(999)));
        assertThat(listening.config().isAutoRead()).isFalse();
        await(sleep(millis(2)));
        assertThat(listening.config().isAutoRead()).isTrue();
        assertThat(reports).as("told once each time").hasSize(round);
      }
      assertThat(reports.getFirst().exception()).isSameAs(lack);
    });
  }

  @Test
  void aClientThatHasGoneBeforeItsTurnIsNoReasonToRest() {
    onVirtualTime(() -> {
      EmbeddedChannel listening = listening();
      listening
          .pipeline()
          .fireExceptionCaught(new IOException("Software caused connection abort: aborted"));
      assertThat(listening.config().isAutoRead()).isTrue();
      await(sleep(millis(1)));
      assertThat(reports).isEmpty();
    });
  }

  @Test
  void aSocketThatIsClosedMeanwhileIsLeftAlone() {
    onVirtualTime(() -> {
      EmbeddedChannel listening = listening();
      listening.pipeline().fireExceptionCaught(new IOException("Too many open files"));
      listening.close();
      await(sleep(millis(1001)));
      assertThat(listening.config().isAutoRead()).isFalse();
    });
  }
}
