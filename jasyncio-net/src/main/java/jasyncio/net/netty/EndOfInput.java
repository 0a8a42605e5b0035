package jasyncio.net.netty;

import io.netty.channel.Channel;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator.DelegatingHandle;
import io.netty.channel.RecvByteBufAllocator.ExtendedHandle;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.util.UncheckedBooleanSupplier;

/// Lets a NIO channel for a Unix socket outlive the end of its input. Netty 4.2.18 closes it then,
/// whatever ALLOW_HALF_CLOSURE says, and what is still to be sent is lost.
///
/// So the end is hidden from the channel, which takes it for having nothing to read, and is told to
/// the transport here.
final class EndOfInput extends DelegatingHandle implements ExtendedHandle {
  private final ExtendedHandle handle;
  private boolean seen;

  private EndOfInput(ExtendedHandle handle) {
    super(handle);
    this.handle = handle;
  }

  /// Watches the channel if it needs it; before it is registered.
  static void watch(Channel channel) {
    if (channel instanceof NioDomainSocketChannel) {
      RecvByteBufAllocator allocator = channel.config().getRecvByteBufAllocator();
      channel
          .config()
          .setRecvByteBufAllocator(() -> new EndOfInput((ExtendedHandle) allocator.newHandle()));
    }
  }

  /// Whether the channel has met the end of its input.
  static boolean isReached(Channel channel) {
    return channel instanceof NioDomainSocketChannel
        && channel.unsafe().recvBufAllocHandle() instanceof EndOfInput watched
        && watched.seen;
  }

  @Override
  public void lastBytesRead(int bytes) {
    if (bytes < 0) {
      seen = true;
    }
    super.lastBytesRead(Math.max(bytes, 0));
  }

  @Override
  public boolean continueReading(UncheckedBooleanSupplier maybeMoreData) {
    return handle.continueReading(maybeMoreData);
  }
}
