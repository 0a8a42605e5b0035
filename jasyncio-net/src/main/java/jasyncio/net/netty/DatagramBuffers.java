package jasyncio.net.netty;

import io.netty.channel.DefaultMaxMessagesRecvByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator;

/// Buffers for received datagrams, all of one size; and a look at what a native transport does not
/// hand on.
///
/// On a connected socket such a transport takes an empty datagram for the end of the input and
/// drops it, having noted here that it was -1 bytes. When there is nothing to read it notes 0.
final class DatagramBuffers extends DefaultMaxMessagesRecvByteBufAllocator {
  private final int size;
  private final Runnable dropped;

  /// @param size of each buffer, in bytes
  /// @param dropped called after each note of -1, in order with the datagrams that are handed on
  DatagramBuffers(int size, Runnable dropped) {
    this.size = size;
    this.dropped = dropped;
  }

  @Override
  @SuppressWarnings("deprecation") // the type that Netty asks for
  public RecvByteBufAllocator.Handle newHandle() {
    return new MaxMessageHandle() {
      @Override
      public int guess() {
        return size;
      }

      @Override
      public void lastBytesRead(int bytes) {
        super.lastBytesRead(bytes);
        if (bytes < 0) {
          dropped.run();
        }
      }
    };
  }
}
