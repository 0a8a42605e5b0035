package jasyncio.net;

import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.createTask;
import static jasyncio.Asyncio.getRunningLoop;
import static jasyncio.Asyncio.run;
import static jasyncio.Asyncio.seconds;
import static jasyncio.Asyncio.sleep;
import static jasyncio.net.EchoTest.ascii;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import jasyncio.AsyncAction;
import jasyncio.Asyncio;
import jasyncio.CancelledError;
import jasyncio.Coroutine;
import jasyncio.LoopConfig;
import jasyncio.Task;
import jasyncio.parity.Parity;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// The reader alone, fed by hand, on virtual time.
class StreamReaderTest {
  private static void onLoop(AsyncAction body) {
    run(Asyncio.async(body), LoopConfig.defaults().withVirtualTime());
  }

  private static StreamReader fed(int limit, String... pieces) {
    StreamReader reader = StreamReader.create(limit);
    for (String piece : pieces) {
      feed(reader, piece);
    }
    return reader;
  }

  private static void feed(StreamReader reader, String data) {
    reader.feedData(ByteBuffer.wrap(ascii(data)));
  }

  private static String text(Coroutine<byte[]> reading) {
    return new String(await(reading), StandardCharsets.US_ASCII);
  }

  private static Task<String> reading(Coroutine<byte[]> reading) {
    return createTask(() -> text(reading));
  }

  // ---- limit ----

