package jasyncio.net.testing;

import static jasyncio.Asyncio.async;

import jasyncio.Context;
import jasyncio.Coroutine;
import jasyncio.EventLoop;
import jasyncio.net.ConnectionError;
import jasyncio.net.ConnectionError.Phase;
import jasyncio.net.ConnectionResetError;
import jasyncio.net.Tls;
import jasyncio.net.spi.Delivery;
import jasyncio.net.spi.Peer;
import jasyncio.net.spi.Wire;
import jasyncio.net.spi.WireOwner;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/// One end of a simulated connection.
///
/// Everything here runs on the loop.
final class StreamWire implements Wire, SimulatedConnection {
  /*
   * Overview
   *
   *   write() --> written --transmit--> line --> peer's arrived --offer--> peer's input --> owner
   *
   * `written` is what the system has not taken yet: it takes as much as the link's window, which
   * counts what is on its way and what the peer's system holds because nobody reads there. So a
   * slow reader holds up the writer, as with TCP. An end follows the data on the line; what comes
   * to an end that is closed is answered with a reset.
   */
  private static final int FLUSH_AT = 64 * 1024;

  private final Station station;
  private final SimulatedLink link;
  private final SimulatedLink.Line line;
  private final InetSocketAddress local;
  private final InetSocketAddress remote;
  private @Nullable StreamWire peer;
  private @Nullable WireOwner owner;

  // ---- on the way out
  private final ArrayDeque<byte[]> written = new ArrayDeque<>();
  private int writtenBytes;
  private long underWay;
  private boolean flushDue;
  private boolean endSent;
  private boolean endArrived;

  // ---- on the way in
  private final Queue<byte[]> arrived = new ArrayDeque<>();
  private final ArrayDeque<ByteBuffer> input = new ArrayDeque<>();
  private @Nullable ByteBuffer given;
  private boolean reading = true;
  private boolean peerEnded;
  private boolean peerEndTold;
  private boolean closed;

  StreamWire(
      Station station, SimulatedLink link, InetSocketAddress local, InetSocketAddress remote) {
    this.station = station;
    this.link = link;
    this.line = link.line();
    this.local = local;
    this.remote = remote;
  }

  // ---- being connected ----

  /// Who is told from now on; what has come in already comes next.
  void begin(WireOwner owner) {
    this.owner = owner;
    owner.opened();
    offer();
  }

  void connectTo(StreamWire peer) {
    this.peer = peer;
  }

  SimulatedLink.Line line() {
    return line;
  }

  private void soon(Runnable work) {
    loop().callSoon(work, new Context());
  }

  /// Has the peer do something when what was sent before has arrived.
  private void tellPeer(int size, String what, Runnable arrive) {
    StreamWire other = peer;
    if (other == null) {
      return;
    }
    station.note(local, remote, what);
    line.send(
        size,
        () -> {
          if (other.station.isUp()) {
            arrive.run();
          } else if (other.station.host().isUp()) {
            soon(this::resetArrived); // the machine is up again, and knows nothing of us
          }
        });
  }

  // ---- output ----

  @Override
  public void write(byte[] data, int offset, int length) {
    written.add(Arrays.copyOfRange(data, offset, offset + length));
    added(length);
  }

  @Override
  public void write(ByteBuffer data) {
    byte[] copy = new byte[data.remaining()];
    data.get(copy);
    written.add(copy);
    added(copy.length);
  }

  private void added(int bytes) {
    writtenBytes += bytes;
    if (writtenBytes >= FLUSH_AT) {
      flush();
    } else {
      flushSoon();
    }
  }

  private void flushSoon() {
    if (!flushDue) {
      flushDue = true;
      soon(this::flush);
    }
  }

  @Override
  public void flush() {
    flushDue = false;
    while (!closed && !written.isEmpty() && isWorthSending(link.window() - underWay)) {
      byte[] piece = take(link.part((int) Math.min(writtenBytes, link.window() - underWay)));
      underWay += piece.length;
      StreamWire other = peer;
      if (other != null) {
        tellPeer(piece.length, "data " + piece.length, () -> other.dataArrived(piece));
      }
      if (owner != null) {
        owner.written(piece.length, null);
      }
    }
  }

  /// Whether there is room for all, or for much: what a slow reader takes byte by byte would else
  /// be sent so.
  private boolean isWorthSending(long room) {
    return room >= writtenBytes || (room > 0 && room * 4 >= link.window());
  }

  /// Takes the first bytes of what was written.
  private byte[] take(int most) {
    byte[] first = written.remove();
    byte[] taken = first;
    if (first.length > most) {
      taken = Arrays.copyOf(first, most);
      written.addFirst(Arrays.copyOfRange(first, most, first.length));
    } else if (first.length < most && !written.isEmpty()) {
      taken = Arrays.copyOf(first, most);
      int length = first.length;
      while (length < most) {
        byte[] next = take(most - length);
        System.arraycopy(next, 0, taken, length, next.length);
        length += next.length;
        writtenBytes += next.length; // counted once, below
      }
    }
    writtenBytes -= taken.length;
    return taken;
  }

  @Override
  public int discard() {
    int dropped = writtenBytes;
    written.clear();
    writtenBytes = 0;
    return dropped;
  }

