package jasyncio.http.server;

import static jasyncio.Asyncio.await;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import jasyncio.http.wire.AsciiBuffer;
import jasyncio.net.netty.NettyBridge;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Collects what a connection sends in a turn: the answers to requests that came in one piece leave
/// in one piece, and cost one buffer.
///
/// Everything here runs on the loop.
final class Output extends ChannelOutboundHandlerAdapter {
  /*
   * Overview
   *
   *   add() --> collected --flush, or COLLECTED bytes--> Netty's queue --> socket
   *
   * Netty counts what is in its queue, and so knows when the connection is no longer writable; what
   * is collected here comes on top.
   */

  /// So much is handed on at once.
  private static final int COLLECTED = 16 * 1024;

  /// A body of so much is not copied.
  private static final int LARGE = 8 * 1024;

  private static final int LEAST_BUFFER = 256;

  private final NettyBridge bridge;
  private final Channel channel;
  private @Nullable ByteBuf collected;

  /// How large the last buffer became: most likely the next will too.
  private int usual = LEAST_BUFFER;

  Output(NettyBridge bridge, Channel channel) {
    this.bridge = bridge;
    this.channel = channel;
  }

  // Tasks come in here, so this is one of the doors to Netty: see NettyBridge.enter().

  void closeChannel() {
    bridge.close(channel);
  }

  void setAutoRead(boolean read) {
    bridge.inside(() -> channel.config().setAutoRead(read));
  }

  /// Sends what is in `head`, which may be used again after that.
  void add(AsciiBuffer head) {
    boolean entered = bridge.enter();
    try {
      head.writeTo(room(head.length()));
      handOnIfMuch();
    } finally {
      bridge.leave(entered);
    }
  }

  /// Sends a few bytes, which may be changed after that.
  void add(byte[] bytes) {
    boolean entered = bridge.enter();
    try {
      room(bytes.length).writeBytes(bytes);
      handOnIfMuch();
    } finally {
      bridge.leave(entered);
    }
  }

  private ByteBuf room(int length) {
    ByteBuf buffer = collected;
    if (buffer == null) {
      buffer = channel.alloc().buffer(Math.max(length, usual));
      collected = buffer;
      bridge.flushLater(channel);
    }
    return buffer;
  }

  private void handOnIfMuch() {
    if (collected != null && collected.readableBytes() >= COLLECTED) {
      handOn();
    }
  }

  /// Sends `body`, which must not be changed any more.
  void addBody(byte[] body) {
    if (body.length < LARGE) {
      add(body);
      return;
    }
    boolean entered = bridge.enter();
    try {
      handOn();
      channel.write(Unpooled.wrappedBuffer(body), channel.voidPromise());
      bridge.flushLater(channel);
    } finally {
      bridge.leave(entered);
    }
  }

  /// Waits until everything has been given to the system; false if the client has gone.
  boolean awaitSent() {
    ByteBuf rest = take();
    ChannelFuture written = bridge.write(channel, rest == null ? Unpooled.EMPTY_BUFFER : rest);
    try {
      await(bridge.toFuture(written), IOException.class);
      return true;
    } catch (IOException _) {
      return false;
    }
  }

  private void handOn() {
    ByteBuf buffer = take();
    if (buffer != null) {
      channel.write(buffer, channel.voidPromise());
    }
  }

  private @Nullable ByteBuf take() {
    ByteBuf buffer = collected;
    if (buffer != null) {
      collected = null;
      usual = Math.max(LEAST_BUFFER, buffer.readableBytes());
    }
    return buffer;
  }

  @Override
  public void flush(ChannelHandlerContext context) {
    ByteBuf buffer = take();
    if (buffer != null) {
      context.write(buffer, context.voidPromise());
    }
    context.flush();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    ByteBuf buffer = take(); // the channel has been closed
    if (buffer != null) {
      buffer.release();
    }
  }
}
