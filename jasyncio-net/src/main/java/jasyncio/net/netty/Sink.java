package jasyncio.net.netty;

import io.netty.buffer.ByteBuf;
import jasyncio.net.ConnectionProtocol;
import org.jspecify.annotations.Nullable;

/// What a [SocketTransport] tells its protocol, called from inside Netty: an implementation fills
/// buffers, completes futures and schedules callbacks. It must not await, nor run the program's
/// code.
///
/// In this order: connectionMade, then received any number of times, eofReceived at most once,
/// connectionLost once.
interface Sink {
  void connectionMade(SocketTransport transport);

  /// Data came in.
  ///
  /// @param data the sink's from now on, to be released by it
  void received(ByteBuf data);

  /// The peer will send no more.
  ///
  /// @return whether to keep the connection open for now
  boolean eofReceived();

  void connectionLost(@Nullable Throwable cause);

  void pauseWriting();

  void resumeWriting();

  /// The program goes on reading.
  void readingResumed();

  /// What is held back of the data, which is taken away: nobody has seen it.
  @Nullable ByteBuf takeUnread();

  ConnectionProtocol protocol();
}
