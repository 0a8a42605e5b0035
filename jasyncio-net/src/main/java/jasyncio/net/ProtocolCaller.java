package jasyncio.net;

import jasyncio.Context;
import jasyncio.EventLoop;
import jasyncio.ExceptionContext;
import jasyncio.Future;
import jasyncio.net.spi.Wire;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Calls the program's protocol, in callbacks of the loop.
final class ProtocolCaller implements Sink {
  /*
   * Overview
   *
   * What the wire reports is put down here, and one callback of the loop tells the protocol all of
   * it, in order. So the program's code never runs inside Netty: it has a turn, a context and the
   * loop's error handling as any callback, and the watchdog sees it. While reading is paused, the
   * pieces that were on their way wait in the wire, and the end behind them.
   *
   *   factory --> connectionMade --> data ... --> eofReceived --> connectionLost
   *
   * connectionLost does not wait for data that nobody will take: after an error, or when the
   * program has closed the transport, what is left is dropped.
   */

  /// Whether the callback is on its way.
  private enum Round {
    IDLE,
    SCHEDULED,
    RUNNING
  }

  /// What the protocol is told once.
  private enum Notice {
    NONE,
    DUE,
    TOLD
  }

  private final EventLoop loop;
  private final Context context;
  private final Runnable deliver = this::deliver;
  private final Runnable deliverPiece = this::deliverPiece;
  private final Consumer<Throwable> dataFailed = this::dataFailed;

  /// Taken away once it has made the protocol.
  private @Nullable Supplier<? extends ConnectionProtocol> factory;

  /// Completed when the protocol has been told of the connection, or with what its factory threw;
  /// null if nobody waits.
  private final @Nullable Future<ConnectionProtocol> ready;

  private @Nullable StreamTransport transport;
  private @Nullable ConnectionProtocol protocol;

  /// Whether the wire has been told of a buffered protocol.
  private boolean offersRooms;

  /// What is being delivered.
  private @Nullable ByteBuffer piece;

  /// Whether a part of it waits for the program to go on reading.
  private boolean kept;

  private Round round = Round.IDLE;
  private Notice end = Notice.NONE;
  private Notice loss = Notice.NONE;
  private @Nullable Throwable lostBy;

  /// @param context the callbacks' context, used by nobody else
  ProtocolCaller(
      EventLoop loop,
      Context context,
      Supplier<? extends ConnectionProtocol> factory,
      @Nullable Future<ConnectionProtocol> ready) {
    this.loop = loop;
    this.context = context;
    this.factory = factory;
    this.ready = ready;
  }

  /// A caller for a connection that is there already.
  ProtocolCaller(
      EventLoop loop, Context context, StreamTransport transport, ConnectionProtocol protocol) {
    this(loop, context, () -> protocol, null);
    this.factory = null;
    this.transport = transport;
    setProtocol(protocol);
  }

  // ---- from inside the wire ----

  @Override
  public void connectionMade(StreamTransport transport) {
    this.transport = transport;
    schedule();
  }

  @Override
  public void readable() {
    schedule();
  }

  @Override
  public boolean eofReceived() {
    end = Notice.DUE;
    schedule();
    return true; // until the protocol has been asked
  }

  @Override
  public void connectionLost(@Nullable Throwable cause) {
    loss = Notice.DUE;
    lostBy = cause;
    schedule();
  }

  @Override
  public void resumeDue() {
    schedule();
  }

  @Override
  public void readingResumed() {
    if (end != Notice.NONE || wire().input() != null) {
      schedule();
    }
  }

  private void schedule() {
    if (round != Round.IDLE) {
      return;
    }
    if (loop.isClosed() || wire().isLoopEnding()) {
      wire().dropInput(); // no callback will run any more
      return;
    }
    round = Round.SCHEDULED;
    loop.callSoon(deliver, context);
  }

  // ---- from inside write() ----

  @Override
  public void pauseWriting() {
    tell("protocol.pause_writing() failed", () -> protocol().pauseWriting());
  }

  // ---- callbacks of the loop ----

  private void deliver() {
    round = Round.RUNNING;
    boolean interrupted = true; // by Ctrl-C
    try {
      if (protocol == null && !begin()) {
        interrupted = false;
        return;
      }
      if (transport().flow().takeResume()) {
        tell("protocol.resume_writing() failed", () -> protocol().resumeWriting());
      }
      deliverData();
      if (end == Notice.DUE && wire().input() == null && !transport().isPaused()) {
        end = Notice.TOLD;
        deliverEnd();
      }
      if (loss == Notice.DUE && !waitsForReader()) {
        loss = Notice.TOLD;
        wire().dropInput();
        tell(
            "Exception in callback protocol.connection_lost()",
            () -> protocol().connectionLost(lostBy));
      }
      interrupted = false;
    } finally {
      round = Round.IDLE;
      if (interrupted || transport().flow().isResumeDue()) {
        schedule();
      }
    }
  }

