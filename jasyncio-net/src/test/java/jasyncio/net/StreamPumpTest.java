package jasyncio.net;

import static jasyncio.Asyncio.asyncFor;
import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.run;
import static jasyncio.net.EchoTest.ascii;
import static jasyncio.net.Listening.turns;
import static jasyncio.net.Net.connectReadPipe;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import jasyncio.parity.Parity;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

@Parity("SYS-01")
class StreamPumpTest {
  @Test
  void linesOfAStreamCanBeAwaited() {
    List<String> lines = new ArrayList<>();
    run(() -> {
      PipedInputStream in = new PipedInputStream();
      try (PipedOutputStream out = new PipedOutputStream(in)) {
        StreamReader reader = StreamReader.create(1024);
        await(connectReadPipe(() -> StreamReaderProtocol.create(reader, null), in));
        out.write(ascii("one\ntw"));
        out.flush();
        lines.add(new String(await(reader.readLineBytes()), US_ASCII));
        out.write(ascii("o\nthree"));
        out.close();
        for (byte[] line : asyncFor(reader.byteLines())) {
          lines.add(new String(line, US_ASCII));
        }
      }
    });
    assertThat(lines).containsExactly("one\n", "two\n", "three");
  }

  @Test
  void aLongInputArrivesWholeAndThenItsEnd() {
    byte[] data = new byte[1_000_000];
    new java.util.Random(11).nextBytes(data);
    run(() -> {
      Recorder recorder =
          await(connectReadPipe(Recorder::new, new ByteArrayInputStream(data))).protocol();
      assertThat(recorder.untilLost()).isNull();
      assertThat(recorder.received.toByteArray()).isEqualTo(data);
      assertThat(recorder.calls).startsWith("made", "data").endsWith("data", "eof", "lost");
    });
  }

  @Test
  void aStreamThatFailsIsToldAfterWhatItGave() {
    run(() -> {
      InputStream broken =
          new InputStream() {
            private int left = 3;

            @Override
            public int read() throws IOException {
              if (left-- == 0) {
                throw new IOException("disk on fire");
              }
              return 'x';
            }

            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
              buffer[offset] = (byte) read();
              return 1;
            }
          };
      Recorder recorder = await(connectReadPipe(Recorder::new, broken)).protocol();
      assertThat(recorder.untilLost()).hasMessage("disk on fire");
      assertThat(recorder.received.size()).isEqualTo(3);
      assertThat(recorder.calls).doesNotContain("eof");
    });
  }

  @Test
  void aReaderThatIsPausedHoldsUpTheStream() {
    AtomicInteger taken = new AtomicInteger();
    InputStream endless =
        new InputStream() {
          @Override
          public int read() {
            return 'x';
          }

          @Override
          public int read(byte[] buffer, int offset, int length) {
            taken.addAndGet(length);
            return length;
          }
        };
    run(() -> {
      Endpoint<Transport, Recorder> endpoint = await(connectReadPipe(Recorder::new, endless));
      endpoint.transport().pauseReading();
      int before = -1;
      while (taken.get() != before) { // until the thread is held up
        before = taken.get();
        turns(50);
        await(jasyncio.Asyncio.sleep(jasyncio.Asyncio.millis(20)));
      }
      assertThat(taken.get()).isLessThan(2_000_000);
      endpoint.transport().close();
      assertThat(endpoint.protocol().untilLost()).isNull();
    });
  }
}
