package jasyncio.net;

import static jasyncio.Asyncio.asyncFor;
import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.millis;
import static jasyncio.Asyncio.run;
import static jasyncio.Asyncio.sleep;
import static jasyncio.Asyncio.toThread;
import static jasyncio.net.EchoTest.ascii;
import static jasyncio.net.Listening.turns;
import static jasyncio.net.Net.connectReadPipe;
import static jasyncio.net.Net.connectWritePipe;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jasyncio.parity.Parity;
import jasyncio.testing.CancelSweep;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Pipes to streams without a channel.
@Parity("SYS-01")
@Timeout(60)
class OutputStreamTest {
  /// Notes that it was closed, and what it was given before.
  private static class Noting extends ByteArrayOutputStream {
    volatile int closed;

    @Override
    public void close() {
      closed++;
    }
  }

  /// Takes a byte of `data` for each permit.
  private static final class Narrow extends OutputStream {
    final Semaphore permits = new Semaphore(0);
    final ByteArrayOutputStream data = new ByteArrayOutputStream();

    @Override
    public void write(int one) {
      write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      permits.acquireUninterruptibly(length);
      data.write(bytes, offset, length);
    }
  }

  private static final class Broken extends OutputStream {
    @Override
    public void write(int one) throws IOException {
      throw new IOException("No space left on device");
    }
  }

  @Test
  void linesOfOneStreamGoToAnother() {
    Noting out = new Noting();
    run(() -> {
      StreamReader reader = StreamReader.create(1024);
      var in = new ByteArrayInputStream(ascii("one\ntwo\n"));
      await(connectReadPipe(() -> StreamReaderProtocol.create(reader, null), in));
      StreamReaderProtocol protocol = StreamReaderProtocol.create(StreamReader.create(1024), null);
      Transport transport = await(connectWritePipe(() -> protocol, out)).transport();
      StreamWriter writer = StreamWriter.create(transport, protocol);
      assertThat(writer.getExtraInfo("pipe")).isSameAs(out);
      assertThat(writer.canWriteEof()).isTrue();
      for (byte[] line : asyncFor(reader.byteLines())) {
        writer.write("> " + new String(line, US_ASCII), US_ASCII);
        await(writer.drain());
      }
      writer.close();
      await(writer.waitClosed());
      assertThat(out.toString(US_ASCII)).isEqualTo("> one\n> two\n");
      assertThat(out.closed).isOne();
    });
  }

  @Test
  void muchIsWrittenInOrderAndAllOfItBeforeTheEnd() {
    byte[] data = new byte[1_000_001];
    new Random(12).nextBytes(data);
    Noting out = new Noting();
    run(() -> {
      OutputStream slowToFlush = new BufferedOutputStream(out, 100_000);
      Recorder recorder = await(connectWritePipe(Recorder::new, slowToFlush)).protocol();
      Random random = new Random(13);
      for (int at = 0; at < data.length; ) {
        int length = Math.min(random.nextInt(1, 150_000), data.length - at);
        recorder.transport().write(data, at, length);
        at += length;
      }
      recorder.transport().writeEof();
      recorder.transport().close();
      assertThat(recorder.untilLost()).isNull();
      assertThat(out.toByteArray()).isEqualTo(data);
      assertThat(out.closed).isOne();
      assertThat(recorder.calls).startsWith("made", "pause").endsWith("lost");
    });
  }

  @Test
  void whatIsWrittenIsFlushedWithoutBeingClosed() {
    CountDownLatch flushed = new CountDownLatch(1);
    Noting out =
        new Noting() {
          @Override
          public void flush() {
            flushed.countDown();
          }
        };
    run(() -> {
      Recorder recorder = await(connectWritePipe(Recorder::new, out)).protocol();
      recorder.transport().write(ascii("prompt> "));
      await(toThread(() -> flushed.await()));
      assertThat(out.toString(US_ASCII)).isEqualTo("prompt> ");
      recorder.transport().close();
      recorder.untilLost();
    });
  }

