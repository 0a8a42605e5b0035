package jasyncio.net.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import jasyncio.Context;
import jasyncio.EventLoop;
import jasyncio.ExceptionContext;
import jasyncio.Future;
import jasyncio.net.BufferedProtocol;
import jasyncio.net.ConnectionProtocol;
import jasyncio.net.Protocol;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Queue;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Calls the program's protocol, in callbacks of the loop.
final class ProtocolCaller implements Sink {
  /*
   * Overview
   *
   * What Netty reports is put down here, and one callback of the loop tells the protocol all of it,
   * in order. So the program's code never runs inside Netty: it has a turn, a context and the
   * loop's error handling as any callback, and the watchdog sees it. While reading is paused, the
   * pieces that were on their way wait here, and the end behind them.
   *
   *   factory --> connectionMade --> data ... --> eofReceived --> connectionLost
   *
   * connectionLost does not wait for data that nobody will take: after an error, or when the
   * program has closed the transport, what is left is dropped.
   */
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

  private @Nullable SocketTransport transport;
  private @Nullable ConnectionProtocol protocol;

  /// Made for the first buffered protocol.
  private @Nullable RoomReader roomReader;

  private final Queue<ByteBuf> data = new ArrayDeque<>(2);

  /// Whether the first of `data` has been delivered whole, or never will be.
  private boolean delivered;

  private boolean scheduled;
  private boolean delivering;
  private boolean toldPaused;
  private boolean resumed;
  private boolean ended;
  private boolean toldEnd;
  private boolean lost;
  private boolean toldLost;
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
      EventLoop loop, Context context, SocketTransport transport, ConnectionProtocol protocol) {
    this(loop, context, () -> protocol, null);
    this.factory = null;
    this.transport = transport;
    setProtocol(protocol);
  }

  // ---- from inside Netty ----

  @Override
  public void connectionMade(SocketTransport transport) {
    this.transport = transport;
    schedule();
  }

  @Override
  public void received(ByteBuf piece) {
    data.add(piece);
    schedule();
  }

  @Override
  public boolean eofReceived() {
    ended = true;
    schedule();
    return true; // until the protocol has been asked
  }

  @Override
  public void connectionLost(@Nullable Throwable cause) {
    lost = true;
    lostBy = cause;
    schedule();
  }

  @Override
  public void resumeWriting() {
    resumed = true;
    schedule();
  }

  @Override
  public void readingResumed() {
    if (!data.isEmpty() || ended) {
      schedule();
    }
  }

  private void schedule() {
    if (scheduled || delivering) {
      return;
    }
    if (loop.isClosed() || transport().isLoopEnding()) {
      drop(); // no callback will run any more
      return;
    }
    scheduled = true;
    loop.callSoon(deliver, context);
  }

  private void drop() {
    data.forEach(ByteBuf::release);
    data.clear();
  }

  // ---- from inside write() ----

  @Override
  public void pauseWriting() {
    if (resumed) {
      resumed = false; // it has not been told, so for it nothing has changed
      return;
    }
    toldPaused = true;
    tell("protocol.pause_writing() failed", () -> protocol().pauseWriting());
  }

  // ---- callbacks of the loop ----

  private void deliver() {
    scheduled = false;
    delivering = true;
    try {
      if (protocol == null && !begin()) {
        return;
      }
      if (resumed) {
        tellResumed();
      }
      deliverData();
      if (ended && !toldEnd && data.isEmpty() && !transport().isPaused()) {
        toldEnd = true;
        deliverEnd();
      }
      boolean waitsForReader = !data.isEmpty() || (ended && !toldEnd);
      if (lost && !toldLost && (!waitsForReader || lostBy != null || transport().dropsInput())) {
        toldLost = true;
        drop();
        tell(
            "Exception in callback protocol.connection_lost()",
            () -> protocol().connectionLost(lostBy));
      }
    } finally {
      delivering = false;
    }
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
    drop();
    transport().abort();
    if (ready == null) {
      report("Error on transport creation for incoming connection", cause);
    } else {
      ready.trySetException(cause);
    }
  }

  private void tellResumed() {
    resumed = false;
    if (!toldPaused) {
      return;
    }
    toldPaused = false;
    tell("protocol.resume_writing() failed", () -> protocol().resumeWriting());
  }

  private void deliverData() {
    while (true) {
      ByteBuf piece = data.peek();
      if (piece == null || (transport().isPaused() && !transport().dropsInput())) {
        return;
      }
      if (transport().dropsInput()) {
        drop();
        return;
      }
      delivered = true;
      try {
        loop.tell(deliverPiece, dataFailed);
      } finally {
        if (delivered && data.peek() == piece) {
          data.remove();
          piece.release();
        }
      }
    }
  }

  private void deliverPiece() {
    ByteBuf piece = data.element();
    switch (protocol()) {
      case Protocol receiver -> deliverWhole(receiver, piece);
      case BufferedProtocol receiver -> delivered = deliverInParts(receiver, piece);
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

  private static void deliverWhole(Protocol receiver, ByteBuf piece) {
    if (piece.nioBufferCount() == 1) {
      receiver.dataReceived(piece.internalNioBuffer(piece.readerIndex(), piece.readableBytes()));
    } else {
      byte[] joined = new byte[piece.readableBytes()];
      piece.getBytes(piece.readerIndex(), joined);
      receiver.dataReceived(ByteBuffer.wrap(joined));
    }
  }

  private boolean deliverInParts(BufferedProtocol receiver, ByteBuf piece) {
    while (piece.isReadable()) {
      if (transport().isPaused() || transport().dropsInput() || protocol() != receiver) {
        return false;
      }
      ByteBuffer room = receiver.getBuffer(piece.readableBytes());
      if (!room.hasRemaining()) {
        throw new IllegalStateException("get_buffer() returned an empty buffer");
      }
      int start = room.position();
      copy(piece, room);
      IOException failure = piece.isReadable() ? null : readOn(room);
      receiver.bufferUpdated(room.position() - start);
      if (failure != null) {
        transport().fail(failure);
      }
    }
    return true;
  }

  private static void copy(ByteBuf piece, ByteBuffer room) {
    int limit = room.limit();
    room.limit(room.position() + Math.min(room.remaining(), piece.readableBytes()));
    piece.readBytes(room);
    room.limit(limit);
  }

  /// Reads what follows the last piece.
  ///
  /// @return what went wrong
  private @Nullable IOException readOn(ByteBuffer room) {
    if (roomReader != null && data.size() == 1 && !ended && !lost && fillsRoom()) {
      try {
        roomReader.fill(room);
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

  private SocketTransport transport() {
    SocketTransport known = transport;
    assert known != null; // nothing is told before connectionMade
    return known;
  }

  void setProtocol(ConnectionProtocol protocol) {
    this.protocol = protocol;
    if (protocol instanceof BufferedProtocol && roomReader == null) {
      roomReader = RoomReader.install(transport().channel(), this::fillsRoom);
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
  public @Nullable ByteBuf takeUnread() {
    if (data.isEmpty()) {
      return null;
    }
    ByteBuf[] pieces = data.toArray(ByteBuf[]::new);
    data.clear();
    return Unpooled.wrappedBuffer(pieces);
  }
}
