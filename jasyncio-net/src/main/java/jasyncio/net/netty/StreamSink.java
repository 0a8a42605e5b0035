package jasyncio.net.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import jasyncio.net.ConnectionProtocol;
import jasyncio.net.StreamReaderProtocol;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Feeds a pair of streams, in place: their protocol runs nothing of the program's.
final class StreamSink implements Sink {
  private final StreamReaderProtocol protocol;

  StreamSink(StreamReaderProtocol protocol) {
    this.protocol = protocol;
  }

  @Override
  public void connectionMade(SocketTransport transport) {
    protocol.connectionMade(transport);
  }

  @Override
  public void received(ByteBuf data) {
    try {
      if (data.nioBufferCount() == 1) {
        protocol.dataReceived(data.internalNioBuffer(data.readerIndex(), data.readableBytes()));
      } else {
        for (ByteBuffer part : data.nioBuffers()) {
          protocol.dataReceived(part);
        }
      }
    } finally {
      data.release();
    }
  }

  @Override
  public boolean eofReceived() {
    return protocol.eofReceived();
  }

  @Override
  public void connectionLost(@Nullable Throwable cause) {
    protocol.connectionLost(cause);
  }

  @Override
  public void pauseWriting() {
    protocol.pauseWriting();
  }

  @Override
  public void resumeWriting() {
    protocol.resumeWriting();
  }

  @Override
  public void readingResumed() {}

  @Override
  public @Nullable ByteBuf takeUnread() {
    byte[] unread = protocol.takeUnread();
    return unread.length == 0 ? null : Unpooled.wrappedBuffer(unread);
  }

  @Override
  public ConnectionProtocol protocol() {
    return protocol;
  }
}
