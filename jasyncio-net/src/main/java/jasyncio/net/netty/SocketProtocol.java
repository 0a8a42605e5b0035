package jasyncio.net.netty;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// What a [SocketTransport] tells its owner, in this order: connectionMade, then dataReceived any
/// number of times, eofReceived at most once, connectionLost once.
///
/// Called from inside Netty: an implementation fills buffers and completes futures. It must not
/// await, nor run the program's code.
public interface SocketProtocol {
  /// The connection is there; with TLS, after the handshake.
  void connectionMade(SocketTransport transport);

  /// Data came in.
  ///
  /// @param data valid during the call only
  void dataReceived(ByteBuffer data);

  /// The peer will send no more.
  ///
  /// @return whether to keep the connection open for writing; with TLS it is closed in any case
  boolean eofReceived();

  /// The connection has ended.
  ///
  /// @param cause null after an end of stream or a close of our own
  void connectionLost(@Nullable IOException cause);

  /// More is waiting to be sent than the high-water mark.
  void pauseWriting();

  /// What is waiting to be sent has come down to the low-water mark.
  void resumeWriting();
}
