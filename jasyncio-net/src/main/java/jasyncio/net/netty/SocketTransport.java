package jasyncio.net.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import jasyncio.Context;
import jasyncio.EventLoop;
import jasyncio.ExceptionContext;
import jasyncio.Future;
import jasyncio.net.BaseProtocol;
import jasyncio.net.ConnectionProtocol;
import jasyncio.net.ConnectionResetError;
import jasyncio.net.Tls;
import jasyncio.net.Transport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.Objects;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// One connection: writes without waiting, and tells a protocol what happens.
///
/// Everything here runs on the loop. Counterpart: `_SelectorSocketTransport`.
public final class SocketTransport extends ChannelInboundHandlerAdapter implements Transport {
  /*
   * Overview
   *
   *   new ------> made      channelActive, with TLS the end of the handshake
   *   made -----> closing   close(): what comes in is dropped; what was written is still sent, see
   *                         Farewell
   *   closing --> lost      channelInactive; connectionLost is called once, after connectionMade
   *   any ------> lost      abort(), an error, or the loop's end
   *
   * Half-close: the channel stays open when the peer ends its side (Netty's ALLOW_HALF_CLOSURE), so
   * that what was written can still be sent; an error then arrives as exceptionCaught before a mere
   * end of input, and closes the channel.
   *
   * CPython: Lib/asyncio/selector_events.py, 3.14. Differences: (1) writes are sent when the turn
   * ends, or 64 KiB have come together; (2) what is written after close() is dropped.
   */
  private final NettyBridge bridge;
  private final EventLoop loop;
  private final Context context;
  private final Channel channel;
  private final OutputBuffer output;
  private final @Nullable Clients clients;
  private final Duration lingeringTime;
  private Sink sink;

  /// Made when it is asked for, if it can be told from the channel.
  private @Nullable Peer peer;

  private @Nullable Tls tls;
  private @Nullable SslHandler ssl;
  private boolean attached;
  private boolean made;
  private boolean lost;
  private boolean closing;
  private boolean aborted;
  private boolean dropsInput;
  private boolean eofReceived;
  private boolean eofWritten;
  private boolean readingPaused;
  private boolean writingPaused;
  private @Nullable DroppedWrites droppedWrites;
  private long highWater = WriteBufferLimits.DEFAULT_HIGH;
  private long lowWater = WriteBufferLimits.DEFAULT_HIGH / 4;
  private @Nullable Throwable failure;
  private @Nullable Farewell farewell;

  /// Who sends a file; one at a time.
  private @Nullable Future<@Nullable Void> drainer;

  /// @param context that of the program's code that made the connection or the server
  /// @param peer null for one that was accepted from an address of its own
  /// @param lingeringTime how long the end may take without TLS
  SocketTransport(
      NettyBridge bridge,
      Channel channel,
      Context context,
      Sink sink,
      @Nullable Peer peer,
      @Nullable Tls tls,
      @Nullable SslHandler ssl,
      Duration lingeringTime,
      @Nullable Clients clients) {
    this.bridge = bridge;
    this.loop = bridge.loop();
    this.channel = channel;
    this.context = context;
    this.sink = sink;
    this.peer = peer;
    this.tls = tls;
    this.ssl = ssl;
    this.lingeringTime = lingeringTime;
    this.clients = clients;
    this.output = new OutputBuffer(bridge, channel, this);
    channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
    EndOfInput.watch(channel);
    channel.closeFuture().addListener(_ -> channelClosed());
  }

  // ---- what Netty reports ----

  @Override
  public void channelActive(ChannelHandlerContext context) {
    if (clients != null) { // before the handshake, so that the server's end waits for it too
      clients.attached(this);
      attached = true;
    }
    if (ssl == null) {
      connectionMade();
    }
  }

