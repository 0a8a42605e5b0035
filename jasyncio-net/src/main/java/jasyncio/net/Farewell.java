package jasyncio.net;

import jasyncio.Context;
import jasyncio.EventLoop;
import jasyncio.TimerHandle;
import jasyncio.net.ConnectionError.Phase;
import jasyncio.net.spi.Delivery;
import jasyncio.net.spi.Peer;
import jasyncio.net.spi.Wire;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// The end of a connection that the program has closed: sees to it that what was written arrives
/// before the socket goes, and tells if that takes too long.
///
/// Everything here runs on the loop.
final class Farewell {
  /*
   * Overview
   *
   *   sending --output gone--> ended --the peer has ended, or has it all--> closed
   *      `-----------------------`-----time is up--> failed: bytes may be lost
   *
   * A socket that is closed with something unread, or that gets something afterwards, answers with
   * a reset. The system then drops what it has not sent yet, and many peers drop what they have not
   * read. So the socket stays: our side is ended, and what comes in is read and dropped, until no
   * reset can do harm.
   *
   * That is when the peer has ended its side. A silent one that uses no TLS need not be waited for
   * if its system has acknowledged all. Where ours does not tell, it is waited for a second: as
   * long as it sends nothing there is no reset. And one that goes on and on is cut off when it has
   * all of ours: nobody wants to hear the rest of a stream.
   *
   * With TLS also a silent peer is waited for, as CPython does: the last thing it says may be that
   * it has refused us (which the JDK's TLS still notices then). Unlike CPython we end the
   * connection below TLS too, so that peers that never answer a close_notify notice.
   */
  private static final Duration FIRST_LOOK = Duration.ofMillis(1);
  private static final Duration LONGEST_PAUSE = Duration.ofMillis(256);

  /// So long a peer is waited for that says nothing, if the system cannot be asked.
  private static final Duration SILENCE = Duration.ofSeconds(1);

  /// More bytes than answer what can lie unread in the peer's system.
  private static final long ENOUGH = 8 * 1024 * 1024;

  private final StreamTransport transport;
  private final EventLoop loop;
  private final Wire wire;
  private final boolean encrypted;
  private final Duration limit;
  private boolean outputGone;
  private boolean ended;
  private boolean peerEnded;
  private long heard;
  private @Nullable TimerHandle end;
  private @Nullable TimerHandle nextLook;

  private Farewell(StreamTransport transport, Duration limit, boolean peerEnded) {
    this.transport = transport;
    this.loop = transport.loop();
    this.wire = transport.wire();
    this.encrypted = wire.isEncrypted();
    this.limit = limit;
    this.peerEnded = peerEnded;
    if (encrypted) {
      startClock();
    }
  }

  /// The end of `transport`; null if nothing can be lost by closing it at once.
  ///
  /// @param limit how long it may take: with TLS from now on, else once the output has been sent
  /// @param hasWritten whether anything was ever written to it
  /// @param peerEnded whether the peer has ended its side already
  static @Nullable Farewell of(
      StreamTransport transport, Duration limit, boolean hasWritten, boolean peerEnded) {
    return !transport.isEncrypted() && (!hasWritten || limit.isZero())
        ? null
        : new Farewell(transport, limit, peerEnded);
  }

  private void startClock() {
    end = loop.callLater(limit, this::timeIsUp, new Context());
  }

  /// The system has taken the last of the output.
  void outputGone() {
    if (outputGone) {
      return;
    }
    outputGone = true;
    if (encrypted) {
      wire.endTls(this::endOurSide);
    } else {
      endOurSide();
    }
  }

  private void endOurSide() {
    if (!wire.isOpen()) {
      return;
    }
    if (peerEnded) {
      wire.abort();
      return;
    }
    wire.endOutput();
    ended = true;
    if (!encrypted) {
      startClock();
      look(FIRST_LOOK);
    }
  }

  /// Looks whether the peer's system has everything, and if not again after a while.
  private void look(Duration pause) {
    switch (wire.delivery()) {
      case DONE -> {
        if (heard == 0) {
          wire.abort();
        }
      }
      case UNDER_WAY -> {
        Duration next = pause.multipliedBy(2);
        nextLook =
            loop.callLater(
                pause,
                () -> look(next.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : next),
                new Context());
      }
      case UNKNOWN -> nextLook = loop.callLater(SILENCE, this::closeIfSilent, new Context());
    }
  }

  private void closeIfSilent() {
    if (heard == 0) {
      wire.abort();
    }
  }

  /// The peer has ended its side, of TLS or altogether.
  void peerEnded() {
    peerEnded = true;
    if (ended) {
      wire.abort();
    }
  }

  /// So many bytes have come in, and been dropped.
  void heard(int bytes) {
    heard += bytes;
    if (ended && heard > ENOUGH && wire.delivery() == Delivery.DONE) {
      wire.abort();
    }
  }

  private void timeIsUp() {
    Delivery delivery = ended ? wire.delivery() : Delivery.UNDER_WAY;
    if (!encrypted && (delivery == Delivery.DONE || (delivery == Delivery.UNKNOWN && heard == 0))) {
      wire.abort();
    } else {
      transport.fail(timedOut());
    }
  }

  private ConnectionError timedOut() {
    long left = transport.getWriteBufferSize();
    Peer peer = transport.peer();
    return new ConnectionError(
        (!encrypted ? "close timed out: " : "SSL shutdown timed out: ")
            + "within "
            + limit.toMillis() / 1000.0
            + " seconds the peer has not "
            + (left > 0
                ? "taken what was written, and " + left + " bytes are left"
                : !encrypted ? "taken all that was written" : "ended its side")
            + ", so some of it may be lost",
        peer.name(),
        peer.port(),
        Phase.CLOSE,
        null);
  }

  /// The connection has ended, in whatever way.
  ///
  /// @param aborted whether the program wanted it so
  /// @param failure what it has ended by, if that is known
  /// @return what it has ended by: output that could not be sent is a reason
  @Nullable Throwable stop(boolean aborted, @Nullable Throwable failure) {
    if (end != null) {
      end.cancel();
    }
    if (nextLook != null) {
      nextLook.cancel();
    }
    if (aborted || outputGone || failure != null) {
      return failure;
    }
    Peer peer = transport.peer();
    return new ConnectionResetError(
        "Connection lost before all that was written was sent",
        peer.name(),
        peer.port(),
        Phase.CLOSE,
        null);
  }
}
