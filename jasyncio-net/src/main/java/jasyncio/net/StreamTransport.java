package jasyncio.net;

import static jasyncio.Asyncio.await;

import jasyncio.Context;
import jasyncio.EventLoop;
import jasyncio.ExceptionContext;
import jasyncio.Future;
import jasyncio.TimerHandle;
import jasyncio.net.spi.Peer;
import jasyncio.net.spi.Wire;
import jasyncio.net.spi.WireOwner;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// One connection, whatever carries its bytes: writes without waiting, and tells a protocol what
/// happens.
///
/// Everything here runs on the loop. Counterpart: `_SelectorSocketTransport`.
final class StreamTransport implements Transport, WireOwner, FlowControl.Owner {
  /*
   * Overview
   *
   * The stages are those of Stage, which knows what may follow what:
   *
   *   NEW ------> OPEN      opened(), with TLS secured()
   *   OPEN -----> CLOSING   close(): what comes in is dropped; what was written is still sent, see
   *                         Farewell
   *   any ------> LOST      lost(), from the wire; connectionLost is called once, after
   *                         connectionMade
   *   OPEN, CLOSING --> CUT abort(), an error, or the loop's end
   *   NEW ------> REFUSED   any of these before the protocol has heard of it, which then never will
   *
   * Half-close: the wire stays open when the peer ends its side, so that what was written can still
   * be sent; an error then arrives before a mere end of input, and closes it.
   *
   * CPython: Lib/asyncio/selector_events.py, 3.14. Differences: (1) writes are sent when the turn
   * ends, or 64 KiB have come together; (2) what is written after close() is dropped.
   */
  private static final System.Logger LOG = System.getLogger("jasyncio");

  /// What is coming in, besides a pause of the program.
  private enum Input {
    OPEN,

    /// The peer has ended its side.
    ENDED,

    /// The program has closed the connection, and wants nothing any more.
    DROPPED
  }

  private final Wire wire;
  private final EventLoop loop;
  private final Terms terms;
  private final FlowControl flow = new FlowControl(this);
  private Sink sink;

  /// Made when it is asked for, if it can be told from the wire.
  private @Nullable Peer peer;

  private @Nullable Tls tls;
  private Stage stage = Stage.NEW;
  private Input input = Input.OPEN;
  private boolean eofWritten;
  private boolean hasWritten;
  private boolean readingPaused;
  private @Nullable LostWrites lostWrites;
  private @Nullable Throwable failure;
  private @Nullable Farewell farewell;
  private @Nullable TimerHandle handshakeLimit;

  /// Who sends a file; one at a time.
  private @Nullable Future<@Nullable Void> drainer;

  /// On what terms a connection is had.
  ///
  /// @param context that of the program's code that made the connection or the server
  /// @param tls null for a connection that is not encrypted
  /// @param lingeringTime how long the end may take without TLS
  /// @param clients of a server, whom to tell of it
  record Terms(
      Context context, @Nullable Tls tls, Duration lingeringTime, @Nullable Clients clients) {}

  /// @param peer null for one that was accepted from an address of its own
  StreamTransport(Wire wire, Terms terms, Sink sink, @Nullable Peer peer) {
    this.wire = wire;
    this.loop = wire.loop();
    this.terms = terms;
    this.tls = terms.tls();
    this.sink = sink;
    this.peer = peer;
  }

  // ---- what the wire reports ----

  @Override
  public void opened() {
    if (stage != Stage.NEW) {
      return; // given up before it was there
    }
    Clients clients = terms.clients();
    if (clients != null) { // before the handshake, so that the server's end waits for it too
      clients.attached(this);
    }
    if (!wire.isEncrypted()) {
      connectionMade();
    } else if (clients != null) {
      handshakeLimit = loop.callLater(tls().handshakeTimeout(), this::handshakeIsLate);
    }
  }