  @Test
  void aStreamThatIsSlowHoldsUpTheWriter() {
    Narrow out = new Narrow();
    run(() -> {
      Recorder recorder = await(connectWritePipe(Recorder::new, out)).protocol();
      Transport transport = recorder.transport();
      transport.setWriteBufferLimits(10L, 4L);
      for (int i = 0; i < 10; i++) {
        transport.write(ascii("" + i));
      }
      assertThat(recorder.calls).containsExactly("made");
      transport.write(ascii("x"));
      assertThat(recorder.calls).containsExactly("made", "pause");
      assertThat(transport.getWriteBufferSize()).isEqualTo(11);
      out.permits.release(11);
      recorder.untilTold("resume");
      assertThat(transport.getWriteBufferSize()).isLessThanOrEqualTo(4);
      transport.close();
      assertThat(recorder.untilLost()).isNull();
      assertThat(out.data.toString(US_ASCII)).isEqualTo("0123456789x");
    });
  }

  @Test
  void aLimitBelowWhatWaitsPausesAtOnce() {
    Narrow out = new Narrow();
    run(() -> {
      Recorder recorder = await(connectWritePipe(Recorder::new, out)).protocol();
      Transport transport = recorder.transport();
      transport.write(ascii("0123456789"));
      assertThat(recorder.calls).containsExactly("made");
      transport.setWriteBufferLimits(9L, 0L);
      assertThat(recorder.calls).containsExactly("made", "pause");
      out.permits.release(10);
      recorder.untilTold("resume");
      transport.close();
      assertThat(recorder.untilLost()).isNull();
    });
  }

  @Test
  void aStreamThatFailsEndsThePipe() {
    run(() -> {
      Recorder recorder = await(connectWritePipe(Recorder::new, new Broken())).protocol();
      recorder.transport().write(ascii("x"));
      recorder.transport().write(ascii("y"));
      assertThat(recorder.untilLost()).hasMessage("No space left on device");
      assertThat(recorder.transport().isClosing()).isTrue();
      assertThat(recorder.transport().getWriteBufferSize()).isZero();
      for (int i = 0; i < 5; i++) {
        recorder.transport().write(ascii("dropped"));
      }
      assertThat(NothingLeaks.expectComplaints("pipe closed by peer")).hasSize(1);
    });
  }

  @Test
  void aFailureOfAPrintStreamShowsThoughItThrowsNothing() {
    run(() -> {
      PrintStream print = new PrintStream(new Broken());
      Recorder recorder = await(connectWritePipe(Recorder::new, print)).protocol();
      recorder.transport().write(ascii("x"));
      assertThat(recorder.untilLost())
          .isInstanceOf(IOException.class)
          .hasMessage("the stream has failed; a PrintStream does not say why");
    });
  }

  @Test
  void aFailureOfTheLastFlushShowsToo() {
    run(() -> {
      Noting unclosable =
          new Noting() {
            @Override
            public void close() {
              throw new IllegalStateException("closed twice");
            }
          };
      Recorder recorder = await(connectWritePipe(Recorder::new, unclosable)).protocol();
      recorder.transport().close();
      assertThat(recorder.untilLost()).hasMessage("closed twice");
    });
  }

  @Test
  void whoeverWaitsInDrainHearsOfTheFailure() {
    run(() -> {
      StreamReaderProtocol protocol = StreamReaderProtocol.create(StreamReader.create(1024), null);
      Transport transport = await(connectWritePipe(() -> protocol, new Broken())).transport();
      StreamWriter writer = StreamWriter.create(transport, protocol);
      writer.write(new byte[200_000]);
      assertThatThrownBy(() -> await(writer.drain())).hasMessage("No space left on device");
      assertThatThrownBy(() -> await(writer.waitClosed())).hasMessage("No space left on device");
    });
  }

