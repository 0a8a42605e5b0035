package jasyncio.net;

import static jasyncio.Asyncio.async;
import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.createTask;
import static jasyncio.Asyncio.gather;
import static jasyncio.Asyncio.getRunningLoop;
import static jasyncio.Asyncio.run;
import static jasyncio.Asyncio.seconds;
import static jasyncio.Asyncio.sleep;
import static jasyncio.Asyncio.toThread;
import static jasyncio.net.EchoTest.ascii;
import static jasyncio.net.Net.openConnection;
import static jasyncio.net.Net.startServer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import jasyncio.CancelledError;
import jasyncio.Future;
import jasyncio.LoopConfig;
import jasyncio.Task;
import jasyncio.parity.Parity;
import jasyncio.spi.Clock;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class StreamWriterTest {
  /// More than the system's own buffers on both sides take.
  private static final int TOO_MUCH = 32 * 1024 * 1024;

  /// What is done with a connection to a peer of the JDK's own, on which nothing is read or written
  /// of itself.
  private interface Meeting {
    void hold(Streams ours, Socket theirs) throws Throwable;
  }

  private static void withRawPeer(Meeting meeting) {
    withRawPeer(Clock.system(), meeting);
  }

  private static void withRawPeer(Clock clock, Meeting meeting) {
    try (ServerSocket listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      run(
          async(() -> {
            var streams = await(openConnection("127.0.0.1", listening.getLocalPort()));
            try (Socket peer = await(toThread(() -> listening.accept()))) {
              meeting.hold(streams, peer);
            }
          }),
          LoopConfig.defaults().withClock(clock));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static byte[] readAll(Socket peer) {
    return await(toThread(() -> peer.getInputStream().readAllBytes()));
  }

  // ---- drain ----

  @Test
  void drainReturnsAtOnceWhenThereIsNotMuchToSend() {
    withRawPeer((ours, _) -> {
      ours.writer().write(new byte[60_000]);
      long turn = getRunningLoop().turn();
      await(ours.writer().drain());
      assertThat(getRunningLoop().turn()).isEqualTo(turn);
    });
  }

  @Test
  @Parity("STR-11")
  void allThatDrainWaitUntilThePeerReads() {
    withRawPeer((ours, peer) -> {
      ours.writer().write(new byte[TOO_MUCH]);
      Task<@Nullable Void> first = createTask(ours.writer().drain());
      Task<@Nullable Void> second = createTask(ours.writer().drain());
      for (int i = 0; i < 100; i++) {
        await(sleep(seconds(0)));
      }
      assertThat(first.done()).isFalse();
      assertThat(second.done()).isFalse();
      Task<byte[]> reading = createTask(toThread(() -> peer.getInputStream().readAllBytes()));
      await(gather(first, second));
      ours.writer().close();
      assertThat(await(reading)).hasSize(TOO_MUCH);
    });
  }

  @Test
  void cancellingOneDrainLeavesTheOthersAndTheDataAlone() {
    withRawPeer((ours, peer) -> {
      ours.writer().write(new byte[TOO_MUCH]);
      Task<@Nullable Void> first = createTask(ours.writer().drain());
      Task<@Nullable Void> second = createTask(ours.writer().drain());
      await(sleep(seconds(0)));
      first.cancel();
      assertThatThrownBy(() -> await(first)).isInstanceOf(CancelledError.class);
      Task<byte[]> reading = createTask(toThread(() -> peer.getInputStream().readAllBytes()));
      await(second);
      ours.writer().close();
      assertThat(await(reading)).hasSize(TOO_MUCH);
    });
  }

  @Test
  @Parity("STR-11")
  void drainFailsWhenTheConnectionIsLostMeanwhile() {
    withRawPeer((ours, peer) -> {
      ours.writer().write(new byte[TOO_MUCH]);
      Task<@Nullable Void> draining = createTask(ours.writer().drain());
      await(sleep(seconds(0)));
      peer.setSoLinger(true, 0);
      peer.close();
      assertThatThrownBy(() -> await(draining)).isInstanceOf(ConnectionResetError.class);
    });
  }

  @Test
  void aLoopOfWriteAndDrainNoticesThatTheConnectionIsClosed() {
    withRawPeer((ours, _) -> {
      ours.writer().close();
      Throwable end = null;
      for (int i = 0; end == null && i < 100_000; i++) {
        ours.writer().write(ascii("x"));
        end = catchThrowable(() -> await(ours.writer().drain()));
      }
      assertThat(end)
          .isInstanceOf(ConnectionResetError.class)
          .hasMessageStartingWith("Connection lost [127.0.0.1:");
    });
  }

  /// A clock that can be stopped: then a busy loop does not poll.
  private static final class StoppableClock implements Clock {
    private long stoppedAt;

    @Override
    public long nanoTime() {
      return stoppedAt == 0 ? System.nanoTime() : stoppedAt;
    }

    void stop() {
      stoppedAt = System.nanoTime();
    }
  }

  @Test
  void theEndIsKnownOneTurnAfterTheConnectionIsAborted() {
    StoppableClock clock = new StoppableClock();
    withRawPeer(
        clock,
        (ours, _) -> {
          clock.stop();
          ours.writer().abort();
          await(sleep(seconds(0)));
          assertThat(ours.reader().atEof()).isTrue();
          assertThatThrownBy(() -> await(ours.writer().drain()))
              .isInstanceOf(ConnectionResetError.class);
        });
  }

  @Test
  @Parity({"CST-07", "TRA-04"})
  void aProgramThatGoesOnWritingToAClosedConnectionIsToldOnce() {
    withRawPeer((ours, _) -> {
      ours.writer().close();
      for (int i = 0; i < 20; i++) {
        ours.writer().write(ascii("x"));
      }
      assertThat(NothingLeaks.expectComplaints("socket.send() raised exception.")).hasSize(1);
    });
  }

  // ---- limits ----

  @Test
  @Parity("TRA-07")
  void theWaterMarksCanBeMoved() {
    withRawPeer((ours, _) -> {
      ours.writer().setWriteBufferLimits(10, 5);
      ours.writer().write(new byte[11]);
      Task<@Nullable Void> draining = createTask(ours.writer().drain());
      await(sleep(seconds(0)));
      await(draining); // the turn's end has sent it
      assertThatThrownBy(() -> ours.writer().setWriteBufferLimits(5, 10))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("high (5) must be >= low (10) must be >= 0");
      assertThatThrownBy(() -> ours.writer().setWriteBufferLimits(5, -1))
          .isInstanceOf(IllegalArgumentException.class);
    });
  }

  // ---- half-close ----

  @Test
  @Parity({"STR-13", "TRA-05"})
  void writeEofEndsOurSideOnly() {
    withRawPeer((ours, peer) -> {
      ours.writer().write(new byte[TOO_MUCH]);
      ours.writer().writeEof();
      assertThat(readAll(peer)).hasSize(TOO_MUCH);
      peer.getOutputStream().write(ascii("still here"));
      peer.close();
      assertThat(await(ours.reader().read())).isEqualTo(ascii("still here"));
      ours.writer().close();
      await(ours.writer().waitClosed());
    });
  }

  @Test
  void thePeersEndLeavesOurSideOpen() {
    withRawPeer((ours, peer) -> {
      peer.shutdownOutput();
      assertThat(await(ours.reader().read())).isEmpty();
      ours.writer().write(ascii("still here"));
      await(ours.writer().drain());
      ours.writer().close();
      assertThat(readAll(peer)).isEqualTo(ascii("still here"));
    });
  }

  @Test
  void nothingCanBeWrittenAfterWriteEof() {
    withRawPeer((ours, _) -> {
      ours.writer().writeEof();
      ours.writer().writeEof();
      assertThatThrownBy(() -> ours.writer().write(ascii("x")))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("Cannot call write() after write_eof()");
    });
  }

  // ---- closing ----

  @Test
  @Parity({"STR-12", "TRA-01"})
  void closeSendsEverythingFirst() {
    withRawPeer((ours, peer) -> {
      byte[] data = new byte[TOO_MUCH];
      Arrays.fill(data, (byte) 7);
      ours.writer().write(data);
      ours.writer().close();
      assertThat(ours.writer().isClosing()).isTrue();
      assertThat(Arrays.equals(readAll(peer), data)).isTrue();
      await(ours.writer().waitClosed());
      await(ours.writer().waitClosed());
    });
  }

  @Test
  @Parity("TRA-04")
  void whatIsWrittenAfterCloseIsDropped() {
    withRawPeer((ours, peer) -> {
      ours.writer().write(ascii("before"));
      ours.writer().close();
      ours.writer().write(ascii("after"));
      assertThat(readAll(peer)).isEqualTo(ascii("before"));
    });
  }

  @Test
  @Parity("TRA-06")
  void abortDropsWhatIsNotSent() {
    withRawPeer((ours, peer) -> {
      ours.writer().write(new byte[TOO_MUCH]);
      ours.writer().abort();
      await(ours.writer().waitClosed());
      byte[] received = await(toThread(() -> peer.getInputStream().readAllBytes()));
      assertThat(received.length).isLessThan(TOO_MUCH);
    });
  }

  @Test
  @Parity("STR-12")
  void waitClosedOfALostConnectionThrowsWhatItWasLostBy() {
    withRawPeer((ours, peer) -> {
      Task<@Nullable Void> waiting = createTask(ours.writer().waitClosed());
      await(sleep(seconds(0)));
      peer.setSoLinger(true, 0);
      peer.close();
      assertThatThrownBy(() -> await(waiting))
          .isInstanceOf(ConnectionResetError.class)
          .hasMessageStartingWith("Connection reset by peer [127.0.0.1:")
          .hasMessageEndingWith(", transferring data]");
      assertThatThrownBy(() -> await(ours.writer().waitClosed()))
          .isInstanceOf(ConnectionResetError.class);
    });
  }

  @Test
  void aCancelledWaitClosedLeavesTheConnectionAlone() {
    withRawPeer((ours, peer) -> {
      Task<@Nullable Void> waiting = createTask(ours.writer().waitClosed());
      await(sleep(seconds(0)));
      waiting.cancel();
      assertThatThrownBy(() -> await(waiting)).isInstanceOf(CancelledError.class);
      peer.getOutputStream().write(1);
      assertThat(await(ours.reader().readExactly(1))).containsExactly(1);
    });
  }

  // ---- reset or end ----

  @Test
  void aResetIsToldFromAnEndOfStream() {
    withRawPeer((ours, peer) -> {
      peer.close();
      assertThat(await(ours.reader().read())).isEmpty();
      assertThat(ours.reader().exception()).isNull();
    });
    withRawPeer((ours, peer) -> {
      peer.setSoLinger(true, 0);
      peer.close();
      assertThatThrownBy(() -> await(ours.reader().read()))
          .isInstanceOf(ConnectionResetError.class)
          .hasMessageStartingWith("Connection reset by peer");
      assertThat(ours.reader().exception()).isInstanceOf(ConnectionResetError.class);
      assertThatThrownBy(() -> await(ours.writer().drain()))
          .isInstanceOf(ConnectionResetError.class);
    });
  }

  @Test
  void aWriteThatFailsIsKnownOneTurnLater() {
    StoppableClock clock = new StoppableClock();
    withRawPeer(
        clock,
        (ours, peer) -> {
          peer.close();
          await(ours.reader().read());
          clock.stop();
          while (!ours.writer().isClosing()) {
            ours.writer().write(new byte[70_000]); // enough to be sent at once
          }
          await(sleep(seconds(0)));
          assertThat(ours.reader().exception()).isInstanceOf(ConnectionError.class);
          assertThat(catchThrowable(() -> await(ours.writer().drain())))
              .isSameAs(ours.reader().exception());
        });
  }

  // ---- looking ----

  @Test
  @Parity({"STR-13", "TRA-02"})
  void theConnectionTellsItsAddresses() {
    withRawPeer((ours, peer) -> {
      assertThat(ours.writer().getExtraInfo("peername")).isEqualTo(peer.getLocalSocketAddress());
      assertThat(ours.writer().getExtraInfo("sockname")).isEqualTo(peer.getRemoteSocketAddress());
      assertThat(ours.writer().getExtraInfo("cipher")).isNull();
      assertThat(ours.writer().getExtraInfo("no such thing")).isNull();
      assertThat(ours.writer().toString())
          .contains("<SocketTransport 127.0.0.1:" + peer.getLocalPort());
    });
    run(() -> {
      ClientHandler tell =
          (_, writer) -> {
            writer.write(
                ascii(
                    ((InetSocketAddress) writer.getExtraInfo("peername")).getPort()
                        + " "
                        + ((InetSocketAddress) writer.getExtraInfo("sockname")).getPort()));
            writer.close();
          };
      try (var server = await(startServer(tell, "127.0.0.1", 0));
          var streams = await(openConnection("127.0.0.1", server.port()))) {
        var mine = (InetSocketAddress) streams.writer().getExtraInfo("sockname");
        assertThat(await(streams.reader().read()))
            .isEqualTo(ascii(mine.getPort() + " " + server.port()));
      }
    });
  }

  // ---- threads ----

  @Test
  void anotherThreadIsTurnedAway() {
    withRawPeer((ours, _) -> {
      assertThatThrownBy(() -> await(toThread(() -> ours.writer().write(ascii("x")))))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageStartingWith("Non-thread-safe operation invoked on an event loop other than")
          .hasMessageContaining("callSoonThreadsafe");
      assertThatThrownBy(() -> await(toThread(() -> ours.writer().close())))
          .isInstanceOf(IllegalStateException.class);
    });
  }

  // ---- memory ----

  @Test
  void aReaderThatDoesNotReadBoundsWhatTheWriterAndTheReaderHold() {
    run(() -> {
      long[] sent = new long[1];
      Future<@Nullable Void> stalled = getRunningLoop().createFuture();
      ClientHandler flood =
          (_, writer) -> {
            try (writer) {
              while (!stalled.done()) {
                writer.write(new byte[64 * 1024]);
                sent[0] += 64 * 1024;
                assertThat(writer.pending()).isLessThanOrEqualTo(2 * 64 * 1024);
                Task<@Nullable Void> draining = createTask(writer.drain());
                for (int turn = 0; !draining.done() && turn < 1_000; turn++) {
                  await(sleep(seconds(0)));
                }
                if (!draining.done()) {
                  stalled.setResult(null); // neither the system nor the reader takes any more
                }
                await(draining);
              }
              writer.write(ascii("end"));
            }
          };
      try (var server = await(startServer(flood, "127.0.0.1", 0));
          var streams = await(openConnection("127.0.0.1", server.port()))) {
        await(stalled);
        assertThat(streams.reader().toString()).contains(" paused");
        assertThat(streams.reader().buffered()).isBetween(128 * 1024, 3 * 64 * 1024);
        assertThat(sent[0]).isLessThan(64L * 1024 * 1024);
        byte[] received = await(streams.reader().readExactly((int) sent[0]));
        assertThat(Arrays.equals(received, new byte[received.length])).isTrue();
        assertThat(await(streams.reader().read())).isEqualTo(ascii("end"));
      }
    });
  }
}