  private void handshakeIsLate() {
    LOG.log(
        System.Logger.Level.DEBUG,
        "{0}: SSL handshake is taking longer than {1}: aborting the connection",
        this,
        tls().handshakeTimeout());
    abort();
  }

  @Override
  public void secured() {
    stopHandshakeClock();
    if (stage == Stage.NEW) {
      connectionMade();
    }
  }

  private void stopHandshakeClock() {
    if (handshakeLimit != null) {
      handshakeLimit.cancel();
      handshakeLimit = null;
    }
  }

  private void connectionMade() {
    stage = stage.to(Stage.OPEN);
    sink.connectionMade(this);
  }

  @Override
  public boolean readable(int bytes) {
    if (stage == Stage.OPEN) {
      sink.readable();
      return true;
    }
    heard(bytes);
    return false;
  }

  @Override
  public void heard(int bytes) {
    if (farewell != null) {
      farewell.heard(bytes);
    }
  }

  @Override
  public void inputEnded() {
    if (farewell != null) {
      farewell.peerEnded();
    } else if (stage == Stage.OPEN && input == Input.OPEN) {
      input = Input.ENDED;
      if (!sink.eofReceived()) {
        close();
      }
    }
  }

  @Override
  public void cutOff() {
    if (farewell != null) {
      farewell.peerEnded();
    } else if (input != Input.ENDED) {
      wire.abort(); // lost() tells
    }
  }

  @Override
  public void failed(Throwable cause, boolean unexpected) {
    if (unexpected && !loop.isClosed()) {
      loop.callSoon(() ->
          loop.callExceptionHandler(
              ExceptionContext.of("Fatal error: protocol.data_received() call failed.")
                  .withException(cause)
                  .with("transport", this)));
    }
    fail(cause);
  }

  /// Ends the connection by an error: what has come before it is still told.
  void fail(Throwable cause) {
    if (failure == null && stage != Stage.CUT && stage != Stage.LOST) {
      failure = wire.explain(cause, peer());
    }
    cut();
  }

  /// Its owner hears of the loss on the next turn at the latest: the wire's own word comes with the
  /// next poll, and until then a loop of write and drain would go on. If this is a poll, lost()
  /// comes first.
  @Override
  public void closed() {
    if (stage != Stage.LOST && !loop.isClosed()) {
      loop.callSoon(this::connectionLost, new Context());
    }
  }

  @Override
  public void lost() {
    if (wire.isEncrypted() && stage == Stage.OPEN && input == Input.OPEN && failure == null) {
      failure = TruncationError.of(peer());
    }
    connectionLost();
  }

  private void connectionLost() {
    if (stage == Stage.LOST) {
      return;
    }
    Stage before = stage;
    stage = stage.to(Stage.LOST);
    stopHandshakeClock();
    flow.dropped(wire.discard());
    wakeDrainer();
    if (farewell != null) {
      failure = farewell.stop(before == Stage.CUT, failure);
    }
    if (before.isTold()) {
      sink.connectionLost(failure);
    }
    if (terms.clients() != null) {
      terms.clients().detached(this);
    }
  }

  @Override
  public void written(int bytes, @Nullable Throwable cause) {
    if (cause != null) {
      flow.dropped(bytes);
      if (!(cause instanceof ClosedChannelException)) {
        fail(cause);
      }
      return; // the connection ends, which wakes those who wait
    }
    flow.written(bytes);
    if (flow.pending() == 0) {
      sentAll();
    }
  }

  private void sentAll() {
    if (farewell != null) {
      farewell.outputGone();
    } else if (stage.isClosing()) {
      wire.close();
    } else if (eofWritten) {
      wire.endOutput();
    }
  }

  // ---- writing ----

  @Override
  public void write(byte[] data, int offset, int length) {
    Objects.checkFromIndexSize(offset, length, data.length);
    if (accepts(length)) {
      wire.write(data, offset, length);
      flow.pauseIfHigh();
    }
  }