  @Test
  void abortDropsTheRestAndWakesAWriteThatIsStuck() throws IOException {
    PipedInputStream nobodyReads = new PipedInputStream(10);
    PipedOutputStream out = new PipedOutputStream(nobodyReads);
    run(() -> {
      Recorder recorder = await(connectWritePipe(Recorder::new, out)).protocol();
      recorder.transport().write(ascii("more than the pipe holds"));
      recorder.transport().write(ascii("dropped"));
      recorder.transport().close();
      await(toThread(() -> nobodyReads.read()));
      recorder.transport().abort();
      assertThat(recorder.untilLost()).isNull();
      assertThat(recorder.transport().getWriteBufferSize()).isZero();
    });
    // that no thread is left is looked at after the test
  }

  @Test
  void theStreamsOfTheProgramStayOpen() {
    Noting out = new Noting();
    PrintStream before = System.out;
    System.setOut(new PrintStream(new BufferedOutputStream(out)));
    try {
      run(() -> {
        Recorder recorder = await(connectWritePipe(Recorder::new, System.out)).protocol();
        recorder.transport().write(ascii("from the loop, "));
        recorder.transport().close();
        assertThat(recorder.untilLost()).isNull();
        System.out.print("and from elsewhere");
        System.out.flush();
      });
    } finally {
      System.setOut(before);
    }
    assertThat(out.toString(US_ASCII)).isEqualTo("from the loop, and from elsewhere");
    assertThat(out.closed).isZero();
  }

  @Test
  void aProcessIsFedAndRead() {
    byte[] data = new byte[1_000_000];
    new Random(14).nextBytes(data);
    run(() -> {
      Process cat = new ProcessBuilder("cat").start();
      Recorder back = await(connectReadPipe(Recorder::new, cat.getInputStream())).protocol();
      Recorder there = await(connectWritePipe(Recorder::new, cat.getOutputStream())).protocol();
      there.transport().write(data);
      there.transport().close();
      assertThat(there.untilLost()).isNull();
      assertThat(back.untilLost()).isNull(); // cat has seen the end of its input
      assertThat(back.received.toByteArray()).isEqualTo(data);
      await(toThread(() -> cat.waitFor()));
    });
  }

  @Test
  void aProcessThatDoesNotReadAnyMoreEndsThePipe() {
    run(() -> {
      Process process = new ProcessBuilder("true").start();
      await(toThread(() -> process.waitFor()));
      Recorder there = await(connectWritePipe(Recorder::new, process.getOutputStream())).protocol();
      while (!there.transport().isClosing()) {
        there.transport().write(new byte[10_000]);
        turns(5);
      }
      assertThat(there.untilLost()).isInstanceOf(IOException.class);
      process.getInputStream().close();
      process.getErrorStream().close();
    });
  }

  @Test
  void whatWasWrittenIsWrittenOutThoughTheLoopEnds() throws Exception {
    Narrow out = new Narrow();
    run(() -> {
      await(connectWritePipe(Recorder::new, out)).transport().write(ascii("last words"));
    });
    assertThat(out.data.size()).isZero();
    out.permits.release(10);
    while (out.data.size() < 10) {
      Thread.onSpinWait();
    }
  }

  @Test
  void itBelongsToTheThreadOfItsLoop() {
    run(() -> {
      Recorder recorder = await(connectWritePipe(Recorder::new, new Noting())).protocol();
      assertThatThrownBy(() -> await(toThread(() -> recorder.transport().write(ascii("x")))))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageStartingWith("Non-thread-safe operation")
          .hasMessageContaining("write on <OutputStreamTransport ");
      recorder.transport().close();
      recorder.untilLost();
    });
  }

  @Test
  void aCancelledStartClosesTheStream() {
    CancelSweep.Report report =
        CancelSweep.of(
                "connectWritePipe",
                world -> {
                  Noting out = new Noting();
                  List<Noting> begun = new ArrayList<>();
                  world.victim(() -> {
                    begun.add(out);
                    await(connectWritePipe(Recorder::new, out)).close();
                  });
                  world.check(() -> {
                    while (out.closed < begun.size()) {
                      await(sleep(millis(1)));
                    }
                  });
                })
            .onRealTime()
            .run();
    assertThat(report.suspensions()).isPositive();
  }
}
