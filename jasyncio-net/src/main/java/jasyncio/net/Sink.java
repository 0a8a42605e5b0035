package jasyncio.net;

import org.jspecify.annotations.Nullable;

/// What a [StreamTransport] tells its protocol, called from inside its wire: an implementation
/// fills buffers, completes futures and schedules callbacks. It must not await, nor run the
/// program's code.
///
/// In this order: connectionMade, then readable any number of times, eofReceived at most once,
/// connectionLost once.
interface Sink {
  void connectionMade(StreamTransport transport);

  /// A piece of data is there to be taken.
  void readable();

  /// The peer will send no more.
  ///
  /// @return whether to keep the connection open for now
  boolean eofReceived();

  void connectionLost(@Nullable Throwable cause);

  /// Called from inside write().
  void pauseWriting();

  /// The protocol may write again: see [FlowControl#takeResume()].
  void resumeDue();

  /// The program goes on reading.
  void readingResumed();

  /// What was taken and nobody has seen.
  byte[] takeUnread();

  ConnectionProtocol protocol();
}
