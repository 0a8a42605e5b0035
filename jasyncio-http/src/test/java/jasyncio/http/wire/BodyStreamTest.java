package jasyncio.http.wire;

import static jasyncio.Asyncio.async;
import static jasyncio.Asyncio.asyncFor;
import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.createTask;
import static jasyncio.Asyncio.getRunningLoop;
import static jasyncio.Asyncio.millis;
import static jasyncio.Asyncio.run;
import static jasyncio.Asyncio.sleep;
import static jasyncio.Asyncio.waitFor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jasyncio.AsyncAction;
import jasyncio.CancelledError;
import jasyncio.EventLoop;
import jasyncio.LoopConfig;
import jasyncio.Task;
import jasyncio.TimeoutError;
import jasyncio.TimerHandle;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BodyStreamTest {
  private final List<Boolean> pauses = new ArrayList<>();

  private final BodyPolicy policy =
      new BodyPolicy() {
        @Override
        public void pause(boolean paused) {
          pauses.add(paused);
        }

        @Override
        public TimerHandle startTimer(EventLoop loop) {
          return null;
        }

        @Override
        public RuntimeException broken(String reason, Throwable cause) {
          return new IllegalStateException("broken: " + reason, cause);
        }
      };

  private static void inLoop(AsyncAction body) {
    run(async(body), LoopConfig.defaults().withVirtualTime());
  }

  private BodyStream stream(String encoding) {
    return new BodyStream(getRunningLoop(), policy, encoding);
  }

  private static byte[] bytes(String text) {
    return text.getBytes();
  }

  @Test
  void readGivesAllAndReadNGivesAtMostN() {
    inLoop(() -> {
      BodyStream stream = stream(null);
      stream.feed(bytes("hello "));
      stream.feed(bytes("world"));
      stream.feed(new byte[0]);
      stream.end();

      assertThat(await(stream.read(0))).isEmpty();
      assertThat(await(stream.read(3))).asString().isEqualTo("hel");
      assertThat(stream.atEof()).isFalse();
      assertThat(await(stream.readAny())).asString().isEqualTo("lo ");
      assertThat(await(stream.read())).asString().isEqualTo("world");
      assertThat(stream.atEof()).isTrue();
      assertThat(await(stream.read())).isEmpty();
      assertThat(await(stream.read(5))).isEmpty();
      assertThat(await(stream.readAny())).isEmpty();
      assertThat(await(stream.readLineBytes())).isEmpty();
    });
  }

  @Test
  void negativeLengthsAreRefused() {
    inLoop(() -> {
      BodyStream stream = stream(null);
      assertThatThrownBy(() -> await(stream.read(-1))).isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> stream.iterChunked(0)).isInstanceOf(IllegalArgumentException.class);
    });
  }

  @Test
  void aReaderWaitsForWhatIsFedLater() {
    inLoop(() -> {
      BodyStream stream = stream(null);
      getRunningLoop().callLater(millis(10), () -> stream.feed(bytes("late")));
      getRunningLoop().callLater(millis(20), stream::end);

      assertThat(await(stream.readAny())).asString().isEqualTo("late");
      assertThat(await(stream.readAny())).isEmpty();
    });
  }

  @Test
  void linesAreCutAtLineFeeds() {
    inLoop(() -> {
      BodyStream stream = stream(null);
      for (String piece : new String[] {"one\ntw", "o", "\n", "\nlast"}) {
        stream.feed(bytes(piece));
      }
      stream.end();

      List<String> lines = new ArrayList<>();
      for (byte[] line : asyncFor(stream.byteLines())) {
        lines.add(new String(line));
      }
      assertThat(lines).containsExactly("one\n", "two\n", "\n", "last");
    });
  }

  @Test
  void aLineWithoutEndIsRefusedAndStaysReadable() {
    inLoop(() -> {
      BodyStream stream = stream(null);
      stream.feed(new byte[70_000]);
      stream.end();

      assertThatThrownBy(() -> await(stream.readLineBytes()))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageStartingWith("Line is too long");
      assertThat(await(stream.read())).hasSize(70_000);
    });
  }

  @Test
  void linesAreTextUnlessBytesAreAskedFor() {
    inLoop(() -> {
      BodyStream stream = stream(null);
      stream.feed("grün\r\n\nbytes\nend".getBytes(StandardCharsets.UTF_8));
      stream.end();
      assertThat(await(stream.readLine())).isEqualTo("grün");
      assertThat(await(stream.readLine())).isEmpty();
      assertThat(await(stream.readLineBytes())).asString().isEqualTo("bytes\n");
      List<String> rest = new ArrayList<>();
      for (String line : asyncFor(stream.lines())) {
        rest.add(line);
      }
      assertThat(rest).containsExactly("end");
      assertThat(await(stream.readLine())).isNull();
    });
  }

  @Test
  void aCancelledReadLineLosesNothing() {
    inLoop(() -> {
      BodyStream stream = stream(null);
      stream.feed(bytes("half"));
      assertThatThrownBy(() -> await(waitFor(stream.readLineBytes(), millis(5))))
          .isInstanceOf(TimeoutError.class);
      stream.feed(bytes(" line\nnext"));

      assertThat(await(stream.readLineBytes())).asString().isEqualTo("half line\n");
    });
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", ""})
  void aCancelledReadLosesNothing(String encoding) {
    inLoop(() -> {
      byte[] sent =
          encoding.isEmpty() ? bytes("some text") : InflationTest.gzip(bytes("some text"));
      BodyStream stream = stream(encoding.isEmpty() ? null : encoding);
      StringBuilder read = new StringBuilder();
      for (byte b : sent) {
        Task<byte[]> reader = createTask(stream.readAny());
        await(sleep(millis(1)));
        reader.cancel();
        stream.feed(new byte[] {b}); // between the cancellation and its delivery
        try {
          read.append(new String(await(reader)));
        } catch (CancelledError e) {
          assertThat(reader.cancelled()).isTrue();
        }
      }
      stream.end();

      assertThat(read + new String(await(stream.read()))).isEqualTo("some text");
    });
  }

  @Test
  void piecesComeAsTheyAreOrAtMostNLong() {
    inLoop(() -> {
      BodyStream stream = stream(null);
      stream.feed(bytes("abcde"));
      stream.feed(bytes("fg"));
      stream.end();
      List<String> pieces = new ArrayList<>();
      for (byte[] piece : asyncFor(stream.iterChunked(3))) {
        pieces.add(new String(piece));
      }
      assertThat(pieces).containsExactly("abc", "de", "fg");

      BodyStream other = stream(null);
      other.feed(bytes("abcde"));
      other.feed(bytes("fg"));
      other.end();
      pieces.clear();
      for (byte[] piece : asyncFor(other.iterAny())) {
        pieces.add(new String(piece));
      }
      assertThat(pieces).containsExactly("abcde", "fg");
    });
  }

  @Test
  void twoReadersAtOnceAreRefused() {
    inLoop(() -> {
      BodyStream stream = stream(null);
      Task<byte[]> first = createTask(stream.readAny());
      await(sleep(millis(1)));

      assertThatThrownBy(() -> await(stream.readAny()))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageStartingWith(
              "read() called while another coroutine is already waiting for incoming data");
      stream.feed(bytes("x"));
      assertThat(await(first)).asString().isEqualTo("x");
    });
  }

  @Test
  void aSlowReaderPausesTheSocketAndAFastOneDoesNot() {
    inLoop(() -> {
      BodyStream stream = stream(null);
      for (int i = 0; i < 3; i++) {
        stream.feed(new byte[40 * 1024]);
      }
      assertThat(pauses).isEmpty();
      stream.feed(new byte[40 * 1024]);
      stream.feed(new byte[40 * 1024]);
      assertThat(pauses).containsExactly(true);
      await(stream.readAny());
      await(stream.readAny());
      assertThat(pauses).containsExactly(true);
      await(stream.readAny());
      await(stream.readAny());
      assertThat(pauses).containsExactly(true, false);
    });
  }

  @Test
  void afterTheEndNothingIsPausedOrResumed() {
    inLoop(() -> {
      BodyStream stream = stream(null);
      stream.feed(new byte[200 * 1024]);
      stream.end();
      stream.feed(new byte[200 * 1024]);
      assertThat(await(stream.read())).hasSize(200 * 1024);
      assertThat(pauses).containsExactly(true);
    });
  }

  @Test
  void aBombIsInflatedOnlyAsItIsRead() {
    inLoop(() -> {
      BodyStream stream = stream("gzip");
      stream.feed(InflationTest.gzip(new byte[100_000_000]));
      stream.end();

      assertThat(await(stream.read(10))).hasSize(10);
      assertThat(await(stream.readAny()).length).isLessThanOrEqualTo(16 * 1024);
      assertThatThrownBy(() ->
              await(
                  stream.readAll(
                      1_000_000, limit -> new ArithmeticException("more than " + limit))))
          .isInstanceOf(ArithmeticException.class)
          .hasMessage("more than 1000000");
    });
  }

  @Test
  void brokenCompressionIsReportedEachTime() {
    inLoop(() -> {
      BodyStream stream = stream("gzip");
      stream.feed(bytes("this is not gzip at all"));
      stream.end();
      assertThat(stream.atEof()).isFalse();
      for (int i = 0; i < 2; i++) {
        assertThatThrownBy(() -> await(stream.read()))
            .isInstanceOf(IllegalStateException.class)
            .hasMessageStartingWith("broken: ");
      }
    });
  }

  @Test
  void aTruncatedCompressedBodyIsAnError() {
    inLoop(() -> {
      byte[] whole = InflationTest.gzip(bytes("text"));
      BodyStream stream = stream("gzip");
      stream.feed(java.util.Arrays.copyOf(whole, whole.length - 1));
      stream.end();
      assertThatThrownBy(() -> await(stream.read())).hasMessageContaining("ends in the middle");
    });
  }

  @Test
  void aFailureWakesTheReaderAndStays() {
    inLoop(() -> {
      BodyStream stream = stream(null);
      Task<byte[]> reader = createTask(stream.read());
      await(sleep(millis(1)));
      stream.feed(bytes("x"));
      stream.fail(new ArithmeticException("lost"));
      stream.fail(new ArithmeticException("again"));

      assertThatThrownBy(() -> await(reader)).hasMessage("lost");
      assertThatThrownBy(() -> await(stream.read(1))).hasMessage("lost");
    });
  }

  @Test
  void aFailureAfterTheEndIsNone() {
    inLoop(() -> {
      BodyStream stream = stream(null);
      stream.feed(bytes("x"));
      stream.end();
      stream.fail(new ArithmeticException("late"));
      assertThat(await(stream.read())).asString().isEqualTo("x");
    });
  }

  @Test
  void givingUpDropsWhatIsThere() {
    inLoop(() -> {
      BodyStream stream = stream(null);
      stream.feed(bytes("x"));
      stream.end();
      stream.giveUp(() -> new ArithmeticException("closed"));
      assertThatThrownBy(() -> await(stream.read())).hasMessage("closed");

      BodyStream read = stream(null);
      read.end();
      read.giveUp(() -> new ArithmeticException("closed"));
      assertThat(await(read.read())).isEmpty();
    });
  }
}
