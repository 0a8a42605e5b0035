package jasyncio.net;

import java.nio.ByteBuffer;

/// A protocol that says where received data is to be put.
///
/// Counterpart: `asyncio.BufferedProtocol`.
public non-sealed interface BufferedProtocol extends ConnectionProtocol {
  /// Asks for room, before each piece of data.
  ///
  /// @param sizeHint how many bytes are there to be put; more or less room will do
  /// @return a buffer that is filled from its position on; no room at all is an error
  ByteBuffer getBuffer(int sizeHint);

  /// The buffer was filled, and its position moved by so many bytes.
  ///
  /// @param bytes how many
  void bufferUpdated(int bytes);
}
