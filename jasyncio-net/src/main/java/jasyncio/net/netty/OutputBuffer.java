package jasyncio.net.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelPromise;
import io.netty.util.concurrent.Future;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Collects what a wire is given to send, and hands it to the channel in pieces of a good size.
final class OutputBuffer extends TurnEnd {
  /*
   * Overview
   *
   * Small writes are copied into one open buffer, so that ten of them cost one allocation and one
   * promise. It is closed, and handed to the channel, when it is full or when the wire
   * flushes.
   *
   * Tasks come in here, so this is one of the doors to Netty: see NettyBridge.enter().
   */

  /// The largest piece: also how fine the count of what has been sent is.
  private static final int PIECE = 64 * 1024;

  private static final int FIRST_CAPACITY = 1024;

  private final NettyBridge bridge;
  private final Channel channel;

  /// Told when the system has taken a piece, or turned it down.
  private final NettyWire owner;

  private @Nullable ByteBuf open;
  private int unflushed;

  OutputBuffer(NettyBridge bridge, Channel channel, NettyWire owner) {
    this.bridge = bridge;
    this.channel = channel;
    this.owner = owner;
  }

  /// Takes a copy of the data.
  void add(byte[] data, int offset, int length) {
    count(length);
    int from = offset;
    int left = length;
    boolean entered = bridge.enter();
    try {
      while (left > 0) {
        ByteBuf target = open(left);
        int part = Math.min(left, target.maxWritableBytes());
        target.writeBytes(data, from, part);
        from += part;
        left -= part;
        closeIfFull(target);
      }
    } finally {
      bridge.leave(entered);
    }
    added();
  }

  /// Takes a copy of what remains in `data`.
  void add(ByteBuffer data) {
    int limit = data.limit();
    count(data.remaining());
    boolean entered = bridge.enter();
    try {
      while (data.position() < limit) {
        ByteBuf target = open(limit - data.position());
        int part = Math.min(limit - data.position(), target.maxWritableBytes());
        data.limit(data.position() + part);
        target.writeBytes(data);
        data.limit(limit);
        closeIfFull(target);
      }
    } finally {
      bridge.leave(entered);
    }
    added();
  }

  private void count(int length) {
    unflushed = (int) Math.min((long) unflushed + length, Integer.MAX_VALUE);
  }

  private ByteBuf open(int expected) {
    ByteBuf target = open;
    if (target == null) {
      target = channel.alloc().ioBuffer(Math.clamp(expected, FIRST_CAPACITY, PIECE), PIECE);
      open = target;
    }
    return target;
  }

  private void closeIfFull(ByteBuf target) {
    if (target.maxWritableBytes() == 0) {
      closePiece();
    }
  }

  /// Sends what there is if it is a full piece, since waiting for more would gain nothing; else
  /// when the turn ends.
  private void added() {
    if (unflushed >= PIECE) {
      flush();
    } else {
      bridge.driver().flushLater(this);
    }
  }

  /// Sends what there is, as far as the system takes it.
  @Override
  void flush() {
    boolean entered = bridge.enter();
    try {
      closePiece();
      unflushed = 0;
      channel.flush();
    } finally {
      bridge.leave(entered);
    }
  }

  private void closePiece() {
    ByteBuf piece = open;
    if (piece != null) {
      open = null;
      int size = piece.readableBytes();
      ChannelPromise promise = channel.newPromise();
      promise.addListener(done -> pieceWritten(size, done));
      channel.write(piece, promise);
    }
  }

  private void pieceWritten(int size, Future<?> done) {
    owner.written(size, done.isSuccess() ? null : done.cause());
  }

  /// Forgets what the channel has not been given.
  ///
  /// @return how many bytes that is
  int discard() {
    ByteBuf piece = open;
    if (piece != null) {
      open = null;
      int size = piece.readableBytes();
      piece.release();
      return size;
    }
    return 0;
  }
}
