package jasyncio.net.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import jasyncio.Context;
import jasyncio.EventLoop;
import jasyncio.ExceptionContext;
import jasyncio.TimerHandle;
import jasyncio.net.Tls;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/// One connection: writes without waiting, and tells a [SocketProtocol] what happens.
///
/// Everything here runs on the loop. Counterpart: `_SelectorSocketTransport`.
public final class SocketTransport extends ChannelInboundHandlerAdapter {
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
   * ends, not at once, unless 64 KiB have come together; (2) what is written after close() is
   * dropped, also while older data is still being sent.
   */
  private static final System.Logger LOG = System.getLogger("jasyncio");

  private static final int HIGH_WATER = 64 * 1024;

  /// CPython: `LOG_THRESHOLD_FOR_CONNLOST_WRITES`.
  private static final int LOST_WRITES_TO_LOG = 5;

  private final NettyBridge bridge;
  private final EventLoop loop;
  private final SocketProtocol protocol;
  private final Channel channel;
  private final OutputBuffer output;
  private final TurnEnd turnEnd;
  private final @Nullable Tls tls;
  private final @Nullable SslHandler ssl;
  private final @Nullable InetSocketAddress peer;

  /// The peer as the program named it; null for accepted connections.
  private final @Nullable String host;

  private final int port;
  private boolean made;
  private boolean lost;
  private boolean closing;
  private boolean aborted;
  private boolean eofReceived;
  private boolean eofWritten;
  private boolean readingPaused;
  private boolean writingPaused;
  private int lostWrites;
  private long highWater = HIGH_WATER;
  private long lowWater = HIGH_WATER / 4;
  private @Nullable IOException failure;
  private @Nullable TimerHandle shutdownTimer;

  SocketTransport(
      NettyBridge bridge,
      Channel channel,
      SocketProtocol protocol,
      @Nullable Tls tls,
      @Nullable SslHandler ssl,
      @Nullable InetSocketAddress peer,
      @Nullable String host,
      int port) {
    this.bridge = bridge;
    this.loop = bridge.loop();
    this.channel = channel;
    this.protocol = protocol;
    this.tls = tls;
    this.ssl = ssl;
    this.peer = peer;
    this.host = host;
    this.port = port;
    this.output = new OutputBuffer(channel, this::written);
    channel.closeFuture().addListener(_ -> channelClosed());
    this.turnEnd =
        new TurnEnd() {
          @Override
          void flush() {
            output.flush();
          }
        };
  }

  // ---- what Netty reports ----

  @Override
  public void channelActive(ChannelHandlerContext context) {
    if (ssl == null) {
      connectionMade();
    }
  }

