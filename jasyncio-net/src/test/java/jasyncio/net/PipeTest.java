package jasyncio.net;

import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.getRunningLoop;
import static jasyncio.Asyncio.run;
import static jasyncio.net.EchoTest.ascii;
import static jasyncio.net.Listening.turns;
import static jasyncio.net.Net.connectReadPipe;
import static jasyncio.net.Net.connectWritePipe;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jasyncio.parity.Parity;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.Pipe;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

@Parity("SYS-01")
class PipeTest {
  private record Ends(Recorder reader, Recorder writer) {}

  private static Ends open() throws IOException {
    Pipe pipe = Pipe.open();
    return new Ends(
        await(connectReadPipe(Recorder::new, pipe.source())).protocol(),
        await(connectWritePipe(Recorder::new, pipe.sink())).protocol());
  }

  @Test
  void whatIsWrittenAtOneEndComesOutAtTheOther() {
    byte[] data = new byte[1_000_000];
    new Random(10).nextBytes(data);
    run(() -> {
      Ends ends = open();
      assertThat(ends.reader().calls).containsExactly("made");
      ends.writer().transport().write(data);
      assertThat(ends.writer().calls).containsExactly("made", "pause");
      assertThat(ends.writer().transport().getWriteBufferSize()).isGreaterThan(64 * 1024);
      ends.writer().transport().write(ByteBuffer.wrap(ascii("end")));
      ends.writer().transport().close();
      assertThat(ends.reader().untilLost()).isNull();
      assertThat(ends.writer().untilLost()).isNull();
      assertThat(ends.reader().received.size()).isEqualTo(1_000_003);
      assertThat(ends.reader().received.toByteArray()).startsWith(data).endsWith(ascii("end"));
      assertThat(ends.reader().calls).startsWith("made", "data").endsWith("data", "eof", "lost");
      assertThat(ends.writer().calls).containsExactly("made", "pause", "resume", "lost");
    });
  }

  @Test
  void whatPauseWritingAndResumeWritingThrowIsReportedAndThePipeGoesOn() {
    class Failing extends Recorder {
      @Override
      void note(String call) {
        super.note(call);
        if (call.equals("pause") || call.equals("resume")) {
          throw new IllegalArgumentException(call);
        }
      }
    }
    byte[] data = new byte[1_000_000];
    List<String> reports = new ArrayList<>();
    run(() -> {
      getRunningLoop().setExceptionHandler((_, context) -> reports.add(context.message()));
      for (boolean toStream : new boolean[] {false, true}) {
        Pipe pipe = Pipe.open();
        Recorder reader = await(connectReadPipe(Recorder::new, pipe.source())).protocol();
        Recorder writer =
            toStream
                ? await(connectWritePipe(Failing::new, Channels.newOutputStream(pipe.sink())))
                    .protocol()
                : await(connectWritePipe(Failing::new, pipe.sink())).protocol();
        writer.transport().write(data);
        writer.untilTold("resume");
        writer.transport().close();
        assertThat(reader.untilLost()).isNull();
        assertThat(writer.untilLost()).isNull();
        assertThat(reader.received.size()).isEqualTo(data.length);
        assertThat(reports)
            .containsExactly("protocol.pause_writing() failed", "protocol.resume_writing() failed");
        reports.clear();
      }
    });
  }

  @Test
  void aReaderThatIsPausedIsToldNothing() {
    run(() -> {
      Ends ends = open();
      Transport source = ends.reader().transport();
      source.pauseReading();
      assertThat(source.isReading()).isFalse();
      ends.writer().transport().write(ascii("x"));
      turns(50);
      assertThat(ends.reader().calls).containsExactly("made");
      source.resumeReading();
      ends.reader().untilReceived(1);
      assertThat(source.getExtraInfo("pipe")).isInstanceOf(Pipe.SourceChannel.class);
      assertThat(source.toString()).startsWith("<ReadPipeTransport ");
      source.close();
      ends.writer().transport().abort();
      assertThat(ends.reader().untilLost()).isNull();
      assertThat(ends.writer().untilLost()).isNull();
    });
  }

  @Test
  void aWriterWhoseReaderHasGoneEndsWithAnError() {
    run(() -> {
      Ends ends = open();
      ends.reader().transport().close();
      ends.reader().untilLost();
      ends.writer().transport().write(ascii("anybody there?"));
      assertThat(ends.writer().untilLost()).isInstanceOf(IOException.class);
      ends.writer().transport().write(ascii("dropped"));
    });
  }

  @Test
  void eachEndRefusesWhatTheOtherDoes() {
    run(() -> {
      Ends ends = open();
      assertThat(ends.reader().transport().canWriteEof()).isFalse();
      assertThat(ends.writer().transport().canWriteEof()).isTrue();
      assertThatThrownBy(() -> ends.reader().transport().write(ascii("x")))
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessageStartingWith("write is for the other end of a pipe");
      assertThatThrownBy(() -> ends.writer().transport().pauseReading())
          .isInstanceOf(UnsupportedOperationException.class);
      ends.writer().transport().writeEof();
      ends.reader().untilLost();
      ends.writer().untilLost();
    });
  }

  @Test
  void aPipeLeftOpenIsForgottenWithTheLoop() throws IOException {
    Pipe pipe = Pipe.open();
    run(() -> {
      await(connectReadPipe(Recorder::new, pipe.source()));
      await(connectWritePipe(Recorder::new, pipe.sink())).transport().write(new byte[100_000]);
      turns(2);
    });
    pipe.source().close();
    pipe.sink().close();
  }
}