  @Override
  public void endOutput() {
    StreamWire other = peer;
    if (!endSent && other != null) {
      endSent = true;
      tellPeer(0, "end", other::endArrived);
    }
  }

  @Override
  public boolean sendsFiles() {
    return false;
  }

  @Override
  public Coroutine<@Nullable Void> sendFile(FileChannel file, long offset, long count) {
    return async(() -> {
      throw new IOException("a simulated network has no system that could send files");
    });
  }

  // ---- what arrives ----

  private void dataArrived(byte[] piece) {
    if (closed) {
      StreamWire other = peer;
      if (other != null) {
        tellPeer(0, "reset", other::resetArrived);
      }
      return;
    }
    arrived.add(piece);
    offer();
  }

  private void endArrived() {
    peerEnded = true;
    if (peer != null) {
      peer.endArrived = true;
    }
    offer();
  }

  private void resetArrived() {
    if (!closed && owner != null) {
      arrived.clear();
      endSent = true; // nobody would hear of it
      owner.failed(new IOException("Connection reset by peer"), false);
      shut();
    }
  }

  /// Hands over what has arrived, as long as it is wanted.
  private void offer() {
    WireOwner told = owner;
    if (told == null || closed) {
      return;
    }
    while (reading && !closed && !arrived.isEmpty()) {
      byte[] piece = arrived.remove();
      if (peer != null) {
        peer.taken(piece.length);
      }
      input.add(ByteBuffer.wrap(piece));
      if (!told.readable(piece.length)) {
        input.removeLast();
      }
    }
    if (reading && !closed && peerEnded && !peerEndTold && arrived.isEmpty()) {
      peerEndTold = true;
      told.inputEnded();
    }
  }

  /// The peer has taken so much: there is room for more.
  private void taken(int bytes) {
    underWay -= bytes;
    if (!written.isEmpty()) {
      flushSoon();
    }
  }

  // ---- input ----

  @Override
  public void read(boolean on) {
    reading = on;
    if (on) {
      soon(this::offer);
    }
  }

  @Override
  public @Nullable ByteBuffer input() {
    given = input.peek();
    return given == null ? null : given.duplicate();
  }

  @Override
  public void skip(int bytes) {
    if (given != null) {
      given.position(given.position() + bytes);
    }
  }

  @Override
  public void consumed() {
    if (given != null && given == input.peek()) {
      input.remove();
    }
    given = null;
  }

  @Override
  public void dropInput() {
    input.clear();
  }

  // ---- TLS: there is none ----

  @Override
  public boolean isEncrypted() {
    return false;
  }

  @Override
  public Coroutine<TlsStart> prepareTls(Tls tls, boolean serverSide, Peer peer) {
    return async(() -> {
      throw Station.noTls();
    });
  }

  @Override
  public Coroutine<@Nullable Void> handshake(Peer peer) {
    return async(() -> {
      throw Station.noTls();
    });
  }

  @Override
  public void endTls(Runnable then) {
    throw Station.noTls();
  }

  // ---- the end ----

  @Override
  public Delivery delivery() {
    return endArrived || (endSent && peer != null && peer.closed)
        ? Delivery.DONE
        : Delivery.UNDER_WAY;
  }

  @Override
  public boolean isOpen() {
    return !closed;
  }

  @Override
  public void close() {
    abort();
  }

  /// As the system closes a socket: with a reset if something is left unread there.
  @Override
  public void abort() {
    StreamWire other = peer;
    if (!closed && other != null && !arrived.isEmpty()) {
      endSent = true;
      tellPeer(0, "reset", other::resetArrived);
    }
    shut();
  }

  private void shut() {
    if (closed) {
      return;
    }
    endOutput();
    closed = true;
    station.forget(this);
    WireOwner told = owner;
    if (told != null) {
      told.closed();
      soon(told::lost);
    }
  }

  @Override
  public void reset() {
    StreamWire other = peer;
    if (!closed && other != null) {
      tellPeer(0, "reset", other::resetArrived);
      resetArrived();
    }
  }

  /// Nobody takes the connection.
  void refuse() {
    StreamWire other = peer;
    if (!closed && other != null) {
      closed = true;
      endSent = true;
      tellPeer(0, "reset", other::resetArrived);
      station.forget(this);
    }
  }

  @Override
  public void vanish() {
    endSent = true;
    if (!closed && owner != null) {
      arrived.clear();
      owner.failed(new IOException("the simulated host is down"), false);
    }
    shut();
  }

  @Override
  public Throwable explain(Throwable cause, Peer peer) {
    if (!(cause instanceof IOException) || cause instanceof ConnectionError) {
      return cause;
    }
    String text = String.valueOf(cause.getMessage());
    return text.contains("reset")
        ? new ConnectionResetError(text, peer.name(), peer.port(), cause)
        : new ConnectionError(text, peer.name(), peer.port(), Phase.TRANSFER, cause);
  }

  // ---- looking at it ----

  @Override
  public EventLoop loop() {
    return station.loop();
  }

  @Override
  public String kind() {
    return "Simulated";
  }

  @Override
  public boolean isLoopEnding() {
    return loop().isClosed();
  }

  @Override
  public SocketAddress remoteAddress() {
    return remote;
  }

  @Override
  public SocketAddress localAddress() {
    return local;
  }

  @Override
  public @Nullable Object info(String name) {
    return name.equals("simulated") ? this : null;
  }
}