  @Override
  public void write(ByteBuffer data) {
    if (accepts(data.remaining())) {
      wire.write(data);
      flow.pauseIfHigh();
    } else {
      data.position(data.limit());
    }
  }

  /// Whether so many bytes are to be handed over; they are counted already.
  private boolean accepts(int length) {
    checkThread("write");
    if (eofWritten) {
      throw new IllegalStateException("Cannot call write() after write_eof()");
    }
    if (length == 0) {
      return false;
    }
    if (stage.isClosing()) {
      lostWrites = LostWrites.toConnection(lostWrites, this);
      return false;
    }
    hasWritten = true;
    flow.add(length);
    return true;
  }

  @Override
  public void writeEof() {
    checkThread("writeEof");
    if (!canWriteEof()) {
      throw new UnsupportedOperationException(
          "write_eof() is not supported with TLS, which cannot end one direction alone: close() the"
              + " connection, or mark the end in the data");
    }
    if (stage.isClosing() || eofWritten) {
      return;
    }
    eofWritten = true;
    wire.flush();
    if (flow.pending() == 0) {
      sentAll();
    }
  }

  @Override
  public boolean canWriteEof() {
    return !wire.isEncrypted();
  }

  @Override
  public long getWriteBufferSize() {
    return flow.pending();
  }

  @Override
  public WriteBufferLimits getWriteBufferLimits() {
    return flow.limits();
  }

  @Override
  public void setWriteBufferLimits(@Nullable Long high, @Nullable Long low) {
    flow.setLimits(high, low);
  }

  @Override
  public void pauseWriting() {
    sink.pauseWriting();
  }

  @Override
  public void resumeDue() {
    sink.resumeDue();
    wakeDrainer();
  }

  FlowControl flow() {
    return flow;
  }

  // ---- reading ----

  @Override
  public boolean isReading() {
    return !stage.isClosing() && !readingPaused;
  }

  @Override
  public void pauseReading() {
    checkThread("pauseReading");
    if (isReading()) {
      readingPaused = true;
      wire.read(false);
    }
  }

  @Override
  public void resumeReading() {
    checkThread("resumeReading");
    if (!readingPaused) {
      return;
    }
    readingPaused = false;
    if (!stage.isClosing()) {
      wire.read(true);
    }
    sink.readingResumed(); // also after the end: what was held back can be told
  }

  /// Whether the program wants no data now.
  boolean isPaused() {
    return readingPaused;
  }

  /// Whether the program wants no data any more: it has closed the connection.
  boolean dropsInput() {
    return input == Input.DROPPED;
  }

  // ---- closing ----

  @Override
  public void close() {
    checkThread("close");
    boolean peerEnded = input == Input.ENDED;
    input = Input.DROPPED;
    if (stage.isClosing()) {
      return;
    }
    if (stage == Stage.OPEN && wire.isOpen()) {
      Duration limit = tls == null ? terms.lingeringTime() : tls.shutdownTimeout();
      farewell = Farewell.of(this, limit, hasWritten, peerEnded);
    }
    stage = stage.to(stage == Stage.OPEN ? Stage.CLOSING : Stage.REFUSED);
    wire.read(farewell != null && !peerEnded);
    wire.flush();
    if (flow.pending() == 0) {
      sentAll();
    }
  }

  @Override
  public void abort() {
    checkThread("abort");
    input = Input.DROPPED;
    cut();
  }

  private void cut() {
    switch (stage) {
      case NEW -> stage = stage.to(Stage.REFUSED);
      case OPEN, CLOSING -> stage = stage.to(Stage.CUT);
      case REFUSED, CUT, LOST -> {}
    }
    flow.dropped(wire.discard());
    wire.abort();
  }

  @Override
  public boolean isClosing() {
    return stage.isClosing();
  }

  // ---- for those who send files through it ----

