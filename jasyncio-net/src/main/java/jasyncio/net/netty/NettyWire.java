package jasyncio.net.netty;

import static jasyncio.Asyncio.async;
import static jasyncio.Asyncio.await;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import jasyncio.Coroutine;
import jasyncio.EventLoop;
import jasyncio.net.Tls;
import jasyncio.net.spi.Delivery;
import jasyncio.net.spi.Peer;
import jasyncio.net.spi.Wire;
import jasyncio.net.spi.WireOwner;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// A connection that is one of Netty's channels.
///
/// Everything here runs on the loop.
final class NettyWire extends ChannelInboundHandlerAdapter implements Wire {
  /*
   * Overview
   *
   * The last handler of its pipeline, behind that of TLS. The channel stays open when the peer ends
   * its side (Netty's ALLOW_HALF_CLOSURE).
   *
   * Mostly a piece is taken as it comes; so the first has a field, and only more of them a queue.
   *
   * Tasks come in here, so what calls Netty is among its doors: see NettyBridge.enter().
   */
  private final NettyBridge bridge;
  private final Channel channel;
  private final OutputBuffer output;
  private final WireOwner owner;
  private @Nullable SslHandler ssl;

  private @Nullable ByteBuf first;
  private @Nullable ArrayDeque<ByteBuf> more;

  /// What input() has given, until it is consumed.
  private @Nullable ByteBuf given;

  private @Nullable RoomReader roomReader;

  private NettyWire(
      NettyBridge bridge,
      Channel channel,
      @Nullable SslHandler ssl,
      Function<Wire, WireOwner> owners) {
    this.bridge = bridge;
    this.channel = channel;
    this.ssl = ssl;
    this.output = new OutputBuffer(bridge, channel, this);
    this.owner = owners.apply(this);
    channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
    EndOfInput.watch(channel);
    channel.closeFuture().addListener(_ -> owner.closed());
  }

  /// Makes the channel a wire, before it is registered.
  ///
  /// @param ssl null without TLS
  static void install(
      NettyBridge bridge,
      Channel channel,
      @Nullable SslHandler ssl,
      Function<Wire, WireOwner> owners) {
    if (ssl != null) {
      channel.pipeline().addLast(ssl);
    }
    channel.pipeline().addLast(new NettyWire(bridge, channel, ssl, owners));
  }

  // ---- what Netty reports ----

