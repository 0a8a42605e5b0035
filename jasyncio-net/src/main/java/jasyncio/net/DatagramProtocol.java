package jasyncio.net;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;

/// What a program does with the datagrams of a socket.
///
/// Counterpart: `asyncio.DatagramProtocol`.
public interface DatagramProtocol extends BaseProtocol {
  /// The socket is there.
  ///
  /// @param transport the transport
  default void connectionMade(DatagramTransport transport) {}

  /// A datagram came in; it may be empty. What this method throws goes to the loop's exception
  /// handler, and the socket stays open.
  ///
  /// @param data the received bytes themselves, not a copy: valid until the method returns
  /// @param sender where it came from
  default void datagramReceived(ByteBuffer data, SocketAddress sender) {}

  /// A datagram could not be sent, or the system says that an earlier one did not arrive, such as
  /// for want of a listener. The socket stays open, also if this method throws.
  ///
  /// @param error what the system says
  default void errorReceived(IOException error) {}
}