  /// Hands over what was written, so that what is written past it comes behind.
  void flushOutput() {
    hasWritten = true;
    wire.flush();
  }

  /// Waits, in the current task, until there is not too much left to send.
  ///
  /// @throws ConnectionResetError if the connection ends
  void awaitRoom() throws ConnectionResetError {
    while (flow.isPaused() && !isClosing()) {
      Future<@Nullable Void> woken = loop.createFuture();
      drainer = woken;
      await(woken);
    }
    if (isClosing()) {
      throw new ConnectionResetError("Connection lost", peer().name(), peer().port(), failure);
    }
  }

  private void wakeDrainer() {
    Future<@Nullable Void> woken = drainer;
    drainer = null;
    if (woken != null) {
      woken.trySetResult(null);
    }
  }

  // ---- encrypting it ----

  /// Encrypts it from now on, in the current task, and tells `protocol` from then on.
  void startTls(BaseProtocol protocol, Tls tls, boolean serverSide) throws IOException {
    checkUsable("start_tls()");
    boolean reading = isReading();
    pauseReading(); // what comes from now on is not for the protocol
    Wire.TlsStart start;
    try {
      start = await(wire.prepareTls(tls, serverSide, peer()), IOException.class);
    } catch (Throwable t) {
      if (reading) {
        resumeReading();
      }
      throw t;
    }
    checkUsable("start_tls()"); // once more: that took a while
    setProtocol(protocol);
    this.tls = tls;
    start.begin(sink.takeUnread());
    resumeReading();
    Handshake.await(this, tls);
  }

  /// Fails if the program is done with it, or the peer is.
  private void checkUsable(String operation) throws ConnectionResetError {
    checkThread(operation);
    if (dropsInput() || eofWritten) {
      throw new IllegalStateException(
          operation + " on " + this + ", which is closing: begin it earlier");
    }
    if (stage.isClosing() || input == Input.ENDED) {
      throw new ConnectionResetError(
          "Connection lost before " + operation, peer().name(), peer().port(), failure);
    }
  }

  private Tls tls() {
    Tls known = tls;
    assert known != null; // it is encrypted
    return known;
  }

  // ---- its protocol ----

  @Override
  public void setProtocol(BaseProtocol protocol) {
    checkThread("setProtocol");
    if (!(protocol instanceof ConnectionProtocol wanted)) {
      throw new IllegalArgumentException(
          "a connection needs a Protocol or a BufferedProtocol, got " + protocol);
    }
    if (sink instanceof ProtocolCaller caller) {
      caller.setProtocol(wanted);
    } else if (sink.protocol() != wanted) {
      sink = new ProtocolCaller(loop, terms.context().copy(), this, wanted);
    }
  }

  @Override
  public ConnectionProtocol getProtocol() {
    return sink.protocol();
  }

  // ---- looking at it ----

  @Override
  public @Nullable Object getExtraInfo(String name) {
    return switch (name) {
      case "peername" -> peer().addressOr(wire.remoteAddress());
      case "sockname" -> wire.localAddress();
      case "sslcontext" -> tls;
      default -> wire.info(name);
    };
  }

  /// Who is at the other end.
  Peer peer() {
    if (peer == null) {
      peer = Peer.accepted(wire.remoteAddress());
    }
    return peer;
  }

  Wire wire() {
    return wire;
  }

  EventLoop loop() {
    return loop;
  }

  boolean isEncrypted() {
    return wire.isEncrypted();
  }

  private void checkThread(String operation) {
    loop.checkThread(this, operation);
  }

  @Override
  public String toString() {
    return "<"
        + wire.kind()
        + "Transport "
        + peer()
        + (isEncrypted() ? " tls" : "")
        + (stage == Stage.LOST ? " closed" : stage.isClosing() ? " closing" : "")
        + (readingPaused ? " reading paused" : "")
        + " write buffer="
        + flow.pending()
        + ">";
  }
}
