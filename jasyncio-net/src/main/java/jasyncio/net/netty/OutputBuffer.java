package jasyncio.net.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelPromise;
import io.netty.util.concurrent.Future;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Collects what a transport writes, and hands it to the channel in pieces of a good size.
final class OutputBuffer extends TurnEnd {
  /*
   * Overview
   *
   * Small writes are copied into one open buffer, so that ten of them cost one allocation and one
   * promise. It is closed, and handed to the channel, when it is full or when the transport
   * flushes. `pending` counts every byte from write() until the system has taken it, be it in the
   * open buffer, in the channel's queue, or in the TLS handler.
   *
   * Tasks come in here, so this is one of the doors to Netty: see NettyBridge.enter().
   */

  /// The largest piece: also how fine the count of what has been sent is.
  private static final int PIECE = 64 * 1024;

  private static final int FIRST_CAPACITY = 1024;

  private final NettyBridge bridge;
  private final Channel channel;

  /// Told when the system has taken a piece, or turned it down.
  private final SocketTransport owner;

  private @Nullable ByteBuf open;
  private long pending;
  private int unflushed;
  private boolean used;

  OutputBuffer(NettyBridge bridge, Channel channel, SocketTransport owner) {
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
  }

  private void count(int length) {
    used = true;
    pending += length;
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

  /// Bytes that the system has not taken yet.
  long pending() {
    return pending;
  }

  /// Whether anything was ever written.
  boolean isUsed() {
    return used;
  }

  /// Sends what there is, before something is written past it.
  void flushBeforeOthers() {
    used = true;
    flush();
  }

  /// Whether there is a full piece to send, so that waiting for more would gain nothing.
  boolean isWorthFlushing() {
    return unflushed >= PIECE;
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
    pending -= size;
    owner.written(done.isSuccess() ? null : done.cause());
  }

  /// Forgets what the channel has not been given.
  void discard() {
    ByteBuf piece = open;
    if (piece != null) {
      open = null;
      pending -= piece.readableBytes();
      piece.release();
    }
  }
}