  private void connectionMade() {
    made = true;
    protocol.connectionMade(this);
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    try {
      if (made && !closing) {
        ByteBuf data = (ByteBuf) message;
        for (ByteBuffer part : data.nioBuffers()) {
          protocol.dataReceived(part);
        }
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof SslHandshakeCompletionEvent handshake) {
      if (handshake.isSuccess()) {
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
      if (!protocol.eofReceived() || ssl != null) {
        close();
      }
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    if (failure == null) {
      inputEnded();
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
    if (shutdownTimer != null) {
      shutdownTimer.cancel();
    }
    if (made) {
      protocol.connectionLost(failure);
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

  private void fail(Throwable cause) {
    if (failure == null && !aborted) {
      failure = SocketErrors.lost(cause, peerName(), peerPort());
    }
    abort();
  }

  /// The system took a piece of output, or turned it down.
  private void written(@Nullable Throwable cause) {
    if (cause != null && !(cause instanceof ClosedChannelException)) {
      fail(cause);
    }
    if (writingPaused && output.pending() <= lowWater) {
      writingPaused = false;
      protocol.resumeWriting();
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

  /// Sends a copy of the data, later: what does not fit into the system's buffers waits here.
  ///
  /// @throws IllegalStateException after [#writeEof()], or on a thread that does not run the loop
  public void write(byte[] data, int offset, int length) {
    checkThread("write");
    if (eofWritten) {
      throw new IllegalStateException("Cannot call write() after write_eof()");
    }
    if (length == 0) {
      return;
    }
    if (closing) {
      if (++lostWrites == LOST_WRITES_TO_LOG) {
        LOG.log(
            System.Logger.Level.WARNING,
            "socket.send() raised exception. The program goes on writing to a closed connection:"
                + " {0}",
            this);
      }
      return;
    }
    output.add(data, offset, length);
    if (output.isWorthFlushing()) {
      output.flush();
    } else {
      bridge.driver().flushLater(turnEnd);
    }
    if (output.pending() > highWater && !writingPaused) {
      writingPaused = true;
      protocol.pauseWriting();
    }
  }

  /// Ends our side once everything is sent; reading goes on.
  ///
  /// @throws UnsupportedOperationException with TLS, which has no half-closed connections
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

  /// Whether [#writeEof()] works on this connection.
  public boolean canWriteEof() {
    return ssl == null;
  }

  /// How many bytes wait to be sent.
  public long writeBufferSize() {
    return output.pending();
  }

  /// When writing is paused and resumed.
  ///
  /// @param high null for four times `low`, or 64 KiB
  /// @param low null for a quarter of `high`
  /// @throws IllegalArgumentException unless `high >= low >= 0`
  public void setWriteBufferLimits(@Nullable Long high, @Nullable Long low) {
    long newHigh = high != null ? high : low != null ? 4 * low : HIGH_WATER;
    long newLow = low != null ? low : newHigh / 4;
    if (newHigh < newLow || newLow < 0) {
      throw new IllegalArgumentException(
          "high (" + newHigh + ") must be >= low (" + newLow + ") must be >= 0");
    }
    highWater = newHigh;
    lowWater = newLow;
    if (output.pending() > highWater && !writingPaused) {
      writingPaused = true;
      protocol.pauseWriting();
    }
  }

  // ---- reading ----

  /// Takes no more from the system until [#resumeReading()]; a piece that is on its way still
  /// arrives.
  public void pauseReading() {
    if (!readingPaused && !closing) {
      readingPaused = true;
      channel.config().setAutoRead(false);
    }
  }

  /// Goes on reading.
  public void resumeReading() {
    if (readingPaused && !closing) {
      readingPaused = false;
      channel.config().setAutoRead(true);
    }
  }

  // ---- closing ----

  /// Closes the connection once everything written is sent; nothing more is received.
  public void close() {
    checkThread("close");
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

  /// Closes the connection at once; what is not sent is dropped.
  public void abort() {
    checkThread("abort");
    closing = true;
    aborted = true;
    output.discard();
    if (channel.isOpen()) {
      channel.pipeline().firstContext().close(); // past the TLS handler, which would wait
    }
  }

  /// Whether it has been closed, or is about to be.
  public boolean isClosing() {
    return closing;
  }

  /// Whether it has been closed at once, by [#abort()] or a failure: its end is only a poll away.
  public boolean isAborted() {
    return aborted;
  }

  // ---- looking at it ----

  /// Something about the connection, by asyncio's name for it: `peername`, `sockname`
  /// ([InetSocketAddress]); with TLS `cipher`, `alpn` ([String]), `ssl_object` ([SSLSession]),
  /// `peercert` ([java.security.cert.Certificate]).
  ///
  /// @return null if there is no such thing
  public @Nullable Object extraInfo(String name) {
    SSLSession session = ssl == null ? null : ssl.engine().getSession();
    return switch (name) {
      case "peername" -> peer != null ? peer : channel.remoteAddress();
      case "sockname" -> channel.localAddress();
      case "ssl_object" -> session;
      case "cipher" -> session == null ? null : session.getCipherSuite();
      case "alpn" -> ssl == null ? null : ssl.applicationProtocol();
      case "peercert" -> session == null ? null : peerCertificate(session);
      default -> null;
    };
  }

  private static @Nullable Object peerCertificate(SSLSession session) {
    try {
      return session.getPeerCertificates()[0];
    } catch (SSLPeerUnverifiedException e) {
      return null;
    }
  }

  /// The peer as the program named it, or its address.
  public @Nullable String peerName() {
    return host != null || peer == null ? host : peer.getAddress().getHostAddress();
  }

  /// The peer's port.
  public int peerPort() {
    return peer == null ? port : peer.getPort();
  }

  /// The loop it belongs to.
  public EventLoop loop() {
    return loop;
  }

  @Nullable SslHandler sslHandler() {
    return ssl;
  }

  private void checkThread(String operation) {
    if (loop.isRunning() && !loop.runsOn(Thread.currentThread())) {
      throw new IllegalStateException(
          "Non-thread-safe operation invoked on an event loop other than the current one: "
              + operation
              + " on "
              + this
              + " of "
              + loop
              + " was called from "
              + Thread.currentThread()
              + ". From other threads use loop.callSoonThreadsafe(...)");
    }
  }

  @Override
  public String toString() {
    return "<SocketTransport "
        + peerName()
        + ":"
        + peerPort()
        + (ssl == null ? "" : " tls")
        + (lost ? " closed" : closing ? " closing" : "")
        + (readingPaused ? " reading paused" : "")
        + " write buffer="
        + output.pending()
        + ">";
  }
}