  /// Whether the loss is told later, behind what is held back.
  private boolean waitsForReader() {
    return lostBy == null
        && !transport().dropsInput()
        && (wire().input() != null || end == Notice.DUE);
  }

  /// Makes the protocol and tells it of the connection.
  private boolean begin() {
    Supplier<? extends ConnectionProtocol> maker = factory;
    if (maker == null) {
      return false; // it has failed before
    }
    factory = null;
    if (!loop.tell(() -> make(maker), this::notMade)) {
      return false;
    }
    ConnectionProtocol made = protocol();
    tell(
        "Exception in callback protocol.connection_made()", () -> made.connectionMade(transport()));
    if (ready != null) {
      ready.trySetResult(made);
    }
    return true;
  }

  private void make(Supplier<? extends ConnectionProtocol> maker) {
    setProtocol(Objects.requireNonNull(maker.get(), "the protocol factory returned null"));
  }

  private void notMade(Throwable cause) {
    wire().dropInput();
    transport().abort();
    if (ready == null) {
      report("Error on transport creation for incoming connection", cause);
    } else {
      ready.trySetException(cause);
    }
  }

  private void deliverData() {
    while (true) {
      if (transport().dropsInput()) {
        wire().dropInput();
        return;
      }
      ByteBuffer next = transport().isPaused() ? null : wire().input();
      if (next == null) {
        return;
      }
      piece = next;
      kept = false;
      try {
        loop.tell(deliverPiece, dataFailed);
      } finally {
        piece = null;
        if (!kept) {
          wire().consumed();
        }
      }
    }
  }

  private void deliverPiece() {
    ByteBuffer data = piece;
    assert data != null;
    switch (protocol()) {
      case Protocol receiver -> receiver.dataReceived(data);
      case BufferedProtocol receiver -> deliverInParts(receiver, data);
    }
  }

  private void dataFailed(Throwable cause) {
    String call =
        protocol() instanceof BufferedProtocol
            ? "protocol.get_buffer() or protocol.buffer_updated()"
            : "protocol.data_received()";
    report("Fatal error: " + call + " call failed.", cause);
    transport().fail(cause);
  }

  private void deliverInParts(BufferedProtocol receiver, ByteBuffer data) {
    while (data.hasRemaining()) {
      if (transport().isPaused() || transport().dropsInput() || protocol() != receiver) {
        kept = true;
        return;
      }
      ByteBuffer room = receiver.getBuffer(data.remaining());
      if (!room.hasRemaining()) {
        throw new IllegalStateException("get_buffer() returned an empty buffer");
      }
      int start = room.position();
      copy(data, room);
      IOException failure = data.hasRemaining() ? null : readOn(room);
      receiver.bufferUpdated(room.position() - start);
      if (failure != null) {
        transport().fail(failure);
      }
    }
  }

  private void copy(ByteBuffer data, ByteBuffer room) {
    int count = Math.min(room.remaining(), data.remaining());
    room.put(room.position(), data, data.position(), count);
    room.position(room.position() + count);
    data.position(data.position() + count);
    wire().skip(count);
  }

  /// Reads what follows the last piece.
  ///
  /// @return what went wrong
  private @Nullable IOException readOn(ByteBuffer room) {
    if (offersRooms && end == Notice.NONE && loss == Notice.NONE && fillsRoom()) {
      try {
        wire().fill(room);
      } catch (IOException e) {
        return e;
      }
    }
    return null;
  }

  private void deliverEnd() {
    if (transport().dropsInput()) {
      return;
    }
    loop.tell(
        () -> {
          if (!protocol().eofReceived() || transport().isEncrypted()) {
            transport().close();
          }
        },
        failure -> {
          report("Fatal error: protocol.eof_received() call failed.", failure);
          transport().fail(failure);
        });
  }

  private void tell(String complaint, Runnable call) {
    loop.tell(call, failure -> report(complaint, failure));
  }

  private void report(String message, Throwable failure) {
    ExceptionContext report =
        ExceptionContext.of(message).withException(failure).with("transport", transport());
    loop.callExceptionHandler(protocol == null ? report : report.with("protocol", protocol));
  }

  // ---- looking at it ----

  private StreamTransport transport() {
    StreamTransport known = transport;
    assert known != null; // nothing is told before connectionMade
    return known;
  }

  private Wire wire() {
    return transport().wire();
  }

  void setProtocol(ConnectionProtocol protocol) {
    this.protocol = protocol;
    if (protocol instanceof BufferedProtocol && !offersRooms) {
      offersRooms = true;
      wire().offerRooms(this::fillsRoom);
    }
  }

  private boolean fillsRoom() {
    return protocol instanceof BufferedProtocol && !transport().isEncrypted();
  }

  @Override
  public ConnectionProtocol protocol() {
    ConnectionProtocol known = protocol;
    if (known == null) {
      throw new IllegalStateException("the transport has no protocol yet");
    }
    return known;
  }

  @Override
  public byte[] takeUnread() {
    return new byte[0]; // the wire has it
  }
}
