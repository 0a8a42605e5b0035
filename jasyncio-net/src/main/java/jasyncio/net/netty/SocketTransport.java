package jasyncio.net.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import jasyncio.Context;
import jasyncio.EventLoop;
import jasyncio.ExceptionContext;
import jasyncio.Future;
import jasyncio.TimerHandle;
import jasyncio.net.BaseProtocol;
import jasyncio.net.ConnectionProtocol;
import jasyncio.net.ConnectionResetError;
import jasyncio.net.Tls;
import jasyncio.net.Transport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
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
   *   made -----> closing   close(): no more is read; what was written is still sent
   *   closing --> lost      channelInactive; connectionLost is called once, after connectionMade
   *   any ------> lost      abort(), an error, or the loop's end
   *
   * Half-close: without TLS the channel stays open when the peer ends its side (Netty's
   * ALLOW_HALF_CLOSURE); an error then arrives as exceptionCaught before a mere end of input, and
   * closes the channel.
   *
   * CPython: Lib/asyncio/selector_events.py, 3.14. Differences: (1) writes are sent when the turn
   * ends, or 64 KiB have come together; (2) what is written after close() is dropped.
   */
  private static final System.Logger LOG = System.getLogger("jasyncio");

  /// CPython: `LOG_THRESHOLD_FOR_CONNLOST_WRITES`.
  private static final int LOST_WRITES_TO_LOG = 5;

  private final NettyBridge bridge;
  private final EventLoop loop;
  private final Context context;
  private final Channel channel;
  private final OutputBuffer output;
  private final @Nullable Clients clients;
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
  private int lostWrites;
  private long highWater = WriteBufferLimits.DEFAULT_HIGH;
  private long lowWater = WriteBufferLimits.DEFAULT_HIGH / 4;
  private @Nullable Throwable failure;
  private @Nullable TimerHandle shutdownTimer;

  /// Who sends a file; one at a time.
  private @Nullable Future<@Nullable Void> drainer;

  /// @param context that of the program's code that made the connection or the server
  /// @param peer null for one that was accepted from an address of its own
  SocketTransport(
      NettyBridge bridge,
      Channel channel,
      Context context,
      Sink sink,
      @Nullable Peer peer,
      @Nullable Tls tls,
      @Nullable SslHandler ssl,
      @Nullable Clients clients) {
    this.bridge = bridge;
    this.loop = bridge.loop();
    this.channel = channel;
    this.context = context;
    this.sink = sink;
    this.peer = peer;
    this.tls = tls;
    this.ssl = ssl;
    this.clients = clients;
    this.output = new OutputBuffer(bridge, channel, this);
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
      data.release();
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    if (EndOfInput.isReached(channel)) {
      channel.config().setAutoRead(false); // it would be told again and again
      if (ssl == null) {
        inputEnded();
      } else {
        channel.pipeline().firstContext().close();
      }
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof SslHandshakeCompletionEvent handshake) {
      if (handshake.isSuccess() && !made) {
        connectionMade();
      } // else Netty now sends the alert that tells the peer why, and closes
    } else if (event instanceof ChannelInputShutdownEvent) {
      inputEnded();
    } else if (event instanceof SslCloseCompletionEvent close) {
      if (close.isSuccess()) {
        inputEnded();
      } else if (close.cause() instanceof SSLException) {
        fail(close.cause()); // a fatal alert; the same comes as exceptionCaught, but later
      }
    }
  }

  private void inputEnded() {
    if (made && !eofReceived && !closing) {
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
    if (shutdownTimer != null) {
      shutdownTimer.cancel();
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
    if (!(cause instanceof IOException)
        && !(cause instanceof DecoderException)
        && !loop.isClosed()) {
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
      failure =
          cause instanceof IOException || cause instanceof DecoderException
              ? SocketErrors.lost(cause, peer().name(), peer().port())
              : cause;
    }
    cut();
  }

  /// The system took a piece of output, or turned it down.
  void written(@Nullable Throwable cause) {
    if (cause != null && !(cause instanceof ClosedChannelException)) {
      fail(cause);
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
    if (closing) {
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
      if (++lostWrites == LOST_WRITES_TO_LOG) {
        LOG.log(
            System.Logger.Level.WARNING,
            "socket.send() raised exception. The program goes on writing to a closed connection:"
                + " {0}",
            this);
      }
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
    if (output.pending() > highWater && !writingPaused) {
      writingPaused = true;
      sink.pauseWriting();
    }
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
      channel.config().setAutoRead(false);
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
      channel.config().setAutoRead(true);
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
    channel.config().setAutoRead(false);
    output.flush();
    if (tls != null && !lost) {
      shutdownTimer = loop.callLater(tls.shutdownTimeout(), this::abort);
    }
    if (output.pending() == 0) {
      sentAll();
    }
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
    output.discard();
    if (channel.isOpen()) {
      channel.pipeline().firstContext().close(); // past the TLS handler, which would wait
    }
  }

  @Override
  public boolean isClosing() {
    return closing;
  }

  // ---- for those who send files through it ----

  /// Hands over what was written, so that what is written past it comes behind.
  void flushOutput() {
    output.flush();
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

  /// Encrypts what is written from now on. What was received and nobody has read is taken for the
  /// beginning of the handshake: the peer may be quicker than we are, and plain text that somebody
  /// has slipped in must not pass for encrypted.
  void encrypt(Tls tls, SslHandler handler) {
    output.flush();
    this.tls = tls;
    this.ssl = handler;
    channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, false);
    ChannelPipeline pipeline = channel.pipeline();
    pipeline.addBefore(pipeline.context(this).name(), null, handler);
    ByteBuf unread = sink.takeUnread();
    if (unread != null) {
      ChannelHandlerContext context = pipeline.context(handler);
      try {
        handler.channelRead(context, unread);
        handler.channelReadComplete(context);
      } catch (Exception e) {
        context.fireExceptionCaught(e);
      }
    }
    resumeReading();
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
