package jasyncio.net;

import java.nio.ByteBuffer;

/// A protocol that says where received data is to be put.
///
/// With epoll and without TLS the system puts it there, but for the first 2 KiB of what has come
/// since the last turn; into a direct buffer without a copy. Otherwise data is copied to the
/// buffer.
///
/// Counterpart: `asyncio.BufferedProtocol`.
public non-sealed interface BufferedProtocol extends ConnectionProtocol {
  /// Asks for room, before each piece of data.
  ///
  /// @param sizeHint at least so many bytes are there to be put; more or less room will do
  /// @return a buffer that is filled from its position on; no room at all is an error
  ByteBuffer getBuffer(int sizeHint);

  /// The buffer was filled, and its position moved by so many bytes.
  ///
  /// @param bytes how many
  void bufferUpdated(int bytes);
}