  @Override
  public void channelActive(ChannelHandlerContext context) {
    owner.opened();
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    ByteBuf data = (ByteBuf) message;
    int bytes = data.readableBytes();
    if (bytes == 0) {
      data.release();
      return;
    }
    boolean isFirst = first == null;
    if (isFirst) {
      first = data;
    } else {
      queue().add(data);
    }
    if (!owner.readable(bytes)) {
      if (isFirst) {
        first = null;
      } else {
        queue().removeLast();
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
      if (handshake.isSuccess()) {
        owner.secured();
      } // else Netty now sends the alert that tells the peer why, and closes
    } else if (event instanceof ChannelInputShutdownEvent) {
      channelEnded();
    } else if (event instanceof SslCloseCompletionEvent close) {
      if (close.isSuccess()) {
        owner.inputEnded();
      } else if (close.cause() instanceof SSLException) {
        owner.failed(close.cause(), false); // a fatal alert; also an exceptionCaught, but later
      }
    }
  }

  /// The peer has ended its side of the channel; with TLS it should have said so before.
  private void channelEnded() {
    if (ssl == null) {
      owner.inputEnded();
    } else {
      owner.cutOff();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    owner.lost();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    owner.failed(cause, !SocketErrors.isOfConnection(cause));
  }

  /// A piece of the output has left, or never will.
  void written(int bytes, @Nullable Throwable failure) {
    owner.written(bytes, failure);
  }

  // ---- output ----

  @Override
  public void write(byte[] data, int offset, int length) {
    output.add(data, offset, length);
  }

  @Override
  public void write(ByteBuffer data) {
    output.add(data);
  }

  @Override
  public void flush() {
    output.flush();
  }

  @Override
  public int discard() {
    return output.discard();
  }

  @Override
  public void endOutput() {
    bridge.inside(() -> {
      ((DuplexChannel) channel).shutdownOutput();
    });
  }

  @Override
  public Coroutine<@Nullable Void> sendFile(FileChannel file, long offset, long count) {
    return async(() -> {
      ChannelFuture written =
          bridge.inside(() -> channel.writeAndFlush(new BorrowedFile(file, offset, count)));
      await(bridge.toFuture(written), IOException.class);
    });
  }

  // ---- input ----

  @Override
  public void read(boolean on) {
    bridge.inside(() -> {
      channel.config().setAutoRead(on);
    });
  }

  private ArrayDeque<ByteBuf> queue() {
    ArrayDeque<ByteBuf> known = more;
    if (known == null) {
      known = new ArrayDeque<>(2);
      more = known;
    }
    return known;
  }

  @Override
  public @Nullable ByteBuffer input() {
    ByteBuf piece = first;
    given = piece;
    if (piece == null) {
      return null;
    }
    if (piece.nioBufferCount() == 1) {
      return piece.internalNioBuffer(piece.readerIndex(), piece.readableBytes());
    }
    byte[] joined = new byte[piece.readableBytes()];
    piece.getBytes(piece.readerIndex(), joined);
    return ByteBuffer.wrap(joined);
  }

  @Override
  public void skip(int bytes) {
    ByteBuf piece = given;
    if (piece != null) {
      piece.skipBytes(bytes);
    }
  }

  @Override
  public void consumed() {
    ByteBuf piece = given;
    given = null;
    if (piece != null && piece == first) {
      first = more == null ? null : more.poll();
      piece.release();
    }
  }

  @Override
  public void dropInput() {
    while (first != null) {
      first.release();
      first = more == null ? null : more.poll();
    }
  }

  /// {@return all that has not been taken, behind `before`; null if there is nothing}
  private @Nullable ByteBuf takeInput(byte[] before) {
    if (before.length == 0 && first == null) {
      return null;
    }
    ByteBuf[] pieces = new ByteBuf[2 + (more == null ? 0 : more.size())];
    int count = 0;
    pieces[count++] = Unpooled.wrappedBuffer(before);
    for (; first != null; first = more == null ? null : more.poll()) {
      pieces[count++] = first;
    }
    for (; count < pieces.length; count++) {
      pieces[count] = Unpooled.EMPTY_BUFFER;
    }
    return Unpooled.wrappedBuffer(pieces);
  }

  @Override
  public void offerRooms(BooleanSupplier wanted) {
    roomReader = RoomReader.install(channel, wanted);
  }

  @Override
  public void fill(ByteBuffer room) throws IOException {
    if (roomReader != null && (more == null || more.isEmpty())) {
      roomReader.fill(room);
    }
  }

  // ---- TLS ----

  @Override
  public boolean isEncrypted() {
    return ssl != null;
  }

  @Override
  public Coroutine<TlsStart> prepareTls(Tls tls, boolean serverSide, Peer peer) {
    return async(() -> {
      SslContext context = await(serverSide ? bridge.serverTls(tls) : bridge.clientTls(tls));
      return unread -> {
        SslHandler handler =
            serverSide
                ? bridge.newServerTlsHandler(context, channel)
                : bridge.newClientTlsHandler(
                    context,
                    channel,
                    tls,
                    Objects.requireNonNullElse(peer.name(), ""),
                    peer.port());
        encrypt(handler, unread);
      };
    });
  }

  /// Takes what was received and nobody has read for the beginning of the handshake: the peer may
  /// be quicker than we are, and plain text that somebody has slipped in must not pass for
  /// encrypted.
  private void encrypt(SslHandler handler, byte[] unread) {
    output.flush();
    ssl = handler;
    channel.pipeline().addBefore(channel.pipeline().context(this).name(), null, handler);
    ByteBuf beginning = takeInput(unread);
    if (beginning == null) {
      return;
    }
    ChannelHandlerContext context = channel.pipeline().context(handler);
    try {
      handler.channelRead(context, beginning);
      handler.channelReadComplete(context);
    } catch (Exception e) {
      context.fireExceptionCaught(e);
    }
  }

  @Override
  public Coroutine<@Nullable Void> handshake(Peer peer) {
    return async(() -> {
      try {
        await(bridge.toFuture(sslHandler().handshakeFuture()));
      } catch (RuntimeException e) {
        throw e;
      } catch (Exception e) {
        throw SocketErrors.handshakeFailed(e, peer.name(), peer.port());
      }
    });
  }

  private SslHandler sslHandler() {
    SslHandler known = ssl;
    assert known != null; // it is encrypted
    return known;
  }

  @Override
  public void endTls(Runnable then) {
    SslHandler handler = sslHandler();
    bridge.inside(() -> {
      if (handler.engine() instanceof ReferenceCountedOpenSslEngine) {
        channel.pipeline().addFirst(new InputDrop(owner::heard)); // to BoringSSL an error now
      }
      handler.closeOutbound().addListener(_ -> then.run());
    });
  }

  // ---- the end ----

  @Override
  public boolean isOpen() {
    return channel.isOpen();
  }

  @Override
  public Delivery delivery() {
    return Deliveries.of(channel);
  }

  @Override
  public void close() {
    bridge.close(channel);
  }

  /// Past the TLS handler, which would wait.
  @Override
  public void abort() {
    if (channel.isOpen()) {
      bridge.inside(() -> {
        channel.pipeline().firstContext().close();
      });
    }
  }

  @Override
  public Throwable explain(Throwable cause, Peer peer) {
    return SocketErrors.lost(cause, peer, ssl);
  }

  // ---- looking at it ----

  @Override
  public EventLoop loop() {
    return bridge.loop();
  }

  @Override
  public String kind() {
    return "Socket";
  }

  @Override
  public boolean isLoopEnding() {
    return bridge.nettyLoop().isShuttingDown();
  }

  @Override
  public @Nullable SocketAddress remoteAddress() {
    return NettyTransport.toJdk(channel.remoteAddress());
  }

  @Override
  public @Nullable SocketAddress localAddress() {
    return NettyTransport.toJdk(channel.localAddress());
  }

  @Override
  public @Nullable Object info(String name) {
    return ssl == null ? null : TlsInfo.of(ssl, name);
  }

  @Override
  public Object identity() {
    return new DealtChannel(channel);
  }
}
