package jasyncio.net.netty;

import static jasyncio.Asyncio.async;
import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.getRunningLoop;
import static jasyncio.Asyncio.millis;
import static jasyncio.Asyncio.run;
import static jasyncio.Asyncio.sleep;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.unix.Errors.NativeIoException;
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

  /// As the JDK says it, and as a native transport does.
  private static List<Throwable> bothWays(int number, String words) {
    IOException ofTheJdk = new IOException(words);
    return Epoll.isAvailable() // which also loads what the other exception needs
        ? List.of(ofTheJdk, new NativeIoException("accept", -number, false))
        : List.of(ofTheJdk);
  }

  @Test
  @Parity("SRV-03")
  void everyShortageOfTheSystemIsAReasonToRest() {
    assertThat(bothWays(24, "Too many open files")).allMatch(AcceptBackoffTest::isShortage);
    assertThat(bothWays(23, "Too many open files in system"))
        .allMatch(AcceptBackoffTest::isShortage);
    assertThat(bothWays(105, "No buffer space available")).allMatch(AcceptBackoffTest::isShortage);
    assertThat(bothWays(12, "Cannot allocate memory")).allMatch(AcceptBackoffTest::isShortage);
  }

  private static boolean isShortage(Throwable cause) {
    return AcceptError.of(cause) == AcceptError.SHORTAGE;
  }

  @Test
  @Parity("SRV-03")
  void aClientThatHasGoneBeforeItsTurnIsNoReasonToRest() {
    onVirtualTime(() -> {
      EmbeddedChannel listening = listening();
      bothWays(103, "Software caused connection abort")
          .forEach(listening.pipeline()::fireExceptionCaught);
      assertThat(listening.config().isAutoRead()).isTrue();
      await(sleep(millis(1)));
      assertThat(reports).isEmpty();
    });
  }

  @Test
  @Parity("SRV-03")
  void anyOtherErrorIsReportedAndIsThatOfOneConnection() {
    onVirtualTime(() -> {
      EmbeddedChannel listening = listening();
      List<Throwable> causes = bothWays(1, "Operation not permitted");
      causes.forEach(listening.pipeline()::fireExceptionCaught);
      assertThat(listening.config().isAutoRead()).isTrue();
      await(sleep(millis(1)));
      assertThat(reports).extracting(ExceptionContext::exception).isEqualTo(causes);
      assertThat(reports)
          .extracting(ExceptionContext::message)
          .containsOnly("socket.accept() failed: one connection is lost");
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