  @Test
  @Parity("STR-04")
  void aLimitMustBePositive() {
    assertThatThrownBy(() -> StreamReader.create(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("Limit cannot be <= 0");
  }

  // ---- read ----

  @Test
  @Parity("STR-05")
  void readGivesWhatIsThere() {
    onLoop(() -> {
      StreamReader reader = fed(100, "abc", "def");
      assertThat(text(reader.read(4))).isEqualTo("abcd");
      assertThat(text(reader.read(4))).isEqualTo("ef");
    });
  }

  @Test
  void readWaitsForTheFirstByteOnly() {
    onLoop(() -> {
      StreamReader reader = fed(100);
      Task<String> task = reading(reader.read(100));
      await(sleep(seconds(1)));
      assertThat(task.done()).isFalse();
      feed(reader, "x");
      assertThat(await(task)).isEqualTo("x");
    });
  }

  @Test
  void readOfNothingGivesNothingAtOnce() {
    onLoop(() -> assertThat(text(fed(100).read(0))).isEmpty());
  }

  @Test
  void readGivesNothingAtTheEnd() {
    onLoop(() -> {
      StreamReader reader = fed(100, "a");
      reader.feedEof();
      assertThat(reader.atEof()).isFalse();
      assertThat(text(reader.read(10))).isEqualTo("a");
      assertThat(reader.atEof()).isTrue();
      assertThat(text(reader.read(10))).isEmpty();
    });
  }

  @Test
  @Parity("STR-05")
  void readToTheEndGivesEverythingWhateverTheLimit() {
    onLoop(() -> {
      StreamReader reader = fed(4, "0123456789");
      Task<String> task = reading(reader.read());
      await(sleep(seconds(1)));
      feed(reader, "abc");
      reader.feedEof();
      assertThat(await(task)).isEqualTo("0123456789abc");
    });
  }

  @Test
  void aCancelledReadToTheEndLosesNothing() {
    onLoop(() -> {
      StreamReader reader = fed(4, "0123456789");
      Task<String> task = reading(reader.read());
      await(sleep(seconds(1)));
      feed(reader, "abc");
      await(sleep(seconds(1)));
      task.cancel();
      assertThatThrownBy(() -> await(task)).isInstanceOf(CancelledError.class);
      reader.feedEof();
      assertThat(text(reader.read())).isEqualTo("0123456789abc");
    });
  }

  // ---- readExactly ----

  @Test
  @Parity("STR-07")
  void readExactlyWaitsForAll() {
    onLoop(() -> {
      StreamReader reader = fed(2, "ab");
      Task<String> task = reading(reader.readExactly(5));
      await(sleep(seconds(1)));
      feed(reader, "cd");
      await(sleep(seconds(1)));
      assertThat(task.done()).isFalse();
      feed(reader, "efg");
      assertThat(await(task)).isEqualTo("abcde");
      assertThat(text(reader.readExactly(2))).isEqualTo("fg");
    });
  }

  @Test
  void readExactlyOfNothingGivesNothingAtOnce() {
    onLoop(() -> assertThat(text(fed(100).readExactly(0))).isEmpty());
  }

  @Test
  void readExactlyOfANegativeSizeFails() {
    onLoop(() ->
        assertThatThrownBy(() -> await(fed(100).readExactly(-1)))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageStartingWith("readexactly size can not be less than zero"));
  }

  @Test
  @Parity({"STR-07", "EXC-03"})
  void readExactlyTellsWhatCameBeforeTheEnd() {
    onLoop(() -> {
      StreamReader reader = fed(100, "abc");
      reader.feedEof();
      assertThatThrownBy(() -> await(reader.readExactly(5)))
          .isInstanceOfSatisfying(
              IncompleteReadError.class,
              e -> {
                assertThat(e).hasMessage("3 bytes read on a total of 5 expected bytes");
                assertThat(e.partial()).isEqualTo(ascii("abc"));
                assertThat(e.expected()).isEqualTo(OptionalInt.of(5));
              });
      assertThat(reader.atEof()).isTrue();
    });
  }

  // ---- readLine ----

  @Test
  @Parity("STR-06")
  void readLineBytesGivesALineWithItsEnd() {
    onLoop(() -> {
      StreamReader reader = fed(100, "one\ntw", "o\nthree");
      assertThat(text(reader.readLineBytes())).isEqualTo("one\n");
      assertThat(text(reader.readLineBytes())).isEqualTo("two\n");
      reader.feedEof();
      assertThat(text(reader.readLineBytes())).isEqualTo("three");
      assertThat(text(reader.readLineBytes())).isEmpty();
    });
  }

  @Test
  @Parity("STR-06")
  void aLineThatIsTooLongIsDropped() {
    onLoop(() -> {
      StreamReader reader = fed(3, "1234\nok\n");
      assertThatThrownBy(() -> await(reader.readLineBytes()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "Separator is found, but chunk is longer than limit: of 3 bytes."
                  + " withLimit(bytes) of the options raises it");
      assertThat(text(reader.readLineBytes())).isEqualTo("ok\n");
    });
  }

  @Test
  void theBeginningOfALineThatIsTooLongIsDropped() {
    onLoop(() -> {
      StreamReader reader = fed(3, "1234567");
      assertThatThrownBy(() -> await(reader.readLineBytes()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("Separator is not found, and chunk exceed the limit");
      feed(reader, "89\nok\n");
      assertThat(text(reader.readLineBytes())).isEqualTo("89\n");
    });
  }

  @Test
  void aLineOfExactlyTheLimitIsFine() {
    onLoop(() -> assertThat(text(fed(3, "123\n").readLineBytes())).isEqualTo("123\n"));
  }

  // ---- readUntil ----

  @Test
  void readUntilFindsASeparatorThatComesInPieces() {
    onLoop(() -> {
      StreamReader reader = fed(100, "abc\r");
      Task<String> task = reading(reader.readUntil(ascii("\r\n\r\n")));
      for (String piece : List.of("\n", "\r", "\nrest")) {
        await(sleep(seconds(1)));
        assertThat(task.done()).isFalse();
        feed(reader, piece);
      }
      assertThat(await(task)).isEqualTo("abc\r\n\r\n");
      reader.feedEof();
      assertThat(text(reader.read())).isEqualTo("rest");
    });
  }

  @Test
  @Parity("STR-08")
  void readUntilTakesTheShortestPieceOfSeveralSeparators() {
    onLoop(() -> {
      StreamReader reader = fed(100, "a--b;c");
      assertThat(text(reader.readUntil(ascii(";"), ascii("--")))).isEqualTo("a--");
      assertThat(text(reader.readUntil(ascii("--"), ascii(";")))).isEqualTo("b;");
    });
  }

  @Test
  void readUntilPrefersTheMatchThatEndsFirst() {
    onLoop(() -> {
      assertThat(text(fed(100, "xABCDy").readUntil(ascii("ABCD"), ascii("C")))).isEqualTo("xABC");
    });
  }

  @Test
  void separatorsMustNotBeEmptyOrMissing() {
    onLoop(() -> {
      assertThatThrownBy(() -> await(fed(100).readUntil()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("Separator should contain at least one element");
      assertThatThrownBy(() -> await(fed(100).readUntil(ascii("a"), ascii(""))))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("Separator should be at least one-byte string");
    });
  }

  @Test
  @Parity({"STR-08", "EXC-03"})
  void readUntilLeavesWhatIsTooLong() {
    onLoop(() -> {
      StreamReader reader = fed(3, "12345;6");
      assertThatThrownBy(() -> await(reader.readUntil(ascii(";"))))
          .isInstanceOfSatisfying(
              LimitOverrunError.class,
              e -> {
                assertThat(e).hasMessage("Separator is found, but chunk is longer than limit");
                assertThat(e.consumed()).isEqualTo(5);
              });
      assertThat(text(reader.readExactly(7))).isEqualTo("12345;6");
    });
  }

  @Test
  void readUntilKeepsWhatMightBeTheBeginningOfASeparator() {
    onLoop(() -> {
      StreamReader reader = fed(3, "12345SEPARATO");
      assertThatThrownBy(() -> await(reader.readUntil(ascii("SEPARATOR"))))
          .isInstanceOfSatisfying(
              LimitOverrunError.class,
              e -> {
                assertThat(e).hasMessage("Separator is not found, and chunk exceed the limit");
                assertThat(e.consumed()).isEqualTo(5);
              });
    });
  }

  @Test
  void readUntilGivesWhatCameBeforeTheEnd() {
    onLoop(() -> {
      StreamReader reader = fed(100, "abc");
      reader.feedEof();
      assertThatThrownBy(() -> await(reader.readUntil(ascii(";"))))
          .isInstanceOfSatisfying(
              IncompleteReadError.class,
              e -> {
                assertThat(e).hasMessage("3 bytes read on a total of undefined expected bytes");
                assertThat(e.partial()).isEqualTo(ascii("abc"));
                assertThat(e.expected()).isEmpty();
              });
    });
  }

  // ---- waiting ----

  @Test
  @Parity("STR-09")
  void twoTasksCannotWaitForTheSameData() {
    onLoop(() -> {
      StreamReader reader = fed(100);
      Task<String> first = reading(reader.read(10));
      await(sleep(seconds(1)));
      assertThatThrownBy(() -> await(reader.readLineBytes()))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage(
              "readLine() called while another coroutine is already waiting for incoming data");
      feed(reader, "for the first");
      assertThat(await(first)).isEqualTo("for the fi");
    });
  }

  @Test
  void aCancelledReadMakesRoomForTheNext() {
    onLoop(() -> {
      StreamReader reader = fed(100);
      Task<String> first = reading(reader.readExactly(3));
      await(sleep(seconds(1)));
      feed(reader, "ab");
      first.cancel();
      assertThatThrownBy(() -> await(first)).isInstanceOf(CancelledError.class);
      Task<String> second = reading(reader.readExactly(3));
      await(sleep(seconds(1)));
      feed(reader, "c");
      assertThat(await(second)).isEqualTo("abc");
    });
  }

  @Test
  @Parity("STR-09")
  void anErrorReachesTheTaskThatWaitsAndAllLaterReads() {
    onLoop(() -> {
      IOException error = new IOException("broken");
      StreamReader reader = fed(100);
      Task<String> task = reading(reader.read());
      await(sleep(seconds(1)));
      reader.setException(error);
      assertThat(catchThrowable(() -> await(task))).isSameAs(error);
      assertThat(catchThrowable(() -> await(reader.read(1)))).isSameAs(error);
      assertThat(catchThrowable(() -> await(reader.readLineBytes()))).isSameAs(error);
      assertThat(catchThrowable(() -> await(reader.readExactly(1)))).isSameAs(error);
      assertThat(catchThrowable(() -> await(reader.readUntil(ascii(";"))))).isSameAs(error);
      assertThat(reader.exception()).isSameAs(error);
    });
  }

  @Test
  void anErrorForATaskCancelledAtTheSameTimeIsNotReportedAsLost() {
    List<String> reports = new ArrayList<>();
    onLoop(() -> {
      getRunningLoop().setExceptionHandler((_, context) -> reports.add(context.message()));
      StreamReader reader = fed(100);
      Task<String> task = reading(reader.read());
      await(sleep(seconds(1)));
      reader.setException(new IOException("broken"));
      task.cancel();
      assertThatThrownBy(() -> await(task)).isInstanceOf(CancelledError.class);
    });
    assertThat(reports).isEmpty();
  }

  @Test
  void nothingCanBeFedAfterTheEnd() {
    StreamReader reader = fed(100);
    reader.feedEof();
    assertThatThrownBy(() -> feed(reader, "x"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("feed_data after feed_eof");
  }

  // ---- pausing ----

  private static final class Connection implements ReadTransport {
    final List<String> orders = new ArrayList<>();

    @Override
    public void pauseReading() {
      orders.add("pause");
    }

    @Override
    public void resumeReading() {
      orders.add("resume");
    }

    @Override
    public boolean isReading() {
      return true;
    }

    @Override
    public void close() {}

    @Override
    public boolean isClosing() {
      return false;
    }

    @Override
    public void setProtocol(BaseProtocol protocol) {}

    @Override
    public BaseProtocol getProtocol() {
      throw new IllegalStateException();
    }

    @Override
    public @Nullable Object getExtraInfo(String name) {
      return null;
    }
  }

  @Test
  @Parity({"STR-04", "CST-01"})
  void theConnectionIsPausedAboveTwiceTheLimitAndResumedAtTheLimit() {
    onLoop(() -> {
      Connection connection = new Connection();
      StreamReader reader = StreamReader.create(4);
      reader.setTransport(connection);
      feed(reader, "12345678");
      assertThat(connection.orders).isEmpty();
      feed(reader, "9");
      feed(reader, "0");
      assertThat(connection.orders).containsExactly("pause");
      await(reader.readExactly(5));
      assertThat(connection.orders).containsExactly("pause");
      await(reader.readExactly(1));
      assertThat(connection.orders).containsExactly("pause", "resume");
    });
  }

  @Test
  void aTaskThatWaitsForMoreThanTheLimitResumesTheConnection() {
    onLoop(() -> {
      Connection connection = new Connection();
      StreamReader reader = StreamReader.create(4);
      reader.setTransport(connection);
      feed(reader, "123456789");
      Task<String> task = reading(reader.readExactly(12));
      await(sleep(seconds(1)));
      assertThat(connection.orders).containsExactly("pause", "resume");
      feed(reader, "abc");
      assertThat(await(task)).isEqualTo("123456789abc");
    });
  }

  // ---- any pieces ----

  @Test
  void linesAreTheSameHoweverTheDataIsCut() {
    Random random = new Random(3);
    for (int round = 0; round < 50; round++) {
      StringBuilder data = new StringBuilder();
      for (int i = 0; i < 200; i++) {
        data.append("x".repeat(random.nextInt(40))).append("\r\n");
      }
      onLoop(() -> {
        StreamReader reader = StreamReader.create(64);
        reader.setTransport(new Connection());
        Task<@Nullable Void> feeding =
            createTask(() -> {
              for (int at = 0; at < data.length(); ) {
                int size = Math.min(1 + random.nextInt(50), data.length() - at);
                feed(reader, data.substring(at, at + size));
                at += size;
                await(sleep(seconds(0)));
              }
              reader.feedEof();
            });
        StringBuilder seen = new StringBuilder();
        while (true) {
          byte[] line;
          try {
            line = await(reader.readUntil(ascii("\r\n")));
          } catch (IncompleteReadError e) {
            assertThat(e.partial()).isEmpty();
            break;
          }
          assertThat(line).endsWith(ascii("\r\n"));
          seen.append(new String(line, StandardCharsets.US_ASCII));
        }
        assertThat(seen).hasToString(data.toString());
        await(feeding);
      });
    }
  }
}
