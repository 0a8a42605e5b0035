package jasyncio.net;

import jasyncio.net.spi.Wire;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Feeds a pair of streams, in place: their protocol runs nothing of the program's.
final class StreamSink implements Sink {
  private final StreamReaderProtocol protocol;
  private @Nullable StreamTransport transport;

  StreamSink(StreamReaderProtocol protocol) {
    this.protocol = protocol;
  }

  @Override
  public void connectionMade(StreamTransport transport) {
    this.transport = transport;
    protocol.connectionMade(transport);
  }

  private StreamTransport transport() {
    StreamTransport known = transport;
    assert known != null; // nothing is told before connectionMade
    return known;
  }

  @Override
  public void readable() {
    Wire wire = transport().wire();
    for (ByteBuffer piece = wire.input(); piece != null; piece = wire.input()) {
      try {
        protocol.dataReceived(piece);
      } finally {
        wire.consumed();
      }
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
  public void resumeDue() {
    if (transport().flow().takeResume()) {
      protocol.resumeWriting();
    }
  }

  @Override
  public void readingResumed() {}

  @Override
  public byte[] takeUnread() {
    return protocol.takeUnread();
  }

  @Override
  public ConnectionProtocol protocol() {
    return protocol;
  }
}