  private void connectionMade() {
    made = true;
    sink.connectionMade(this);
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    ByteBuf data = (ByteBuf) message;
    if (made && !closing && data.isReadable()) {
      sink.received(data);
    } else {
      if (farewell != null) {
        farewell.heard(data.readableBytes());
      }
      data.release();
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    if (EndOfInput.isReached(channel)) {
      channel.config().setAutoRead(false); // it would be told again and again
      channelEnded();
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof SslHandshakeCompletionEvent handshake) {
      if (handshake.isSuccess() && !made) {
        connectionMade();
      } // else Netty now sends the alert that tells the peer why, and closes
    } else if (event instanceof ChannelInputShutdownEvent) {
      channelEnded();
    } else if (event instanceof SslCloseCompletionEvent close) {
      if (close.isSuccess()) {
        inputEnded();
      } else if (close.cause() instanceof SSLException) {
        fail(close.cause()); // a fatal alert; the same comes as exceptionCaught, but later
      }
    }
  }

  /// The peer has ended its side of the channel; with TLS it should have said so before.
  private void channelEnded() {
    if (ssl == null || farewell != null) {
      inputEnded();
    } else if (!eofReceived) {
      closeChannel(); // cut off: channelInactive tells
    }
  }

  private void inputEnded() {
    if (farewell != null) {
      farewell.peerEnded();
    } else if (made && !eofReceived && !closing) {
      eofReceived = true;
      if (!sink.eofReceived()) {
        close();
      }
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    if (ssl != null && made && !eofReceived && !closing && failure == null) {
      failure = SocketErrors.truncated(peer());
    }
    connectionLost();
  }

  /// The channel is closed, by us or because a write failed. Its owner hears of it on the next turn
  /// at the latest: Netty's own word comes with the next poll, and until then a loop of write and
  /// drain would go on. If this is a poll, channelInactive comes first.
  private void channelClosed() {
    if (!lost && !loop.isClosed()) {
      loop.callSoon(this::connectionLost, new Context());
    }
  }

  private void connectionLost() {
    if (lost) {
      return;
    }
    lost = true;
    closing = true;
    output.discard();
    wakeDrainer();
    if (farewell != null) {
      failure = farewell.stop(aborted, failure);
    }
    if (made) {
      sink.connectionLost(failure);
    }
    if (clients != null && attached) {
      clients.detached(this);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    if (!SocketErrors.isOfConnection(cause) && !loop.isClosed()) {
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
    if (failure == null && !aborted) {
      failure = SocketErrors.lost(cause, peer(), ssl);
    }
    cut();
  }

  /// The system took a piece of output, or turned it down.
  void written(@Nullable Throwable cause) {
    if (cause != null) {
      if (!(cause instanceof ClosedChannelException)) {
        fail(cause);
      }
      return; // the connection ends, which wakes those who wait
    }
    if (writingPaused && output.pending() <= lowWater) {
      writingPaused = false;
      sink.resumeWriting();
      wakeDrainer();
    }
    if (output.pending() == 0) {
      sentAll();
    }
  }

  private void sentAll() {
    if (farewell != null) {
      farewell.outputGone();
    } else if (closing) {
      channel.close();
    } else if (eofWritten) {
      ((DuplexChannel) channel).shutdownOutput();
    }
  }

  // ---- writing ----

  @Override
  public void write(byte[] data, int offset, int length) {
    Objects.checkFromIndexSize(offset, length, data.length);
    if (accepts(length)) {
      output.add(data, offset, length);
      added();
    }
  }

  @Override
  public void write(ByteBuffer data) {
    if (accepts(data.remaining())) {
      output.add(data);
      added();
    } else {
      data.position(data.limit());
    }
  }

  private boolean accepts(int length) {
    checkThread("write");
    if (eofWritten) {
      throw new IllegalStateException("Cannot call write() after write_eof()");
    }
    if (length == 0) {
      return false;
    }
    if (closing) {
      droppedWrites = DroppedWrites.more(droppedWrites, this);
      return false;
    }
    return true;
  }

  private void added() {
    if (output.isWorthFlushing()) {
      output.flush();
    } else {
      bridge.driver().flushLater(output);
    }
    pauseIfHigh();
  }

  private void pauseIfHigh() {
    if (output.pending() > highWater && !writingPaused) {
      writingPaused = true;
      sink.pauseWriting();
    }
  }

  @Override
  public void writeEof() {
    checkThread("writeEof");
    if (!canWriteEof()) {
      throw new UnsupportedOperationException(
          "write_eof() is not supported with TLS, which cannot end one direction alone: close() the"
              + " connection, or mark the end in the data");
    }
    if (closing || eofWritten) {
      return;
    }
    eofWritten = true;
    bridge.inside(this::flushAndEnd);
  }

  private void flushAndEnd() {
    output.flush();
    if (output.pending() == 0) {
      sentAll();
    }
  }

  @Override
  public boolean canWriteEof() {
    return ssl == null;
  }

  @Override
  public long getWriteBufferSize() {
    return output.pending();
  }

  @Override
  public WriteBufferLimits getWriteBufferLimits() {
    return new WriteBufferLimits(lowWater, highWater);
  }

  @Override
  public void setWriteBufferLimits(@Nullable Long high, @Nullable Long low) {
    WriteBufferLimits limits = WriteBufferLimits.of(high, low);
    highWater = limits.high();
    lowWater = limits.low();
    pauseIfHigh();
  }

  // ---- reading ----

  @Override
  public boolean isReading() {
    return !closing && !readingPaused;
  }

  @Override
  public void pauseReading() {
    checkThread("pauseReading");
    if (isReading()) {
      readingPaused = true;
      bridge.inside(() -> channel.config().setAutoRead(false));
    }
  }

  @Override
  public void resumeReading() {
    checkThread("resumeReading");
    if (!readingPaused) {
      return;
    }
    readingPaused = false;
    if (!closing) {
      bridge.inside(() -> channel.config().setAutoRead(true));
    }
    sink.readingResumed(); // also after the end: what was held back can be told
  }

  /// Whether the program wants no data now.
  boolean isPaused() {
    return readingPaused;
  }

  /// Whether the program wants no data any more: it has closed the connection.
  boolean dropsInput() {
    return dropsInput;
  }

  // ---- closing ----

  @Override
  public void close() {
    checkThread("close");
    dropsInput = true;
    if (closing) {
      return;
    }
    closing = true;
    if (made && channel.isOpen()) {
      Duration limit = tls == null ? lingeringTime : tls.shutdownTimeout();
      farewell = Farewell.of(this, ssl, limit, output.isUsed(), eofReceived);
    }
    bridge.inside(() -> {
      channel.config().setAutoRead(farewell != null && !eofReceived);
      flushAndEnd();
    });
  }

  @Override
  public void abort() {
    checkThread("abort");
    dropsInput = true;
    cut();
  }

  private void cut() {
    closing = true;
    aborted = true;
    bridge.inside(() -> {
      output.discard();
      closeChannel();
    });
  }

  /// Closes the socket now, past the TLS handler, which would wait.
  void closeChannel() {
    if (channel.isOpen()) {
      channel.pipeline().firstContext().close();
    }
  }

  @Override
  public boolean isClosing() {
    return closing;
  }

  // ---- for those who send files through it ----

  /// Hands over what was written, so that what is written past it comes behind.
  void flushOutput() {
    output.flushBeforeOthers();
  }

  boolean isWritingPaused() {
    return writingPaused;
  }

  /// @param waiting set when there is less to send, or the end; one at a time
  void wakeWhenDrained(Future<@Nullable Void> waiting) {
    drainer = waiting;
  }

  @Nullable Throwable failure() {
    return failure;
  }

  private void wakeDrainer() {
    Future<@Nullable Void> woken = drainer;
    drainer = null;
    if (woken != null) {
      woken.trySetResult(null);
    }
  }

  // ---- encrypting it later ----

  /// Fails if the program is done with it, or the peer is.
  ///
  /// @throws IllegalStateException if it is closing
  void checkUsable(String operation) throws IOException {
    checkThread(operation);
    if (dropsInput || eofWritten) {
      throw new IllegalStateException(
          operation + " on " + this + ", which is closing: begin it earlier");
    }
    if (closing || eofReceived) {
      throw new ConnectionResetError(
          "Connection lost before " + operation, peer().name(), peer().port(), failure);
    }
  }

  Channel channel() {
    return channel;
  }

  /// {@return the connection as the loop that has accepted it knows it}
  public Dealt dealt() {
    return new Dealt(channel);
  }

  /// Puts `handler` in front: what is written from now on is encrypted.
  ///
  /// @return what was received and nobody has read: the beginning of the handshake
  @Nullable ByteBuf encrypt(Tls tls, SslHandler handler) {
    output.flush();
    this.tls = tls;
    this.ssl = handler;
    channel.pipeline().addBefore(channel.pipeline().context(this).name(), null, handler);
    return sink.takeUnread();
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
      sink = new ProtocolCaller(loop, context.copy(), this, wanted);
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
      case "peername" -> NettyTransport.toJdk(peer().addressOr(channel.remoteAddress()));
      case "sockname" -> NettyTransport.toJdk(channel.localAddress());
      case "sslcontext" -> tls;
      default -> ssl == null ? null : TlsInfo.of(ssl, name);
    };
  }

  /// {@return who is at the other end}
  public Peer peer() {
    if (peer == null) {
      peer = Peer.accepted(channel.remoteAddress());
    }
    return peer;
  }

  /// {@return the loop it belongs to}
  public EventLoop loop() {
    return loop;
  }

  /// That of the program's code that made the connection or the server; to be copied.
  ///
  /// @return the context
  public Context context() {
    return context;
  }

  /// {@return whether it is encrypted}
  public boolean isEncrypted() {
    return ssl != null;
  }

  /// Whether the loop is closing and runs no callbacks any more.
  boolean isLoopEnding() {
    return bridge.nettyLoop().isShuttingDown();
  }

  @Nullable SslHandler sslHandler() {
    return ssl;
  }

  private void checkThread(String operation) {
    loop.checkThread(this, operation);
  }

  @Override
  public String toString() {
    return "<SocketTransport "
        + peer()
        + (ssl == null ? "" : " tls")
        + (lost ? " closed" : closing ? " closing" : "")
        + (readingPaused ? " reading paused" : "")
        + " write buffer="
        + output.pending()
        + ">";
  }
}
