package jasyncio.net;

import java.nio.ByteBuffer;

/// What a program does with a connection, without streams and without a task: every piece of data
/// is handed to it as it comes.
///
/// Counterpart: `asyncio.Protocol`.
public non-sealed interface Protocol extends ConnectionProtocol {
  /// Data came in, at least one byte.
  ///
  /// @param data the received bytes themselves, not a copy: valid until the method returns
  default void dataReceived(ByteBuffer data) {}
}
